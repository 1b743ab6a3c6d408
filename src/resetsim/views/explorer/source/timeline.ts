// From settings to what acts over time, in rows as the slow clock reads them: what
// src/resetsim/patients/patient.py (Patient.drive) and slow/batch.py (rows) do.

import type { Contents, Drug } from "./contents";
import { SEGMENT_HEAD } from "./kernel";
import { usesDose, type Settings } from "./settings";

const HOURS_PER_DAY = 24;
const DAYS_PER_MONTH = 30;
export const FLARE_UP_D = 4 / HOURS_PER_DAY;
const NEGLIGIBLE_BLOCKADE = 1e-4;
const ROUNDING_D = 1e-9;

export interface Timeline {
  edges: number[]; // days at which something jumps
  segments: Float64Array[];
  flareUps: [number, number][];
  treated: [number, number] | null;
  drug: DrugCourse | null;
}

export interface DrugCourse {
  drug: Drug;
  rate: number; // mg/kg/h
  start: number;
  end: number;
  over: number; // from when on nothing is left
}

export function timelineOf(settings: Settings, contents: Contents): Timeline {
  const { start, hours, treatment } = settings;
  const until = contents.patient.until_d;
  const end = start + hours / HOURS_PER_DAY;
  const given = usesDose(treatment) ? settings.dose > 0 : settings.strength > 0;
  const treated: [number, number] | null = treatment === "none" || !given ? null : [start, end];
  const drug = treated && usesDose(treatment) ? drugCourse(settings, contents, treated) : null;
  const flareUps = flareUpsOf(settings, contents, until);
  const edges = merged([
    0,
    ...flareUps.flat(),
    ...(treated ?? []),
    ...(drug ? [drug.over] : []),
  ]);
  const segments = [-Infinity, ...edges].map((from, i) =>
    row(from, edges[i] ?? Infinity, edges[0]!, { settings, contents, flareUps, treated, drug }),
  );
  return { edges, segments, flareUps, treated, drug };
}

interface Acting {
  settings: Settings;
  contents: Contents;
  flareUps: [number, number][];
  treated: [number, number] | null;
  drug: DrugCourse | null;
}

function row(from: number, to: number, first: number, acting: Acting): Float64Array {
  const { settings, contents, flareUps, treated, drug } = acting;
  const { axes, modes, drug_columns, patient } = contents;
  const values = new Float64Array(SEGMENT_HEAD + axes.length + (drug ? drug_columns : 0));
  const before = from === -Infinity;
  const under = treated !== null && treated[0] <= from && from < treated[1];
  const does = (what: string) => (under && settings.treatment === what ? settings.strength : 0);
  let steady = 0;
  let falling = 0;
  if (!before) {
    falling = (peakOf(settings, contents) - settings.residual) * Math.exp(-from / patient.heals_with_d);
    steady = settings.residual;
    for (const [begin, end] of flareUps) if (begin <= from && from < end) steady += settings.flare;
  }
  const left = 1 - does("nerve");
  values.set([before ? first : from, to, steady * left, falling * left, 1 / patient.heals_with_d]);
  values[SEGMENT_HEAD - 1] = 1 - does("kinase");
  values.fill(1, SEGMENT_HEAD, SEGMENT_HEAD + axes.length);
  values[SEGMENT_HEAD + contents.nmda] = 1 - does("blockade");
  if (drug && drug.drug.acts_on >= 0) {
    const { half_mg_per_l, steepness, maximum, acts_on, falls_per_d } = drug.drug;
    const { level, amplitudes } = concentration(drug, from);
    const at = SEGMENT_HEAD + axes.length;
    values.set([half_mg_per_l, steepness, maximum, acts_on, level], at);
    values.set(falls_per_d, at + 5);
    values.set(amplitudes, at + 5 + modes);
  } else if (drug) values[SEGMENT_HEAD + axes.length] = 1; // half the effect, of none
  return values;
}

/** Firing just after the injury: never less than what stays of it. */
export function peakOf(settings: Settings, contents: Contents): number {
  return Math.max(contents.patient.peak_hz, settings.residual);
}

/** What a stretch tends to, and the exponentials at its start, in mg/L, as DrugBlockade.segments. */
function concentration(course: DrugCourse, from: number): { level: number; amplitudes: number[] } {
  const { drug, rate, start, end, over } = course;
  if (!(start <= from && from < over)) return { level: 0, amplitudes: drug.falls_per_d.map(() => 0) };
  const infused = from < end ? rate : 0;
  const settled = drug.falls_per_d.map((fall, k) => (infused * drug.effect_site[k]!) / fall);
  const amplitudes = filled(course, from).map((amount, k) => amount - settled[k]!);
  return { level: settled.reduce((sum, each) => sum + each, 0), amplitudes };
}

