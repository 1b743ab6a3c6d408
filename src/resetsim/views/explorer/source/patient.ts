// One patient's course: what the slow clock gives, and the pain that is read from it.

import type { Contents, Hypothesis } from "./contents";
import type { Course, SlowClock, Solved } from "./kernel";
import type { Settings } from "./settings";
import { actingAt, timelineOf, type At, type Timeline } from "./timeline";

// Of each step. Against 1e-8 it moves pain of the one by less than 0.001 of 10; that of each of the
// thirty by less than 0.04, half the width of its line, and their mean by less than 0.004.
const OF_ONE = 3e-5;
const OF_THIRTY = 2e-4;
const WORST = 10;
const STEP_D = 0.5;
const FAN_STEP_D = 2.5;
// Pain returns within minutes to hours: days after a treatment begins or ends.
const SOON_AFTER = Array.from({ length: 24 }, (_, i) => 0.002 * 1.42 ** i);
export const LATER_D = [7, 30, 90];

export interface PainCourse {
  times: number[];
  pain: Float64Array;
}

export interface Patient extends PainCourse {
  settings: Settings;
  hypothesis: Hypothesis;
  timeline: Timeline;
  acting: At[];
  multipliers: number[];
  early: Float64Array[]; // [unit][moment]
  late: Float64Array[];
  efficacy: Float64Array[];
  meanEfficacy: Float64Array;
  atStart: number[][][] | null; // states of each patch, and of a silent one, when treatment starts
}

export interface Memory {
  times: number[];
  late: Float64Array; // mean over the patterns that were learned
  efficacy: Float64Array;
  recall: Float64Array;
}

/** The hypothesis that is chosen, with rules that are chosen in place of its own. */
export function hypothesisOf(contents: Contents, settings: Settings): Hypothesis {
  const shipped = contents.hypotheses.find(({ name }) => name === settings.hypothesis)!;
  return {
    ...shipped,
    pain_rule: settings.pain || shipped.pain_rule,
    memory_rule: settings.memory || shipped.memory_rule,
  };
}

/** Input of each active patch relative to the mean over the painful area. */
export function multipliersOf(scores: number[], settings: Settings): number[] {
  const drawn = scores.map((score) => Math.exp(settings.spread * score));
  const mean = drawn.reduce((sum, each) => sum + each, 0) / drawn.length;
  return drawn.map((each) => each / mean / settings.share);
}

export function solvePatient(clock: SlowClock, contents: Contents, settings: Settings): Patient {
  const timeline = timelineOf(settings, contents);
  const times = momentsOf(timeline, contents.patient.until_d);
  const multipliers = multipliersOf(contents.units.scores, settings);
  const courses = [
    activeCourse(contents, timeline, times, multipliers),
    silentCourse(contents, timeline, times),
  ];
  const hypothesis = hypothesisOf(contents, settings);
  const solved = clock.integrate("dorsal_horn", hypothesis.pain_rule, "dorsal_horn", courses, OF_ONE);
  const [active, silent] = solved;
  const acting = times.map((time) => actingAt(timeline, time, contents));
  const start = timeline.treated && times.indexOf(timeline.treated[0]);
  const phase = (state: string) => phasesOf(active!, contents.states.indexOf(state));
  const early = phase("early");
  const late = phase("late");
  const { early_gain, late_gain } = contents.dorsal_horn;
  const efficacy = early.map((each, u) =>
    each.map((value, m) => 1 + early_gain! * value + late_gain! * late[u]![m]!),
  );
  return {
    settings, hypothesis, timeline, times, acting, multipliers, early, late, efficacy,
    meanEfficacy: meanOf(efficacy),
    pain: painOf(contents, settings, active!, silent!, acting),
    atStart: start === null ? null : solved.map((each) => each.each((unit) => each.at(unit, start))),
  };
}

