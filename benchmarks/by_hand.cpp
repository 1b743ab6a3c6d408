// The dorsal horn written by hand: what a program of one's own takes for a sampling run.
//
//     by_hand NUMBERS SEED
//
// NUMBERS is written by by_hand.py from the declared model: one "NAME COUNT VALUE ..." after the
// other, in SI units and with the names of the run arguments. Random draws have the law of those of
// the project's network, but are others. Loops are written for g++ to vectorise. Prints mean rates
// and shares of time, "NAME VALUE" each.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

using Values = std::vector<double>;
using Random = std::mt19937_64;

constexpr int64_t NEVER = std::numeric_limits<int64_t>::max() / 2;
constexpr int LANES = 8;  // the spines of a neuron are filled up to a multiple of it

class Numbers {
    std::map<std::string, Values> values;

public:
    explicit Numbers(const char* path) {
        std::ifstream file(path);
        std::string name;
        for (size_t count; file >> name >> count;) {
            Values& each = values[name];
            each.resize(count);
            for (double& value : each) file >> value;
        }
    }
    bool has(const std::string& name) const { return values.count(name) > 0; }
    const Values& all(const std::string& name) const {
        if (!has(name)) {
            std::cerr << "there is no number named " << name << "\n";
            std::exit(1);
        }
        return values.at(name);
    }
    double one(const std::string& name) const { return all(name).at(0); }
    // Of a mechanism that not every population has.
    double one(const std::string& name, double otherwise) const {
        return has(name) ? one(name) : otherwise;
    }
};

// A Poisson process with a dead time, in steps: the next spike of each fibre is drawn at the last.
struct Afferents {
    std::vector<int64_t> next;
    std::vector<int> fired;
    int64_t earliest, dead_steps;
    Values spikes;
    double log_silent;  // logarithm of the probability that a step passes without a spike

    Afferents(const Numbers& numbers, const std::string& name, double dt, Random& random)
        : next(size_t(numbers.one(name + ".size"))),
          dead_steps(std::lround(numbers.one(name + ".refractory_period") / dt)),
          log_silent(std::log1p(-numbers.one(name + ".background") * dt)) {
        spikes.assign(next.size(), 0.0);
        for (int64_t& each : next) each = wait(random);
        earliest = *std::min_element(next.begin(), next.end());
    }
    int64_t wait(Random& random) const {
        if (log_silent == 0) return NEVER;
        return int64_t(std::log(1 - std::generate_canonical<double, 53>(random)) / log_silent);
    }
    void fire(int64_t step, bool counted, Random& random) {
        fired.clear();
        if (earliest > step) return;
        for (size_t fibre = 0; fibre < next.size(); fibre++)
            if (next[fibre] == step) {
                fired.push_back(int(fibre));
                next[fibre] = step + std::max<int64_t>(dead_steps, 1) + wait(random);
            }
        earliest = *std::min_element(next.begin(), next.end());
        if (counted)
            for (int fibre : fired) spikes[fibre] += 1;
    }
};

struct Membrane {
    double dt, capacitance, leak, rest, threshold, reset, to_excitatory, to_inhibitory, to_ahp;
    double slope, ratio, free, nk1, can, through_nmda, calcium_decay, induction_threshold;
    double ahp_step, calcium_step, spine_step, refractory_steps;
    double ampa_kept, nmda_kept, gaba_kept, ahp_kept, substance_kept, calcium_kept, spine_kept;

    Membrane(const Numbers& numbers, const std::string& name, double step_s) : dt(step_s) {
        const auto one = [&](const char* of) { return numbers.one(name + "." + of); };
        const auto zero = [&](const char* of) { return numbers.one(name + "." + of, 0.0); };
        const auto kept = [&](const char* of) {
            return std::exp(-dt / numbers.one(name + "." + of, 1.0));
        };
        capacitance = one("capacitance"), leak = one("leak_conductance");
        rest = one("resting_potential"), threshold = one("threshold");
        reset = one("reset_potential"), to_excitatory = one("excitatory_reversal");
        to_inhibitory = one("inhibitory_reversal"), to_ahp = one("ahp_reversal");
        slope = one("magnesium_slope"), ratio = one("magnesium_ratio");
        free = 1 - one("blockade"), nk1 = zero("nk1_conductance"), can = zero("can_conductance");
        through_nmda = zero("calcium_through_nmda"), calcium_decay = zero("calcium_decay");
        induction_threshold = numbers.one(name + ".induction_threshold", 1e300);
        ahp_step = one("ahp_conductance"), calcium_step = zero("calcium_per_spike");
        spine_step = zero("backpropagated_spike");
        refractory_steps = double(std::lround(one("refractory_period") / dt));
        ampa_kept = kept("ampa_decay"), nmda_kept = kept("nmda_decay");
        gaba_kept = kept("gaba_decay"), ahp_kept = kept("ahp_decay");
        substance_kept = kept("substance_p_decay"), calcium_kept = kept("calcium_decay");
        spine_kept = kept("backpropagated_decay");
    }
};

