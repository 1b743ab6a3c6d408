// What the page calls of the spiking network, whose other text Brian2 writes.
//
// explorer_network.py makes "written.h": POPULATIONS(each), and ARRAYS(each) with their bytes.

#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "objects.h"
#include "written.h"

std::vector<std::string> run_arguments;
void set_from_command_line(const std::vector<std::string>);

void _load_arrays()
{
    using namespace brian;
#define LOAD(name) std::memcpy(name, bytes_of##name, sizeof bytes_of##name);
    ARRAYS(LOAD)
}

namespace {

const double STEP_S = 1e-3;  // calcium's time step: a run has to begin on a tick of every clock
std::int64_t steps = 0;
std::vector<float> voltage;

const std::vector<std::int32_t>* const CELLS[] = {
#define CELLS_OF(name) &brian::_dynamic_array_spikes_##name##_i,
    POPULATIONS(CELLS_OF)
};
const std::vector<double>* const TIMES[] = {
#define TIMES_OF(name) &brian::_dynamic_array_spikes_##name##_t,
    POPULATIONS(TIMES_OF)
};

}  // namespace

extern "C" {

// What Brian2's text asks the system for, and does not need: seeds come as an argument.
int getentropy(void*, size_t) { return 0; }
clock_t clock() { return 0; }

// "object.variable=value", in SI units; before prepare().
void argue(const char* assignment) { run_arguments.push_back(assignment); }

// The same during a run: for what is no time constant.
void change(const char* assignment) { set_from_command_line({assignment}); }

// Goes on for some milliseconds, and notes the membrane of a WDR neuron at the end of each.
void advance(std::int32_t milliseconds, std::int32_t neuron)
{
    voltage.clear();
    for (std::int32_t step = 0; step < milliseconds; step++) {
        brian::network.t = steps++ * STEP_S;
        brian::network.run(STEP_S, nullptr, 0.0);
        voltage.push_back(brian::_array_wdr_v[neuron]);
    }
}

const float* membrane() { return voltage.data(); }
std::int32_t spikes(std::int32_t population) { return CELLS[population]->size(); }
const std::int32_t* cells(std::int32_t population) { return CELLS[population]->data(); }
const double* times(std::int32_t population) { return TIMES[population]->data(); }

}