/** Pain of the same patient without treatment: until its start it is that of the patient. */
export function solveUntreated(clock: SlowClock, contents: Contents, patient: Patient): PainCourse {
  const { settings, timeline: { treated }, atStart, hypothesis, multipliers } = patient;
  if (!treated || !atStart) return patient;
  const timeline = timelineOf({ ...settings, treatment: "none" }, contents);
  const start = treated[0];
  const later = [start, ...momentsOf(timeline, contents.patient.until_d).filter((time) => time > start)];
  const courses = [
    activeCourse(contents, timeline, later, multipliers), silentCourse(contents, timeline, later),
  ].map((course, c) => ({ ...course, units: course.units.map((unit, u) => ({ ...unit, start: atStart[c]![u]! })) }));
  const [active, silent] = clock.integrate("dorsal_horn", hypothesis.pain_rule, "dorsal_horn", courses, OF_ONE);
  const acting = later.map((time) => actingAt(timeline, time, contents));
  const before = patient.times.indexOf(start);
  return {
    times: [...patient.times.slice(0, before), ...later],
    pain: Float64Array.from([
      ...patient.pain.subarray(0, before), ...painOf(contents, settings, active!, silent!, acting),
    ]),
  };
}

/** Pain of patients who differ in input and persistence, at moments of their own. */
export interface Fan {
  times: number[];
  pain: Float64Array[];
}

/** Some of the thirty patients. */
export function solveFan(
  clock: SlowClock, contents: Contents, settings: Settings, from: number, to: number,
): Fan {
  const fan = contents.fan.slice(from, to).map((each) => {
    const own = { ...settings, residual: settings.residual * each.input };
    return { own, each, timeline: timelineOf(own, contents) };
  });
  // What has no input is the same in every patient, and so is what relieves pain itself.
  const { timeline: anybodys } = fan[0]!;
  const times = coarseMoments(anybodys, contents.patient.until_d);
  const acting = times.map((time) => actingAt(anybodys, time, contents));
  const courses = [
    silentCourse(contents, anybodys, times),
    ...fan.map(({ own, each, timeline }) =>
      activeCourse(contents, timeline, times, multipliersOf(each.scores, own), each.persistence),
    ),
  ];
  const rule = hypothesisOf(contents, settings).pain_rule;
  const [silent, ...active] = clock.integrate("dorsal_horn", rule, "dorsal_horn", courses, OF_THIRTY);
  return { times, pain: active.map((each) => painOf(contents, settings, each, silent!, acting)) };
}

export function solveMemory(clock: SlowClock, contents: Contents, settings: Settings): Memory {
  const { states, memory: constants } = contents;
  const { at_d, early: learned } = contents.learned;
  const hypothesis = hypothesisOf(contents, settings);
  const timeline = timelineOf(settings, contents);
  const times = [
    ...SOON_AFTER.map((soon) => at_d + soon), ...momentsOf(timeline, contents.patient.until_d),
  ];
  times.unshift(at_d);
  const moments = [...new Set(times)].sort((a, b) => a - b);
  const segments = timeline.segments.map((segment) => withoutInput(segment, contents));
  const units = learned.map((early) => ({
    start: states.map((state) => (state === "early" ? early : 0)),
    multiplier: 1,
  }));
  const course = { segments, moments, constants: Object.values(constants), units };
  const [solved] = clock.integrate(
    "memory", hypothesis.memory_rule, hypothesis.memory_table, [course], OF_ONE,
  );
  const early = phasesOf(solved!, states.indexOf("early"));
  const late = phasesOf(solved!, states.indexOf("late"));
  const { early_gain, late_gain } = constants;
  const efficacy = early.map((each, u) =>
    each.map((value, m) => 1 + early_gain! * value + late_gain! * late[u]![m]!),
  );
  const blocked = moments.map((time) => actingAt(timeline, time, contents).nmdaBlocked);
  const recalled = efficacy.map((each) =>
    each.map((value, m) => recallAt(contents, value, blocked[m]!)),
  );
  return { times: moments, late: meanOf(late), efficacy: meanOf(efficacy), recall: meanOf(recalled) };
}

/** Recall between the conditions that were simulated. */
function recallAt(contents: Contents, efficacy: number, blocked: number): number {
  const { free, efficacy: efficacies, recall } = contents.recall;
  const [row, down] = placeOf(free, 1 - blocked);
  const [column, along] = placeOf(efficacies, efficacy);
  const at = (i: number) => recall[i]![column]! * (1 - along) + recall[i]![column + 1]! * along;
  return at(row) * (1 - down) + at(row + 1) * down;
}

