// What is shown of one patient, by every panel that is about it.

import type { Contents } from "./contents";
import { LATER_D, type Memory, type PainCourse, type Patient } from "./patient";
import type { Settings } from "./settings";

export interface Moment {
  name: string;
  day: number;
}

export interface Shown {
  settings: Settings;
  patient: Patient;
  untreated: PainCourse;
  memory: Memory;
  moments: Moment[]; // those inside the course
  xRange: [number, number];
}

/** When numbers are read; a moment may lie beyond the course. */
export function momentsOf({ timeline }: Patient, { patient }: Contents): Moment[] {
  const last = { name: "Last day", day: patient.until_d };
  if (!timeline.treated) return [{ name: "Day 7", day: 7 }, { name: "Day 60", day: 60 }, last];
  const [start, end] = timeline.treated;
  return [
    { name: "Before treatment", day: start },
    { name: "At its end", day: end },
    ...LATER_D.map((days) => ({ name: `${days} days later`, day: end + days })),
    last,
  ];
}

/** Days that curves over time show: all, or those around treatment. */
export function xRangeOf({ timeline }: Patient, { patient }: Contents, enlarged: boolean): [number, number] {
  const { until_d } = patient;
  if (!enlarged || !timeline.treated) return [0, until_d];
  const [start, end] = timeline.treated;
  const length = Math.max(end - start, 0.25);
  return [Math.max(start - length / 2, 0), Math.min(end + 2 * length, until_d)];
}