struct Neurons {
    Membrane membrane;
    int size;
    double above_threshold = 0;
    Values v, ampa, nmda, gaba, ahp, substance_p, calcium, spine_spike, waits, time_induced, spikes;
    std::vector<int> fired;

    Neurons(const Numbers& numbers, const std::string& name, double dt)
        : membrane(numbers, name, dt), size(int(numbers.one(name + ".size"))) {
        v.assign(size, membrane.rest);
        for (Values* each : {&ampa, &nmda, &gaba, &ahp, &substance_p, &calcium, &spine_spike,
                             &waits, &time_induced, &spikes})
            each->assign(size, 0.0);
    }
    void advance(double counted_s);
    void detect(bool counted) {
        fired.clear();
        if (above_threshold == 0) return;
        for (int i = 0; i < size; i++)
            if (v[i] > membrane.threshold) fired.push_back(i);
        for (int i : fired) waits[i] = membrane.refractory_steps;
        if (counted)
            for (int i : fired) spikes[i] += 1;
    }
    void reset() {
        for (int i : fired) {
            v[i] = membrane.reset;
            ahp[i] += membrane.ahp_step;
            calcium[i] += membrane.calcium_step;
            spine_spike[i] += membrane.spine_step;
        }
    }
};

// Exponential Euler, as Brian2 does it: every variable from the values before the step.
void Neurons::advance(double counted_s) {
    const Membrane m = membrane;  // a copy, which no store can change
    double above = 0;
#pragma GCC ivdep
    for (int i = 0; i < size; i++) {
        const double unblock = 1 / (1 + m.ratio * std::exp(-m.slope * v[i]));
        const double nmda_now = nmda[i] * m.free * unblock;
        const double square = calcium[i] * calcium[i];
        const double excited = ampa[i] + nmda_now + m.can * square / (1 + square) +
                               m.nk1 * substance_p[i] / (1 + substance_p[i]);
        const double total = m.leak + excited + gaba[i] + ahp[i];
        const double towards = (m.leak * m.rest + excited * m.to_excitatory +
                                gaba[i] * m.to_inhibitory + ahp[i] * m.to_ahp) / total;
        const double moved = towards + (v[i] - towards) * std::exp(-total * (m.dt / m.capacitance));
        const double left = waits[i] - 1;
        const double after = left > 0 ? v[i] : moved;
        above += after > m.threshold ? 1.0 : 0.0;
        waits[i] = left;
        v[i] = after;
        time_induced[i] += calcium[i] > m.induction_threshold ? counted_s : 0.0;
        const double steady = m.calcium_decay * m.through_nmda * nmda_now;
        calcium[i] = steady + (calcium[i] - steady) * m.calcium_kept;
        ampa[i] *= m.ampa_kept;
        nmda[i] *= m.nmda_kept;
        gaba[i] *= m.gaba_kept;
        ahp[i] *= m.ahp_kept;
        substance_p[i] *= m.substance_kept;
        spine_spike[i] *= m.spine_kept;
    }
    above_threshold = above;
}

// The spines of plastic synapses, in rows: one row per neuron, so that a row shares its voltage.
struct Spines {
    int rows, columns, used;
    double dt, influx, gated, reversal, decay, transmitter_decay, saturation;
    double depression_threshold, potentiation_threshold, nmda_gain;
    Values transmitter, calcium, time_potentiating, time_depressing, row_influx, row_gated;

