// The slow clock: RODAS3 (Sandu 1997 Atmos Environ 31:3459), a Rosenbrock method of order 3 with an
// embedded one of order 2, L-stable, for many slow units at once. Each unit has its own step; WIDTH
// of them go through the arithmetic together. A step ends where the drive jumps.
//
// What one unit gives depends on nothing but its own input: not on which units share a vector, a
// call or a thread with it. No fast-math: a comparison with NaN must stay false.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <thread>
#include <vector>

namespace {

#ifdef __AVX512F__
constexpr int WIDTH = 8;
#else
constexpr int WIDTH = 4;
#endif
constexpr int N = /*STATES*/;
/*AXES*/
constexpr int QUANTITIES = 4, OUTPUT = 2, USED[] = {0, 1, 3};
constexpr int MODES = 4;  // exponentials that an effect-site concentration is the sum of
constexpr double GAMMA = 0.5, SAFETY = 0.9, SMALLEST = 0.2, LARGEST = 6.0, SHORTEST = 1e-13;
constexpr long MOST_STEPS = 10'000'000;

typedef double real __attribute__((vector_size(8 * WIDTH)));
typedef long long bits __attribute__((vector_size(8 * WIDTH)));
typedef double quad __attribute__((vector_size(8 * QUANTITIES)));

template <class R, class C> inline R choose(C condition, R yes, R no) {
    return condition ? yes : no;
}

inline double root(double x) { return std::sqrt(x); }
inline double logarithm(double x) { return std::log(x); }
inline double exponential(double x) { return std::exp(std::min(x, 700.0)); }

inline real root(real x) {
    for (int w = 0; w < WIDTH; w++) x[w] = std::sqrt(x[w]);
    return x;
}

inline real logarithm(real x) {
    for (int w = 0; w < WIDTH; w++) x[w] = std::log(x[w]);
    return x;
}

// exp(x) = 2^n exp(r) with |r| <= ln(2)/2, exp(r) by its Taylor series: within 2 units in the last
// place.
inline real exponential(real x) {
    constexpr double SHIFT = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer
    x = x > 700.0 ? real{} + 700.0 : x;
    x = x < -700.0 ? real{} - 700.0 : x;
    const real shifted = x * 1.4426950408889634 + SHIFT;
    const real n = shifted - SHIFT;
    const real r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
    real sum = real{} + 1.0 / 6227020800.0;
    for (double term : {1 / 479001600.0, 1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0,
                        1 / 5040.0, 1 / 720.0, 1 / 120.0, 1 / 24.0, 1 / 6.0, 0.5, 1.0, 1.0})
        sum = sum * r + term;
    constexpr double PLAIN = SHIFT;
    long long shift_bits;
    std::memcpy(&shift_bits, &PLAIN, 8);
    const bits power = ((bits)shifted - shift_bits + 1023) << 52;
    return sum * (real)power;
}

template <class R> struct Drift {
    R share[3], along[3], inhibited[3], in_time[3];
};

template <class R> struct Acting {
    R rate, rate_t, kinase;
};

template <class R> inline R efficacy(const R* y, const double* constants) {
/*EFFICACY*/
}

template <class R>
inline void rates(const R* y, const Drift<R>& drift, const Acting<R>& drive,
                  const double* constants, R* f) {
/*RATES*/
}

template <class R>
inline void slopes(const R* y, const Drift<R>& drift, const Acting<R>& drive,
                   const double* constants, R* f, R* in_time, R* jacobian) {
/*SLOPES*/
}

// Identity times a number, less the Jacobian, where it is not zero or filled in.
inline void fill(const real* jacobian, const real& diagonal, real* m) {
/*FILL*/
}

inline void factor(real* m) {
/*FACTOR*/
}

inline void solve(const real* m, real* b) {
/*SOLVE*/
}

}  // namespace

