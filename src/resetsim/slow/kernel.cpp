// The slow clock: RODAS3 (Sandu 1997 Atmos Environ 31:3459), a Rosenbrock method of order 3 with an
// embedded one of order 2, L-stable, for many slow units at once. Each unit has its own step; WIDTH
// of them go through the arithmetic together. A step ends where the drive jumps.
//
// What one unit gives depends on nothing but its own input: not on which units share a vector, a
// call or a thread with it. No fast-math: a comparison with NaN must stay false.
//
// What is written for a type R holds for one number (double) and for one in each lane (real).

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#ifndef __wasm__  // in a web page there is one thread
#include <thread>
#endif

namespace {

#ifdef __AVX512F__
constexpr int WIDTH = 8;
#else
constexpr int WIDTH = 4;
#endif
constexpr int N = /*STATES*/;
constexpr int CONSTANTS = /*CONSTANTS*/;  // and their inverses
/*AXES*/
constexpr int QUANTITIES = 4, OUTPUT = 2, USED[] = {0, 1, 3};
constexpr double INFINITE = std::numeric_limits<double>::infinity();
constexpr int MODES = 4;  // exponentials that an effect-site concentration is the sum of
constexpr double GAMMA = 0.5, SAFETY = 0.95, FIRST = 0.85;
constexpr double SMALLEST = 0.2, LARGEST = 6.0, SHORTEST = 1e-13;
constexpr long MOST_STEPS = 10'000'000;

typedef double real __attribute__((vector_size(8 * WIDTH)));
typedef decltype(real{} < real{}) bits;
template <class R> constexpr int LANES = sizeof(R) / sizeof(double);
template <int COUNT> struct Row { typedef double type __attribute__((vector_size(8 * COUNT))); };

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

// log(2^n m) = n log(2) + log(m) with m around 1, log(m) by the series of 2 artanh((m-1)/(m+1)).
inline real logarithm(real x) {
    constexpr double LOW = 0.70710678118654752;  // of m
    long long low_bits;
    std::memcpy(&low_bits, &LOW, 8);
    const bits n = ((bits)x - low_bits) >> 52;
    const real m = (real)((bits)x - (n << 52));
    const real s = (m - 1.0) / (m + 1.0), z = s * s;
    real sum = real{} + 1.0 / 21;
    for (double odd : {19, 17, 15, 13, 11, 9, 7, 5, 3, 1}) sum = sum * z + 1 / odd;
    const real found = 2.0 * s * sum + __builtin_convertvector(n, real) * 0.69314718055994531;
    const real special = x < std::numeric_limits<double>::min() && x >= 0.0
                             ? real{} - INFINITE
                             : (x < 0.0 ? real{} + NAN : x);
    return x >= std::numeric_limits<double>::min() && x < INFINITE ? found : special;
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
    // Even and odd powers do not wait for each other.
    const real square = r * r;
    real even = real{} + 1 / 479001600.0, odd = real{} + 1 / 6227020800.0;
    for (double term : {1 / 3628800.0, 1 / 40320.0, 1 / 720.0, 1 / 24.0, 0.5, 1.0})
        even = even * square + term;
    for (double term : {1 / 39916800.0, 1 / 362880.0, 1 / 5040.0, 1 / 120.0, 1 / 6.0, 1.0})
        odd = odd * square + term;
    constexpr double PLAIN = SHIFT;
    long long shift_bits;
    std::memcpy(&shift_bits, &PLAIN, 8);
    const bits power = ((bits)shifted - shift_bits + 1023) << 52;
    return (even + r * odd) * (real)power;
}

inline bool any(bool condition) { return condition; }

inline bool any(bits condition) {
    typedef signed char narrow __attribute__((vector_size(WIDTH)));
    const narrow bytes = __builtin_convertvector(condition, narrow);
    return std::memcmp(&bytes, "\0\0\0\0\0\0\0", WIDTH) != 0;
}

template <class R> inline R larger(R a, R b) { return choose<R>(a < b, b, a); }
template <class R> inline R smaller(R a, R b) { return choose<R>(b < a, b, a); }
template <class R> inline R size_of(R a) { return choose<R>(a < 0.0, -a, a); }

inline double whole_part(double x) { return std::trunc(x); }

inline real whole_part(real x) {  // of what is small enough to have one
    return __builtin_convertvector(__builtin_convertvector(x, bits), real);
}

// The number in a lane.
template <class R> inline double& lane(R& x, int w) { return reinterpret_cast<double*>(&x)[w]; }

// Shares of time, and their slopes along efficacy, along loss of inhibition and in time.
template <class R> struct Drift {
    R share[3], along[3], inhibited[3], in_time[3], output;
};

// What acts at a moment; where it lies along each axis of the table: the node below, how far it is
// from there to the next, and how that changes per day.
template <class R> struct Drive {
    R rate, rate_t, kinase, below[AXES], way[AXES], way_t[AXES];
};

template <class R> inline R efficacy(const R* y, const R* constants) {
/*EFFICACY*/
}

template <class R>
inline void rates(const R* y, const Drift<R>& drift, const Drive<R>& drive, const R* constants,
                  R* f) {
/*RATES*/
}

template <class R>
inline void slopes(const R* y, const Drift<R>& drift, const Drive<R>& drive, const R* constants,
                   R* f, R* in_time, R* jacobian) {
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
    const double* constants;  // of every course
    double loses_inhibition;  // 1 where the loss of inhibition moves
    double tolerance;
    // Segments of every course.
    const double* segments;
    long long drugs;
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

// A segment: its numbers, and those of each drug.
enum { START, END, RATE, FALLING, FALL, KINASE, LEFT, SEGMENT = LEFT + AXES };
enum { HALF, STEEPNESS, MAXIMUM, ACTS_ON, LEVEL, FALLS, AMOUNT = FALLS + MODES };
constexpr int DRUG = AMOUNT + MODES;
enum { MISSING = 1, STUCK = 2 };

// Loss of inhibition: the state that is an axis of the table, where there is one.
constexpr int INHIBITED = 4;
template <class R> inline R lost(const R* y) {
    if constexpr (N > INHIBITED) return y[INHIBITED];
    return R{};
}

// Where a coordinate lies along an axis; beyond its ends the nearest end counts.
template <class R>
inline void place(const double* values, long length, R value, R change, R& below, R& way,
                  R& way_t) {
    below = way = way_t = R{};
    if (length == 1) return;
    R low = R{} + values[0], high = R{} + values[1];
    for (long i = 1; i < length - 1; i++) {
        const auto beyond = value >= values[i];
        below = choose<R>(beyond, R{} + double(i), below);
        low = choose<R>(beyond, R{} + values[i], low);
        high = choose<R>(beyond, R{} + values[i + 1], high);
    }
    const R per_step = 1.0 / (high - low);
    way = smaller<R>(larger<R>((value - low) * per_step, R{}), R{} + 1.0);
    way_t = choose<R>((value >= values[0]) & (value <= values[length - 1]), per_step * change, R{});
    // At rest on the last node no other is needed.
    const auto settled = (way == 1.0) & (way_t == 0.0);
    below = choose<R>(settled, below + 1.0, below);
    way = choose<R>(settled, R{}, way);
}

// What acts on a unit at a time of a segment. Coordinates that nothing moves are left as they were
// earlier in the segment, where that is given.
template <class R>
void act(const Problem& p, const R* segment, R multiplier, R t, const R* y, Drive<R>& drive,
         const Drive<R>* earlier = nullptr) {
    const R since = t - segment[START];
    const R falling = segment[FALLING] * exponential(-segment[FALL] * since);
    R left[AXES], slope[AXES] = {};
    std::copy(segment + LEFT, segment + SEGMENT, left);
    for (const R* drug = segment + SEGMENT; drug < segment + SEGMENT + p.drugs * DRUG;
         drug += DRUG) {
        R level = drug[LEVEL], rise{}, ever = size_of<R>(level);
        for (int k = 0; k < MODES; k++) ever += size_of<R>(drug[AMOUNT + k]);
        if (!any(ever > 0.0)) continue;
        for (int k = 0; k < MODES; k++) {
            const R part = drug[AMOUNT + k] * exponential(-drug[FALLS + k] * since);
            level += part;
            rise -= drug[FALLS + k] * part;
        }
        const auto there = level > 0.0;
        const R steepness = drug[STEEPNESS], relative = level / drug[HALF];
        R odds = relative;
        if (any(steepness != 1.0))
            odds = choose<R>(steepness == 1.0, odds, exponential(steepness * logarithm(odds)));
        const R per = 1.0 / (1.0 + odds);
        const R blocked = choose<R>(there, drug[MAXIMUM] * odds * per, R{});
        const R blocking = choose<R>(there, steepness * blocked * per * rise / level, R{});
        for (int a = 0; a < AXES; a++) {
            const auto here = drug[ACTS_ON] == double(a);
            slope[a] = choose<R>(here, slope[a] * (1.0 - blocked) - left[a] * blocking, slope[a]);
            left[a] = choose<R>(here, left[a] * (1.0 - blocked), left[a]);
        }
    }
    drive.rate = multiplier * (segment[RATE] + falling);
    drive.rate_t = -multiplier * segment[FALL] * falling;
    drive.kinase = segment[KINASE];
    const double* values = p.axis_values;
    for (int a = 0; a < AXES; values += p.axis_lengths[a++]) {
        R at = FULL[a] + TO_REST[a] * left[a], change = TO_REST[a] * slope[a];
        if (a == INPUT) at = drive.rate, change = drive.rate_t;
        if (a == INHIBITION) at = lost(y), change = R{};
        if (earlier && !any(change != 0.0)) {
            drive.below[a] = earlier->below[a];
            drive.way[a] = earlier->way[a];
            drive.way_t[a] = earlier->way_t[a];
        } else
            place<R>(values, long(p.axis_lengths[a]), at, change, drive.below[a], drive.way[a],
                     drive.way_t[a]);
    }
}

// A corner of the cells that points lie in: its node from the lowest one, its weight, and how that
// changes per day and along loss of inhibition.
template <class R> struct Corner {
    long node;
    R weight, weight_t, weight_x;
};

// One quantity of every lane.
template <class R, class Q, int... LANE>
inline R column(const Q* found, int i, std::integer_sequence<int, LANE...>) {
    return R{found[LANE][i]...};
}

template <class R, class Q> inline R column(const Q* found, int i) {
    return column<R>(found, i, std::make_integer_sequence<int, LANES<R>>());
}

// Drift at a state; a lane that needs a node which has not been measured is told by true.
template <bool SLOPES, class R>
void look(const Problem& p, const Drive<R>& drive, const R* y, const R* constants, Drift<R>& drift,
          bool* missing) {
    const bool loses = N > INHIBITED && p.loses_inhibition != 0;
    R lost_below{}, lost_way{}, lost_way_x{};
    if (loses) {
        const double* values = p.axis_values;
        for (int a = 0; a < INHIBITION; a++) values += p.axis_lengths[a];
        place<R>(values, long(p.axis_lengths[INHIBITION]), lost(y), R{} + 1.0, lost_below, lost_way,
                 lost_way_x);
    }

    Corner<R> corner[CORNERS];
    corner[0] = {0, R{} + 1.0, R{}, R{}};
    int corners = 1;
    long stride = 1;
    R lowest{};
    for (int a = AXES - 1; a >= 0; stride *= long(p.axis_lengths[a--])) {
        const bool moved = loses && a == INHIBITION;
        const R way = moved ? lost_way : drive.way[a];
        const R way_t = moved ? R{} : drive.way_t[a], way_x = moved ? lost_way_x : R{};
        lowest += double(stride) * (moved ? lost_below : drive.below[a]);
        if (!any((way > 0.0) | (way_t != 0.0) | (way_x != 0.0))) continue;
        for (int i = 0; i < corners; i++) {
            const Corner<R> whole = corner[i];
            const R rest = 1.0 - way;
            corner[i].weight = whole.weight * rest;
            corner[corners + i] = {whole.node + stride, whole.weight * way, R{}, R{}};
            if (!SLOPES) continue;
            corner[i].weight_t = whole.weight_t * rest - whole.weight * way_t;
            corner[i].weight_x = whole.weight_x * rest - whole.weight * way_x;
            corner[corners + i].weight_t = whole.weight_t * way + whole.weight * way_t;
            corner[corners + i].weight_x = whole.weight_x * way + whole.weight * way_x;
        }
        corners *= 2;
    }

    const double last = double(p.fine - 1);
    R along = (efficacy<R>(y, constants) - p.first_efficacy) * p.per_efficacy;
    const R slope = choose<R>((along >= 0.0) & (along <= last), R{} + p.per_efficacy, R{});
    along = smaller<R>(choose<R>(along > 0.0, along, R{}), R{} + last);
    R step_below = smaller<R>(whole_part(along), R{} + (last - 1.0)), share = along - step_below;

    // Steps need no output, and tissue without heterosynaptic potentiation not what induces that.
    constexpr int SHARES = N > INHIBITED ? 3 : 2;
    typedef typename Row<LANES<R> == 1 || SHARES == 3 ? QUANTITIES : SHARES>::type row_type;
    row_type here[LANES<R>], step[LANES<R>], in_time[LANES<R>], inhibited[LANES<R>];
    for (int w = 0; w < LANES<R>; w++) {
        const long place = long(lane(step_below, w));
        const int* row = p.index + long(lane(lowest, w));
        row_type low{}, high{}, low_t{}, high_t{}, low_x{}, high_x{};
        bool whole = true;
        for (int i = 0; i < corners; i++) {
            Corner<R>& at = corner[i];
            const double weight = lane(at.weight, w);
            if (row[at.node] < 0) {
                missing[w] |= weight > 0;
                if (SLOPES) whole &= lane(at.weight_t, w) == 0 && lane(at.weight_x, w) == 0;
                continue;
            }
            const double* node = p.roots + (row[at.node] * p.fine + place) * QUANTITIES;
            row_type one, next;  // two neighbours in the table
            std::memcpy(&one, node, sizeof one);
            std::memcpy(&next, node + QUANTITIES, sizeof next);
            low += weight * one;
            high += weight * next;
            if (!SLOPES) continue;
            low_t += lane(at.weight_t, w) * one;
            high_t += lane(at.weight_t, w) * next;
            if (!loses) continue;
            low_x += lane(at.weight_x, w) * one;
            high_x += lane(at.weight_x, w) * next;
        }
        const double way = lane(share, w);
        step[w] = high - low;
        here[w] = low + way * step[w];
        if (!SLOPES) continue;
        // At the edge of what was measured slopes are left out: the step control sees to it.
        in_time[w] = whole ? low_t + way * (high_t - low_t) : row_type{};
        inhibited[w] = whole ? low_x + way * (high_x - low_x) : row_type{};
    }
    for (int i = 0; i < SHARES; i++) {
        const R root = column<R>(here, USED[i]);
        drift.share[i] = root * root;
        if (!SLOPES) continue;
        drift.along[i] = 2.0 * root * column<R>(step, USED[i]) * slope;
        drift.in_time[i] = 2.0 * root * column<R>(in_time, USED[i]);
        drift.inhibited[i] = loses ? 2.0 * root * column<R>(inhibited, USED[i]) : R{};
    }
    if constexpr (LANES<R> == 1) drift.output = here[0][OUTPUT] * here[0][OUTPUT];
}

// The units that go through the arithmetic together: one in each lane.
struct Lanes {
    real y[N], constants[CONSTANTS], t, h, until, due, multiplier;
    bits active, fresh, steps;
    Drive<real> now;
    double end[WIDTH];
    long unit[WIDTH], course[WIDTH], segment[WIDTH], moment[WIDTH], last_moment[WIDTH];
};

struct Block {
    const Problem& p;
    long next_unit, last_unit;
    const long row = SEGMENT + p.drugs * DRUG;
    const double first_change = FIRST * std::cbrt(p.tolerance);  // of the fastest state, in a step
    double failure[3] = {0, 0, 0};
    Lanes s{};
    std::vector<real> acting = std::vector<real>(row);  // the segment of each lane

    const double* segment(int w) const { return p.segments + s.segment[w] * row; }
    const double* constants(int w) const { return p.constants + s.course[w] * CONSTANTS; }

    void fail(int kind, int w) {
        if (failure[0] == 0) {
            failure[0] = kind;
            failure[1] = double(s.unit[w]);
            failure[2] = s.t[w];
        }
        s.active[w] = 0;
    }

    // Drift at a state of one unit and what acts there; at an edge what acted before it.
    void look_at(int w, double t, const double* y, Drive<double>& drive, Drift<double>& drift) {
        bool missing = false;
        act<double>(p, segment(w), s.multiplier[w], t, y, drive);
        look<false, double>(p, drive, y, constants(w), drift, &missing);
        if (missing) fail(MISSING, w);
    }

    // Writes a state and the output of the neurons there.
    void write(int w, double t, const double* y) {
        Drive<double> drive;
        Drift<double> drift;
        look_at(w, t, y, drive, drift);
        const long place = p.first_row[s.unit[w]] + s.moment[w] - p.first_moment[s.course[w]];
        double* out = p.output + place * (N + 1);
        std::copy(y, y + N, out);
        out[N] = drift.output;
        s.moment[w]++;
        s.due[w] = s.moment[w] < s.last_moment[w] ? p.moments[s.moment[w]] : INFINITE;
    }

    // Takes the next unit that has anything to integrate, or leaves the lane empty.
    void begin(int w) {
        s.active[w] = 0;
        while (!s.active[w] && next_unit < last_unit) {
            const long u = s.unit[w] = next_unit++;
            const long c = s.course[w] = long(p.course[u]);
            s.moment[w] = long(p.first_moment[c]);
            s.last_moment[w] = long(p.first_moment[c + 1]);
            if (s.moment[w] == s.last_moment[w]) continue;
            s.t[w] = s.due[w] = p.moments[s.moment[w]];
            s.end[w] = p.moments[s.last_moment[w] - 1];
            s.multiplier[w] = p.multiplier[u];
            s.segment[w] = long(p.first_segment[c]);
            while (segment(w)[END] < s.t[w]) s.segment[w]++;
            s.active[w] = -1;
            s.steps[w] = 0;
            while (s.active[w] && s.due[w] <= s.t[w]) write(w, s.t[w], p.start + u * N);
            if (s.due[w] == INFINITE) s.active[w] = 0;
            if (!s.active[w]) continue;
            for (int i = 0; i < N; i++) s.y[i][w] = p.start[u * N + i];
            for (int i = 0; i < CONSTANTS; i++) s.constants[i][w] = constants(w)[i];
            enter(w);
        }
    }

    // Goes on to the segment that holds what comes after this moment.
    void enter(int w) {
        while (segment(w)[END] <= s.t[w]) s.segment[w]++;
        for (long i = 0; i < row; i++) acting[i][w] = segment(w)[i];
        s.until[w] = std::min(segment(w)[END], s.end[w]);
        s.fresh[w] = -1;
        double y[N];
        for (int i = 0; i < N; i++) y[i] = s.y[i][w];
        Drive<double> now;
        act<double>(p, segment(w), s.multiplier[w], s.t[w], y, now);
        for (int i = 0; i < int(sizeof now / sizeof(double)); i++)
            reinterpret_cast<real*>(&s.now)[i][w] = reinterpret_cast<const double*>(&now)[i];
    }

    template <bool SLOPES>
    void look_up(const Drive<real>& drive, const real* y, Drift<real>& drift) {
        bool missing[WIDTH] = {};
        look<SLOPES, real>(p, drive, y, s.constants, drift, missing);
        for (int w = 0; w < WIDTH; w++)
            if (missing[w] && s.active[w]) fail(MISSING, w);
    }

    [[gnu::always_inline]] void evaluate(const real* y, const Drive<real>& drive, real* f) {
        Drift<real> drift;
        look_up<false>(drive, y, drift);
        rates<real>(y, drift, drive, s.constants, f);
    }

    // Sets the length of each lane's step; returns where it ends.
    real choose_steps(const real* f) {
        real fastest = real{} + 1e-3;
        for (int i = 0; i < N; i++) fastest = larger<real>(size_of<real>(f[i]), fastest);
        s.h = s.fresh ? first_change / fastest : s.h;
        s.fresh = bits{};
        // A last step that is hardly any longer ends there too.
        const real arrival = s.t + 1.0000001 * s.h >= s.until ? s.until : s.t + s.h;
        s.h = arrival - s.t;
        s.steps += 1;
        const bits long_enough = s.h > SHORTEST * larger<real>(real{} + 1.0, size_of<real>(s.t));
        const bits stuck = s.active & (~long_enough | (s.steps > MOST_STEPS));
        if (any(stuck))
            for (int w = 0; w < WIDTH; w++)
                if (stuck[w]) fail(STUCK, w);
        return arrival;
    }

    // One step of every lane: its result; returns its error in units of the tolerance.
    real step(const real* f, const real* in_time, const real* jacobian, const Drive<real>& next,
              real* result) {
        real m[N * N], k1[N], k2[N], k3[N], k4[N], later[N];
        const real h = s.h, per = 1.0 / h;
        fill(jacobian, per / GAMMA, m);
        factor(m);
        for (int i = 0; i < N; i++) k1[i] = f[i] + 0.5 * h * in_time[i];
        solve(m, k1);
        for (int i = 0; i < N; i++) k2[i] = f[i] + 1.5 * h * in_time[i] + 4.0 * per * k1[i];
        solve(m, k2);
        for (int i = 0; i < N; i++) result[i] = s.y[i] + 2.0 * k1[i];
        evaluate(result, next, later);
        for (int i = 0; i < N; i++) k3[i] = later[i] + per * (k1[i] - k2[i]);
        solve(m, k3);
        for (int i = 0; i < N; i++) result[i] += k3[i];
        evaluate(result, next, later);
        for (int i = 0; i < N; i++)
            k4[i] = later[i] + per * (k1[i] - k2[i] - (8.0 / 3.0) * k3[i]);
        solve(m, k4);
        real largest{};
        for (int i = 0; i < N; i++) {
            result[i] += k4[i];
            const real size = size_of<real>(k4[i]);
            // What is not a number is refused.
            largest = larger<real>(largest, size == size ? size : real{} + INFINITE);
        }
        return largest / p.tolerance;
    }

    // Writes the moments inside a step: between its ends a cubic with the slopes there.
    void write_inside(int w, double arrival, const real* f, const real* result) {
        double y0[N], y1[N], f1[N], y[N];
        for (int i = 0; i < N; i++) {
            y0[i] = s.y[i][w];
            y1[i] = result[i][w];
        }
        if (s.due[w] < arrival) {
            Drive<double> drive;
            Drift<double> drift;
            look_at(w, arrival, y1, drive, drift);
            rates<double>(y1, drift, drive, constants(w), f1);
        }
        const double h = arrival - s.t[w];
        for (; s.active[w] && s.due[w] < arrival; write(w, s.due[w], y)) {
            const double a = (s.due[w] - s.t[w]) / h, b = a - 1;
            for (int i = 0; i < N; i++)
                y[i] = y0[i] + a * (y1[i] - y0[i]) +
                       a * b * ((1 - 2 * a) * (y1[i] - y0[i]) + b * h * f[i][w] + a * h * f1[i]);
        }
        while (s.active[w] && s.due[w] == arrival) write(w, arrival, y1);
    }

    void advance() {
        Drift<real> drift;
        Drive<real> next;
        real f[N], in_time[N], jacobian[N * N], result[N];
        look_up<true>(s.now, s.y, drift);
        slopes<real>(s.y, drift, s.now, s.constants, f, in_time, jacobian);
        const real arrival = choose_steps(f);
        act<real>(p, acting.data(), s.multiplier, arrival, s.y, next, &s.now);
        const real error = step(f, in_time, jacobian, next, result);

        const bits accepted = s.active & (error <= 1.0);
        const bits written = accepted & (s.due <= arrival);
        if (any(written))
            for (int w = 0; w < WIDTH; w++)
                if (written[w]) write_inside(w, arrival[w], f, result);
        for (int i = 0; i < N; i++) s.y[i] = accepted ? result[i] : s.y[i];
        s.t = accepted ? arrival : s.t;
        for (int i = 0; i < int(sizeof next / sizeof(real)); i++) {
            real& each = reinterpret_cast<real*>(&s.now)[i];
            each = accepted ? reinterpret_cast<const real*>(&next)[i] : each;
        }
        real grow = SAFETY * exponential(logarithm(larger<real>(error, real{} + 1e-12)) / -3.0);
        grow = grow >= SMALLEST ? grow : real{} + SMALLEST;
        s.h *= smaller<real>(grow, real{} + LARGEST);

        const bits landed = accepted & (s.t >= s.until);
        if (any(landed))
            for (int w = 0; w < WIDTH; w++)
                if (landed[w] && s.active[w]) s.due[w] == INFINITE ? begin(w) : enter(w);
    }

    void run() {
        for (int w = 0; w < WIDTH; w++) begin(w);
        while (any(s.active) && failure[0] == 0) advance();
    }
};

}  // namespace

extern "C" void integrate(const Problem* problem) {
    const Problem& p = *problem;
    const long threads = std::max(1L, std::min(long(p.threads), long(p.units)));
    std::vector<Block> blocks;
    for (long i = 0; i < threads; i++)
        blocks.push_back({p, long(p.units * i / threads), long(p.units * (i + 1) / threads)});
#ifdef __wasm__
    for (auto& block : blocks) block.run();
#else
    std::vector<std::thread> others;
    for (long i = 1; i < threads; i++) others.emplace_back(&Block::run, &blocks[i]);
    blocks[0].run();
    for (auto& other : others) other.join();
#endif
    for (const auto& block : blocks)
        if (block.failure[0] != 0 && p.failure[0] == 0)
            std::copy(block.failure, block.failure + 3, p.failure);
}