    Spines(const Numbers& numbers, const std::string& name, const std::string& target,
           double step_s) : rows(int(numbers.one(target + ".size"))),
          used(int(numbers.all(name + ".target").size()) / rows), dt(step_s) {
        const auto one = [&](const char* of) { return numbers.one(name + "." + of); };
        columns = (used + LANES - 1) / LANES * LANES;
        const auto of = [&](const char* what) { return numbers.one(target + "." + what); };
        influx = of("calcium_influx"), reversal = of("calcium_reversal");
        gated = of("spine_calcium_per_spike");
        gated /= of("backpropagated_spike") * of("backpropagated_decay");
        decay = one("spine_calcium_decay"), saturation = one("nmda_saturation");
        transmitter_decay = numbers.one(target + ".nmda_decay");
        depression_threshold = one("depression_threshold");
        potentiation_threshold = one("potentiation_threshold");
        nmda_gain = numbers.one(target + ".nk1_nmda_gain", 0.0);
        for (Values* each : {&transmitter, &calcium, &time_potentiating, &time_depressing})
            each->assign(size_t(rows) * columns, 0.0);
        row_influx.assign(rows, 0.0), row_gated.assign(rows, 0.0);
    }
    void advance(const Neurons& neurons, double counted_s);
    double mean(const Values& values) const {
        double sum = 0;
        for (size_t k = 0; k < values.size(); k++) sum += int(k) % columns < used ? values[k] : 0.0;
        return sum / (rows * used);
    }
};

void Spines::advance(const Neurons& neurons, double counted_s) {
    const double slope = neurons.membrane.slope, ratio = neurons.membrane.ratio;
    const double all_influx = influx * neurons.membrane.free, gain = nmda_gain;
    const double per_reversal = 1 / reversal, per_spike = gated;
#pragma GCC ivdep
    for (int row = 0; row < rows; row++) {
        const double v = neurons.v[row] + neurons.spine_spike[row];
        const double substance = neurons.substance_p[row];
        row_influx[row] = all_influx * (1 + gain * substance / (1 + substance)) *
                          (1 - v * per_reversal) / (1 + ratio * std::exp(-slope * v));
        row_gated[row] = per_spike * neurons.spine_spike[row];
    }
    const double kept = 1 - dt / decay, transmitter_kept = 1 - dt / transmitter_decay;
    const double low = depression_threshold, high = potentiation_threshold;
    for (int row = 0; row < rows; row++) {
        const double gain_of_row = dt * row_influx[row], gated_of_row = dt * row_gated[row];
        double* const bound = &transmitter[row * columns];
        double* const level = &calcium[row * columns];
        double* const potentiating = &time_potentiating[row * columns];
        double* const depressing = &time_depressing[row * columns];
#pragma GCC ivdep
        for (int k = 0; k < columns; k++) {
            const double above = level[k] > high ? counted_s : 0.0;
            potentiating[k] += above;
            depressing[k] += (level[k] > low ? counted_s : 0.0) - above;
            level[k] = level[k] * kept + gain_of_row * bound[k] + gated_of_row;
            bound[k] *= transmitter_kept;
        }
    }
}

// What one cell sends through one connection: it arrives everywhere after the same delay.
struct Bundle {
    int64_t delay_steps = 0;
    std::vector<int> targets, spines;
    Values ampa;
};

struct Connection {
    Neurons* target;
    Spines* spines = nullptr;
    double nmda, gaba, substance_p;
    std::vector<Bundle> from;  // by source

    Connection(const Numbers& numbers, const std::string& name, Neurons* onto, Spines* plastic,
               int sources, double dt)
        : target(onto), spines(plastic), nmda(numbers.one(name + ".nmda_step", 0.0)),
          gaba(numbers.one(name + ".gaba_step", 0.0)),
          substance_p(numbers.one(name + ".substance_p_step", 0.0)), from(size_t(sources)) {
        const Values &source = numbers.all(name + ".source"), &to = numbers.all(name + ".target");
        const Values& delay = numbers.all(name + ".delay_s");
        const double ampa = numbers.one(name + ".ampa_step", 0.0);
        for (size_t each = 0; each < source.size(); each++) {
            Bundle& bundle = from[size_t(source[each])];
            bundle.delay_steps = std::lround(delay[each] / dt);
            bundle.targets.push_back(int(to[each]));
            bundle.ampa.push_back(ampa);
            if (!spines) continue;
            bundle.ampa.back() *= 1 + numbers.all(name + ".late")[each];  // frozen: its efficacy
            bundle.spines.push_back(int(to[each]) * spines->columns + int(each) % spines->used);
        }
    }
    void arrive(int sender) {
        const Bundle& bundle = from[size_t(sender)];
        for (size_t k = 0; k < bundle.targets.size(); k++) {
            const int i = bundle.targets[k];
            target->ampa[i] += bundle.ampa[k];
            target->nmda[i] += nmda;
            target->gaba[i] += gaba;
            target->substance_p[i] += substance_p;
        }
        for (int spine : bundle.spines)
            spines->transmitter[spine] += spines->saturation * (1 - spines->transmitter[spine]);
    }
};