extern "C" {

struct Problem {
    // The table: values of each axis one after the other, row of each node, roots of each row.
    const double* axis_values;
    const long long* axis_lengths;
    const int* index;
    const double* roots;
    double first_efficacy, per_efficacy;
    long long fine;
    const double* constants;
    double loses_inhibition;  // 1 where the loss of inhibition moves
    double tolerance;
    // Segments of every course, drugs of every course.
    const double* segments;
    const double* drugs;
    long long drug_count;
    const long long* first_segment;
    const double* moments;
    const long long* first_moment;
    // Units: their course, input relative to that of the course, state, row of the output.
    long long units;
    const long long* course;
    const double* multiplier;
    const double* start;
    const long long* first_row;
    double* output;
    long long threads;
    double* failure;  // kind, unit, time
};

}

namespace {

enum { START, END, RATE, FALLING, FALL, KINASE, LEFT, SEGMENT = LEFT + AXES };
enum { HALF = MODES, STEEPNESS, MAXIMUM, ACTS_ON, DRUG };
enum { MISSING = 1, STUCK = 2 };

// What acts on a unit at a moment, and the corners of the table's cell that it lies in, loss of
// inhibition aside: nodes, weights, and how the weights change per day.
struct Drive {
    double rate, rate_t, kinase;
    int corners;
    long node[CORNERS];
    double weight[CORNERS], weight_t[CORNERS];
};

struct Lookup {
    quad share, along, inhibited, in_time;
};

inline quad load(const double* from) {
    quad values;
    std::memcpy(&values, from, sizeof values);
    return values;
}

struct Position {
    long below;
    double of_the_way, per_step;  // 0 steps beyond the ends, where the nearest end counts
};

inline Position position(const double* values, long length, double value) {
    if (length == 1) return {0, 0, 0};
    long below = 0;
    for (long i = 1; i < length - 1; i++) below += value >= values[i];
    const double step = 1 / (values[below + 1] - values[below]);
    const bool inside = value >= values[0] && value <= values[length - 1];
    const double way = std::min(std::max((value - values[below]) * step, 0.0), 1.0);
    return {below, way, inside ? step : 0};
}

// Adds a coordinate to the cell: both sides where the point lies between nodes or moves along it.
inline void divide(Drive& drive, const Position& at, double change, long stride) {
    const double per_day = at.per_step * change;
    const bool both = (at.of_the_way > 0 && at.of_the_way < 1) || per_day != 0;
    const int corners = drive.corners;
    for (int i = 0; i < corners; i++) {
        const double weight = drive.weight[i], weight_t = drive.weight_t[i];
        const long node = drive.node[i] + stride * at.below;
        if (!both) {
            drive.node[i] = node + (at.of_the_way == 1 ? stride : 0);
            continue;
        }
        const double above = at.of_the_way, below = 1 - above;
        drive.node[i] = node;
        drive.weight[i] = weight * below;
        drive.weight_t[i] = weight_t * below - weight * per_day;
        drive.node[corners + i] = node + stride;
        drive.weight[corners + i] = weight * above;
        drive.weight_t[corners + i] = weight_t * above + weight * per_day;
    }
    if (both) drive.corners *= 2;
}

// What acts on a unit at a time of a segment.
__attribute__((noinline)) void act(const Problem& p, long course, const double* segment,
                                   double multiplier, double t, Drive& drive) {
    const double since = t - segment[START];
    double rate = segment[RATE], change = 0;
    if (segment[FALLING] != 0) {
        const double falling = segment[FALLING] * std::exp(-segment[FALL] * since);
        rate += falling;
        change = -segment[FALL] * falling;
    }
    double left[AXES], slope[AXES] = {};
    std::memcpy(left, segment + LEFT, sizeof left);
    for (long j = 0; j < p.drug_count; j++) {
        const double* amount = segment + SEGMENT + j * (1 + MODES);
        const double* drug = p.drugs + (course * p.drug_count + j) * DRUG;
        double level = amount[0], rise = 0;
        for (int k = 0; k < MODES; k++)
            if (amount[1 + k] != 0) {
                const double part = amount[1 + k] * std::exp(-drug[k] * since);
                level += part;
                rise -= drug[k] * part;
            }
        if (!(level > 0)) continue;
        const double relative = level / drug[HALF], steepness = drug[STEEPNESS];
        const double odds = steepness == 1 ? relative : std::pow(relative, steepness);
        const double blocked = drug[MAXIMUM] * odds / (1 + odds);
        const double blocking = steepness * blocked / (1 + odds) * rise / level;
        const int on = int(drug[ACTS_ON]);
        slope[on] = slope[on] * (1 - blocked) - left[on] * blocking;
        left[on] *= 1 - blocked;
    }
    drive.rate = multiplier * rate;
    drive.rate_t = multiplier * change;
    drive.kinase = segment[KINASE];
    double at[AXES], changes[AXES];
    for (int a = 0; a < AXES; a++) {
        at[a] = FULL[a] + TO_REST[a] * left[a];
        changes[a] = TO_REST[a] * slope[a];
    }
    at[INPUT] = drive.rate;
    changes[INPUT] = drive.rate_t;
    drive.corners = 1;
    drive.node[0] = 0;
    drive.weight[0] = 1;
    drive.weight_t[0] = 0;
    const double* values = p.axis_values;
    long stride[AXES + 1] = {};
    stride[AXES] = 1;
    for (int a = AXES - 1; a >= 0; a--) stride[a] = stride[a + 1] * long(p.axis_lengths[a]);
    for (int a = 0; a < AXES; a++) {
        const long length = long(p.axis_lengths[a]);
        if (a != INHIBITION)
            divide(drive, position(values, length, at[a]), changes[a], stride[a + 1]);
        values += length;
    }
}

// Drift at a point; false where a node that it needs has not been measured.
template <bool SLOPES>
__attribute__((noinline)) bool look(const Problem& p, const Drive& drive, double inhibition,
                                    double x, Lookup& found) {
    double along = (x - p.first_efficacy) * p.per_efficacy;
    const double last = double(p.fine - 1);
    const double slope = along >= 0 && along <= last ? p.per_efficacy : 0;
    along = along > 0 ? std::min(along, last) : 0;
    const long place = std::min(long(along), long(p.fine - 2));
    const double share = along - double(place);

    long before = 0, stride = 1;
    for (int a = 0; a < INHIBITION; a++) before += long(p.axis_lengths[a]);
    for (int a = INHIBITION + 1; a < AXES; a++) stride *= long(p.axis_lengths[a]);
    const Position lost =
        position(p.axis_values + before, long(p.axis_lengths[INHIBITION]), inhibition);
    const bool moves = SLOPES && p.loses_inhibition != 0 && lost.per_step != 0;
    quad value{}, by_efficacy{}, by_inhibition{}, in_time{};
    bool whole = true;
    for (int side = 0; side < 2; side++) {
        const double part = side ? lost.of_the_way : 1 - lost.of_the_way;
        if (part == 0 && !moves) continue;
        const double per_step = side ? lost.per_step : -lost.per_step;
        for (int corner = 0; corner < drive.corners; corner++) {
            const int row = p.index[drive.node[corner] + stride * (lost.below + side)];
            const double weight = part * drive.weight[corner];
            if (row < 0) {
                if (weight > 0) return false;
                whole = false;
                continue;
            }
            const double* low = p.roots + (long(row) * p.fine + place) * QUANTITIES;
            const quad step = load(low + QUANTITIES) - load(low), here = load(low) + share * step;
            value += weight * here;
            if (!SLOPES) continue;
            by_efficacy += weight * step;
            in_time += part * drive.weight_t[corner] * here;
            by_inhibition += per_step * drive.weight[corner] * here;
        }
    }
    found.share = value * value;
    if (!SLOPES) return true;
    const quad twice = 2 * value;
    found.along = twice * by_efficacy * slope;
    // At the edge of what was measured slopes are left out: the step control sees to it.
    found.inhibited = moves && whole ? twice * by_inhibition : quad{};
    found.in_time = whole ? twice * in_time : quad{};
    return true;
}

// The units that go through the arithmetic together: one in each lane.
struct Lanes {
    real y[N], f[N], in_time[N], jacobian[N * N];
    Drift<real> here, there;
    Acting<real> acting;
    Drive now[WIDTH], next[WIDTH];
    double t[WIDTH], h[WIDTH], until[WIDTH], end[WIDTH];
    long unit[WIDTH], course[WIDTH], segment[WIDTH], moment[WIDTH], last_moment[WIDTH];
    long steps[WIDTH];
    bool active[WIDTH], fresh[WIDTH], moved[WIDTH];
};

struct Block {
    const Problem& p;
    long next_unit, last_unit;
    double failure[3] = {0, 0, 0};
    Lanes s{};