/** What the infusion has brought into each mode, at the effect site, in mg/L. */
function filled({ drug, rate, start, end }: DrugCourse, time: number): number[] {
  const running = Math.min(Math.max(time - start, 0), end - start);
  const sinceEnd = Math.max(time - end, 0);
  return drug.falls_per_d.map((fall, k) => {
    const rise = -Math.expm1(-fall * running) / fall;
    return rate * rise * Math.exp(-fall * sinceEnd) * drug.effect_site[k]!;
  });
}

/** The effect of a drug, 0 to 1, until it is over. */
export function effectAt(course: DrugCourse, time: number): number {
  if (time > course.over || time <= course.start) return 0;
  const { half_mg_per_l, steepness, maximum } = course.drug;
  const level = Math.max(filled(course, time).reduce((sum, each) => sum + each, 0), 0);
  const odds = (level / half_mg_per_l) ** steepness;
  return (maximum * odds) / (1 + odds);
}

function drugCourse(settings: Settings, contents: Contents, treated: [number, number]): DrugCourse {
  const drug = contents.drugs[settings.treatment]![settings.hypothesis]!;
  const [start, end] = treated;
  const course = { drug, rate: settings.dose, start, end, over: Infinity };
  let tail = drug.tail_d;
  while (effectAt(course, end + tail) > NEGLIGIBLE_BLOCKADE) tail *= 2;
  return { ...course, over: end + tail };
}

/** Beginnings and ends of flare-ups: the same sequence at every rate, closer or farther apart. */
function flareUpsOf(settings: Settings, contents: Contents, until: number): [number, number][] {
  const found: [number, number][] = [];
  if (settings.flares === 0) return found;
  let day = 0;
  for (const gap of contents.flare_up_gaps) {
    day += (gap * DAYS_PER_MONTH) / settings.flares;
    // To the minute, so that a file can say it exactly.
    const begin = Math.round(day * 1440) / 1440;
    if (begin + FLARE_UP_D >= until) break;
    found.push([begin, begin + FLARE_UP_D]);
  }
  return found;
}

/** Rising; those that only rounding tells apart as one. */
function merged(edges: number[]): number[] {
  const rising = [...edges].sort((a, b) => a - b);
  return rising.filter((edge, i) => i === rising.length - 1 || rising[i + 1]! - edge > ROUNDING_D);
}

/** How many edges come before a time, or also at it. */
function edgesBefore(edges: number[], time: number, also: boolean): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (also ? edges[middle]! <= time : edges[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What acts at a time, where something jumps just before it. */
export interface At {
  input: number; // Hz, mean over the painful area
  nmdaBlocked: number;
  kinaseBlocked: number;
  relief: number; // of pain itself
}

export function actingAt(timeline: Timeline, time: number, contents: Contents): At {
  const place = edgesBefore(timeline.edges, time, false);
  const segment = timeline.segments[place]!;
  const since = Math.max(time - segment[0]!, 0);
  const { drug } = timeline;
  const effect = drug ? effectAt(drug, time) : 0;
  const byDrug = drug?.drug.acts_on === contents.nmda ? effect : 0;
  return {
    input: segment[2]! + segment[3]! * Math.exp(-segment[4]! * since),
    nmdaBlocked: 1 - segment[SEGMENT_HEAD + contents.nmda]! * (1 - byDrug),
    kinaseBlocked: 1 - segment[SEGMENT_HEAD - 1]!,
    relief: drug?.drug.acts_on === -1 ? effect : 0,
  };
}

/** A segment that lasts for ever, with what acts at a time; for the landscape. */
export function frozen(timeline: Timeline, time: number, contents: Contents): Float64Array {
  const place = edgesBefore(timeline.edges, time, true);
  const segment = timeline.segments[place]!;
  const { axes } = contents;
  const values = segment.slice(0, SEGMENT_HEAD + axes.length);
  const since = Math.max(time - segment[0]!, 0);
  values.set([0, Infinity, segment[2]! + segment[3]! * Math.exp(-segment[4]! * since), 0]);
  const { drug } = timeline;
  if (drug && drug.drug.acts_on >= 0)
    values[SEGMENT_HEAD + drug.drug.acts_on]! *= 1 - effectAt(drug, time);
  return values;
}