// Spikes on their way: by the step in which they arrive, the connection and the sender.
class Travelling {
    struct Spike {
        Connection* through;
        int sender;
    };
    std::vector<std::vector<Spike>> arriving;

public:
    explicit Travelling(int64_t longest_steps) : arriving(size_t(longest_steps) + 1) {}
    void send(int64_t step, Connection& through, const std::vector<int>& senders) {
        for (int sender : senders) {
            const size_t at = size_t(step + through.from[size_t(sender)].delay_steps);
            arriving[at % arriving.size()].push_back({&through, sender});
        }
    }
    void deliver(int64_t step) {
        std::vector<Spike>& now = arriving[size_t(step) % arriving.size()];
        for (const Spike& spike : now) spike.through->arrive(spike.sender);
        now.clear();
    }
};

double mean(const Values& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

struct Network {
    double dt, calcium_dt, counted_from_s, duration_s;
    int64_t longest_steps = 0;
    Random random;
    std::map<std::string, Afferents> afferents;
    std::map<std::string, Neurons> neurons;
    std::map<std::string, Spines> spines;  // by connection
    std::vector<Connection> connections;
    std::vector<const std::vector<int>*> senders;  // of each connection

    Network(const Numbers& numbers, uint64_t seed)
        : dt(numbers.one("time_step")), calcium_dt(numbers.one("calcium_time_step")),
          counted_from_s(numbers.one("counted_from")), duration_s(numbers.one("duration")),
          random(seed) {
        for (const char* name : {"c_fibre", "a_beta", "descending"})
            afferents.emplace(name, Afferents(numbers, name, dt, random));
        for (const char* name : {"excitatory", "inhibitory", "nk1r", "wdr"})
            neurons.emplace(name, Neurons(numbers, name, dt));
        for (const std::string source :
             {"c_fibre", "a_beta", "descending", "excitatory", "inhibitory", "nk1r"})
            for (const auto& [target, cells] : neurons)
                if (numbers.has(source + "_to_" + target + ".source"))
                    connect(numbers, source, target, source + "_to_" + target);
    }
    void connect(const Numbers& numbers, const std::string& source, const std::string& target,
                 const std::string& name) {
        if (numbers.has(name + ".late"))
            spines.emplace(name, Spines(numbers, name, target, calcium_dt));
        Spines* plastic = spines.count(name) ? &spines.at(name) : nullptr;
        const int cells = int(numbers.one(source + ".size"));
        connections.emplace_back(numbers, name, &neurons.at(target), plastic, cells, dt);
        senders.push_back(afferents.count(source) ? &afferents.at(source).fired
                                                  : &neurons.at(source).fired);
        for (const Bundle& each : connections.back().from)
            longest_steps = std::max(longest_steps, each.delay_steps);
    }
    void run() {
        Travelling travelling(longest_steps);
        const int64_t steps = std::lround(duration_s / dt);
        const int64_t calcium_steps = std::lround(calcium_dt / dt);
        const int64_t counted_from = std::lround(counted_from_s / dt);
        for (int64_t step = 0; step < steps; step++) {
            const bool counted = step >= counted_from;
            if (step % calcium_steps == 0)
                for (auto& [name, each] : spines)
                    each.advance(neurons.at("nk1r"), counted ? calcium_dt : 0.0);
            for (auto& [name, each] : afferents) each.fire(step, counted, random);
            for (auto& [name, each] : neurons) {
                each.advance(counted ? dt : 0.0);
                each.detect(counted);
            }
            for (size_t each = 0; each < connections.size(); each++)
                travelling.send(step, connections[each], *senders[each]);
            travelling.deliver(step);
            for (auto& [name, each] : neurons) each.reset();
        }
    }
    void report() const {
        const double counted_s = duration_s - counted_from_s;
        const auto print = [&](const std::string& name, double total) {
            std::cout << name << " " << total / counted_s << "\n";
        };
        for (const auto& [name, each] : afferents) print(name, mean(each.spikes));
        for (const auto& [name, each] : neurons) print(name, mean(each.spikes));
        for (const auto& [name, each] : spines) {
            print("potentiating", each.mean(each.time_potentiating));
            print("depressing", each.mean(each.time_depressing));
        }
        print("inducing", mean(neurons.at("wdr").time_induced));
    }
};

int main(int, char** arguments) {
    Network network(Numbers(arguments[1]), std::strtoull(arguments[2], nullptr, 10));
    network.run();
    network.report();
}