    const double* segment_at(long row) const {
        return p.segments + row * (SEGMENT + p.drug_count * (1 + MODES));
    }

    const double* segment(int w) const { return segment_at(s.segment[w]); }

    void fail(int kind, int w) {
        if (failure[0] == 0) {
            failure[0] = kind;
            failure[1] = double(s.unit[w]);
            failure[2] = s.t[w];
        }
        s.active[w] = false;
    }

    // Writes a state and the output of the neurons there.
    void write(int w, double t, const double* y) {
        const long row = p.first_row[s.unit[w]] + s.moment[w] - p.first_moment[s.course[w]];
        double* out = p.output + row * (N + 1);
        std::memcpy(out, y, N * sizeof(double));
        Drive drive;
        act(p, s.course[w], segment(w), p.multiplier[s.unit[w]], t, drive);
        Lookup found;
        if (look<false>(p, drive, lost(y), efficacy<double>(y, p.constants), found))
            out[N] = found.share[OUTPUT];
        else
            fail(MISSING, w);
        s.moment[w]++;
    }

    // Loss of inhibition: the state that is an axis of the table, where there is one.
    static constexpr int INHIBITED = N > 4 ? 4 : 0;
    static double lost(const double* y) { return N > 4 ? y[INHIBITED] : 0; }