/** The node below, and the share of the way to the next. */
function placeOf(nodes: number[], value: number): [number, number] {
  let place = 0;
  while (place < nodes.length - 2 && nodes[place + 1]! <= value) place++;
  const share = (value - nodes[place]!) / (nodes[place + 1]! - nodes[place]!);
  return [place, Math.min(Math.max(share, 0), 1)];
}

/** The memory has no ongoing input from outside, and only what acts on NMDA receptors reaches it. */
function withoutInput(segment: Float64Array, contents: Contents): Float64Array {
  const quiet = segment.slice();
  quiet[2] = quiet[3] = 0;
  quiet[5] = 1;
  const drug = 6 + contents.axes.length;
  if (quiet.length > drug && quiet[drug + 3] !== contents.nmda) quiet.fill(0, drug + 4);
  return quiet;
}

export function activeCourse(
  contents: Contents, timeline: Timeline, moments: number[], multipliers: number[], persistence = 1,
): Course {
  const { dorsal_horn: constants, states } = contents;
  const own = { ...constants, late_decay: constants.late_decay! * persistence };
  const start = states.map(() => 0);
  return {
    segments: timeline.segments,
    moments,
    constants: Object.values(own),
    units: multipliers.map((multiplier) => ({ start, multiplier })),
  };
}

/** The part of the painful area without input: a patch whose efficacy stays that of health. */
function silentCourse(contents: Contents, timeline: Timeline, moments: number[]): Course {
  const { dorsal_horn: constants, states } = contents;
  const healthy = { ...constants, early_gain: 0, late_gain: 0 };
  return {
    segments: timeline.segments,
    moments,
    constants: Object.values(healthy),
    units: [{ start: states.map(() => 0), multiplier: 0 }],
  };
}

function painOf(
  contents: Contents, settings: Settings, active: Solved, silent: Solved, acting: At[],
): Float64Array {
  const { healthy_output_hz, half_output_hz } = contents;
  const mean = meanOf(active.each((unit) => active.output(unit)));
  const silentOutput = silent.output(0);
  return mean.map((output, m) => {
    const all = settings.share * output + (1 - settings.share) * silentOutput[m]!;
    const above = Math.max(all - healthy_output_hz, 0);
    const felt = (WORST * above ** 2) / (above ** 2 + half_output_hz ** 2);
    return (1 - acting[m]!.relief) * felt;
  });
}

function phasesOf(solved: Solved, state: number): Float64Array[] {
  return solved.each((unit) => solved.state(unit, state));
}

export function meanOf(values: Float64Array[]): Float64Array {
  const mean = new Float64Array(values[0]!.length);
  for (const each of values) for (let m = 0; m < mean.length; m++) mean[m]! += each[m]!;
  return mean.map((sum) => sum / values.length);
}

function momentsOf(timeline: Timeline, until: number): number[] {
  const regular = Array.from({ length: until / STEP_D + 1 }, (_, i) => i * STEP_D);
  const { treated, drug } = timeline;
  const around = [0, ...(treated ?? []), ...(drug ? [drug.over] : [])];
  const soon = around.flatMap((edge) => SOON_AFTER.map((after) => edge + after));
  const inFlares = timeline.flareUps.flatMap(([begin, end]) =>
    [begin + 1e-4, (begin + end) / 2, end, end + 1e-4, end + 0.1, end + 0.3],
  );
  const later = treated ? LATER_D.map((after) => treated[1] + after) : [];
  const all = [...regular, ...timeline.edges, ...soon, ...inFlares, ...later, until];
  return [...new Set(all)].filter((time) => time >= 0 && time <= until).sort((a, b) => a - b);
}

function coarseMoments(timeline: Timeline, until: number): number[] {
  const regular = Array.from({ length: until / FAN_STEP_D + 1 }, (_, i) => i * FAN_STEP_D);
  const soon = (timeline.treated ?? []).flatMap((edge) => [edge, edge + 0.02, edge + 0.2, edge + 0.7]);
  const all = [...regular, ...soon, until];
  return [...new Set(all)].filter((time) => time >= 0 && time <= until).sort((a, b) => a - b);
}

/** The value at a moment that is among those of a course, or the nearest before it. */
export function valueAt(times: number[], values: ArrayLike<number>, time: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (times[middle]! <= time) low = middle;
    else high = middle - 1;
  }
  return values[low]!;
}