    // Takes the next unit, or leaves the lane empty.
    void begin(int w) {
        s.active[w] = false;
        while (next_unit < last_unit) {
            const long u = s.unit[w] = next_unit++;
            const long c = s.course[w] = long(p.course[u]);
            s.moment[w] = long(p.first_moment[c]);
            s.last_moment[w] = long(p.first_moment[c + 1]);
            if (s.moment[w] == s.last_moment[w]) continue;
            s.t[w] = p.moments[s.moment[w]];
            s.end[w] = p.moments[s.last_moment[w] - 1];
            s.segment[w] = long(p.first_segment[c]);
            while (segment(w)[END] < s.t[w]) s.segment[w]++;
            for (int i = 0; i < N; i++) s.y[i][w] = p.start[u * N + i];
            s.active[w] = true;
            s.steps[w] = 0;
            double y[N];
            std::memcpy(y, p.start + u * N, sizeof y);
            while (s.active[w] && s.moment[w] < s.last_moment[w] &&
                   p.moments[s.moment[w]] <= s.t[w])
                write(w, s.t[w], y);
            if (s.active[w] && s.moment[w] < s.last_moment[w]) {
                enter(w);
                return;
            }
            s.active[w] = false;
        }
        for (int i = 0; i < N; i++) s.y[i][w] = 0;
        s.h[w] = 1;
        s.t[w] = 0;
        s.moved[w] = s.fresh[w] = false;
    }

    // Goes on to the segment that holds what comes after this moment.
    void enter(int w) {
        while (segment(w)[END] <= s.t[w]) s.segment[w]++;
        s.until[w] = std::min(segment(w)[END], s.end[w]);
        s.fresh[w] = s.moved[w] = true;
        act(p, s.course[w], segment(w), p.multiplier[s.unit[w]], s.t[w], s.now[w]);
    }

    template <bool SLOPES>
    void look_up(int w, const Drive& drive, const real* y, const real& x, Drift<real>& drift) {
        Lookup found;
        const double inhibition = N > 4 ? y[INHIBITED][w] : 0;
        if (!look<SLOPES>(p, drive, inhibition, x[w], found)) return fail(MISSING, w);
        for (int i = 0; i < 3; i++) {
            drift.share[i][w] = found.share[USED[i]];
            if (!SLOPES) continue;
            drift.along[i][w] = found.along[USED[i]];
            drift.inhibited[i][w] = found.inhibited[USED[i]];
            drift.in_time[i][w] = found.in_time[USED[i]];
        }
    }

    void set_acting(int w, const Drive& drive) {
        s.acting.rate[w] = drive.rate;
        s.acting.rate_t[w] = drive.rate_t;
        s.acting.kinase[w] = drive.kinase;
    }

    void evaluate(const real* y, Drive* drives, real* f) {
        const real x = efficacy<real>(y, p.constants);
        for (int w = 0; w < WIDTH; w++)
            if (s.active[w]) look_up<false>(w, drives[w], y, x, s.there);
        rates<real>(y, s.there, s.acting, p.constants, f);
    }

    // Rates and slopes where each lane is; a lane whose step was refused still has its own.
    void evaluate_slopes() {
        const real x = efficacy<real>(s.y, p.constants);
        for (int w = 0; w < WIDTH; w++) {
            set_acting(w, s.now[w]);
            if (s.active[w] && s.moved[w]) look_up<true>(w, s.now[w], s.y, x, s.here);
        }
        slopes<real>(s.y, s.here, s.acting, p.constants, s.f, s.in_time, s.jacobian);
    }

    void choose_steps(double* arrival) {
        for (int w = 0; w < WIDTH; w++) {
            arrival[w] = s.t[w];
            if (!s.active[w]) continue;
            if (s.fresh[w]) {
                double fastest = 1e-3;
                for (int i = 0; i < N; i++) fastest = std::max(fastest, std::fabs(s.f[i][w]));
                s.h[w] = 0.5 * std::cbrt(p.tolerance) / fastest;
            }
            // A last step that is hardly any longer ends there too.
            const bool lands = s.t[w] + 1.0000001 * s.h[w] >= s.until[w];
            arrival[w] = lands ? s.until[w] : s.t[w] + s.h[w];
            s.h[w] = arrival[w] - s.t[w];
            if (!(s.h[w] > SHORTEST * std::max(1.0, std::fabs(s.t[w]))) ||
                ++s.steps[w] > MOST_STEPS)
                fail(STUCK, w);
            s.fresh[w] = s.moved[w] = false;
            act(p, s.course[w], segment(w), p.multiplier[s.unit[w]], arrival[w], s.next[w]);
        }
    }

    // One step of every lane: its result and, in units of the tolerance, its error.
    void step(real* result, double* error) {
        real m[N * N], h, k1[N], k2[N], k3[N], k4[N], f[N], y[N];
        for (int w = 0; w < WIDTH; w++) h[w] = s.h[w];
        const real per = 1.0 / h;
        fill(s.jacobian, per / GAMMA, m);
        factor(m);
        for (int i = 0; i < N; i++) k1[i] = s.f[i] + 0.5 * h * s.in_time[i];
        solve(m, k1);
        for (int i = 0; i < N; i++)
            k2[i] = s.f[i] + 1.5 * h * s.in_time[i] + 4.0 * per * k1[i];
        solve(m, k2);
        for (int w = 0; w < WIDTH; w++) set_acting(w, s.next[w]);
        for (int i = 0; i < N; i++) y[i] = s.y[i] + 2.0 * k1[i];
        evaluate(y, s.next, f);
        for (int i = 0; i < N; i++) k3[i] = f[i] + per * (k1[i] - k2[i]);
        solve(m, k3);
        for (int i = 0; i < N; i++) y[i] += k3[i];
        evaluate(y, s.next, f);
        for (int i = 0; i < N; i++) k4[i] = f[i] + per * (k1[i] - k2[i] - (8.0 / 3.0) * k3[i]);
        solve(m, k4);
        for (int w = 0; w < WIDTH; w++) error[w] = 0;
        for (int i = 0; i < N; i++) {
            result[i] = y[i] + k4[i];
            for (int w = 0; w < WIDTH; w++) {
                const double size = std::fabs(k4[i][w]) / p.tolerance;
                if (!(size <= error[w])) error[w] = size;
            }
        }
    }

    // Writes the moments inside a step: between its ends a cubic with the slopes there.
    void write_inside(int w, double arrival, const real* result) {
        double y0[N], y1[N], f1[N] = {}, y[N];
        const double h = arrival - s.t[w];
        bool known = false;
        for (int i = 0; i < N; i++) {
            y0[i] = s.y[i][w];
            y1[i] = result[i][w];
        }
        while (s.active[w] && s.moment[w] < s.last_moment[w]) {
            const double t = p.moments[s.moment[w]];
            if (t > arrival) return;
            if (t == arrival) {
                write(w, t, y1);
                continue;
            }
            if (!known && !slopes_after(w, y1, f1)) return;
            known = true;
            const double a = (t - s.t[w]) / h, b = a - 1;
            for (int i = 0; i < N; i++)
                y[i] = y0[i] + a * (y1[i] - y0[i]) +
                       a * b * ((1 - 2 * a) * (y1[i] - y0[i]) + b * h * s.f[i][w] + a * h * f1[i]);
            write(w, t, y);
        }
    }

    bool slopes_after(int w, const double* y, double* f) {
        const Drive& drive = s.next[w];
        Lookup found;
        if (!look<false>(p, drive, lost(y), efficacy<double>(y, p.constants), found)) {
            fail(MISSING, w);
            return false;
        }
        Drift<double> drift;
        for (int i = 0; i < 3; i++) drift.share[i] = found.share[USED[i]];
        const Acting<double> acting{drive.rate, drive.rate_t, drive.kinase};
        rates<double>(y, drift, acting, p.constants, f);
        return true;
    }

    void run() {
        for (int w = 0; w < WIDTH; w++) begin(w);
        while (std::any_of(s.active, s.active + WIDTH, [](bool each) { return each; })) {
            double arrival[WIDTH], error[WIDTH];
            real result[N];
            evaluate_slopes();
            choose_steps(arrival);
            step(result, error);
            for (int w = 0; w < WIDTH; w++) {
                if (!s.active[w]) continue;
                double grow = SAFETY / std::cbrt(float(std::max(error[w], 1e-12)));
                if (!(grow >= SMALLEST)) grow = SMALLEST;
                if (error[w] <= 1) {
                    write_inside(w, arrival[w], result);
                    for (int i = 0; i < N; i++) s.y[i][w] = result[i][w];
                    s.t[w] = arrival[w];
                    s.now[w] = s.next[w];
                    s.moved[w] = true;
                    if (s.active[w] && s.moment[w] < s.last_moment[w]) {
                        if (s.t[w] >= s.until[w]) enter(w);
                    } else {
                        begin(w);
                        continue;
                    }
                }
                s.h[w] *= std::min(grow, LARGEST);
            }
            if (failure[0] != 0) return;
        }
    }
};

}  // namespace

extern "C" void integrate(const Problem* problem) {
    const Problem& p = *problem;
    const long threads = std::max(1L, std::min(long(p.threads), long(p.units)));
    std::vector<Block> blocks;
    for (long i = 0; i < threads; i++)
        blocks.push_back(Block{p, p.units * i / threads, p.units * (i + 1) / threads});
    std::vector<std::thread> others;
    for (long i = 1; i < threads; i++) others.emplace_back(&Block::run, &blocks[i]);
    blocks[0].run();
    for (auto& other : others) other.join();
    for (const auto& block : blocks)
        if (block.failure[0] != 0 && p.failure[0] == 0)
            std::copy(block.failure, block.failure + 3, p.failure);
}
