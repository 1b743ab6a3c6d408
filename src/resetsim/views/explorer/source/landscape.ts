// Where the late phase of one patch drifts, at what acts on it now: every value that it can have is
// held until the faster states have settled, then let go for a moment. Both by the slow clock, as
// src/resetsim/slow/fixed_points.py does with the same expressions.

import type { Contents } from "./contents";
import type { SlowClock } from "./kernel";
import type { Patient } from "./patient";
import { frozen } from "./timeline";

const POINTS = 81;
const SETTLING_D = 4;
const MOMENT_D = 1e-4;
const FOREVER = 1e30;

export interface Landscape {
  late: number[];
  perDay: number[]; // drift
  height: number[]; // from which a ball would roll so
  stable: number[];
  unstable: number[];
}

export function landscapeOf(
  clock: SlowClock, contents: Contents, patient: Patient, unit: number, time: number,
): Landscape {
  const segment = frozen(patient.timeline, time, contents);
  const late = Array.from({ length: POINTS }, (_, i) => i / (POINTS - 1));
  const { dorsal_horn: constants, states } = contents;
  const held = {
    ...constants, capture_rate: 0, well_rate: 0, depotentiation_rate: 0,
    late_decay: FOREVER, ageing_time: FOREVER,
  };
  const after = (values: Record<string, number>, starts: number[][], days: number, tolerance: number) => {
    const course = {
      segments: [segment],
      moments: [0, days],
      constants: Object.values(values),
      units: starts.map((start) => ({ start, multiplier: patient.multipliers[unit]! })),
    };
    const rule = patient.hypothesis.pain_rule;
    const [solved] = clock.integrate("dorsal_horn", rule, "dorsal_horn", [course], tolerance);
    return solved!.each((unit) => solved!.at(unit, 1));
  };
  const begun = late.map((value) =>
    states.map((state) => (state === "late" || state === "age" ? value : 0)),
  );
  const settled = after(held, begun, SETTLING_D, 1e-6);
  const moved = after(constants, settled, MOMENT_D, 1e-9);
  const place = states.indexOf("late");
  const perDay = moved.map((state, i) => (state[place]! - settled[i]![place]!) / MOMENT_D);
  return { late, perDay, height: heights(late, perDay), ...fixedPoints(late, perDay) };
}

function heights(late: number[], perDay: number[]): number[] {
  const found = [0];
  for (let i = 1; i < late.length; i++)
    found.push(found[i - 1]! - ((perDay[i]! + perDay[i - 1]!) / 2) * (late[i]! - late[i - 1]!));
  return found;
}

function fixedPoints(late: number[], perDay: number[]): { stable: number[]; unstable: number[] } {
  const stable: number[] = [];
  const unstable: number[] = [];
  if (perDay[0]! <= 1e-9) stable.push(0);
  for (let i = 1; i < late.length; i++) {
    const [before, now] = [perDay[i - 1]!, perDay[i]!];
    if (i === 1 && Math.abs(before) <= 1e-9) continue;
    if (before * now >= 0) continue;
    const at = late[i - 1]! + (before / (before - now)) * (late[i]! - late[i - 1]!);
    (before > 0 ? stable : unstable).push(at);
  }
  if (perDay[perDay.length - 1]! >= 0) stable.push(1);
  return { stable, unstable };
}

/** Height at a value between those that were computed. */
export function heightAt(landscape: Landscape, late: number): number {
  const along = Math.min(Math.max(late, 0), 1) * (POINTS - 1);
  const place = Math.min(Math.floor(along), POINTS - 2);
  const [low, high] = [landscape.height[place]!, landscape.height[place + 1]!];
  return low + (along - place) * (high - low);
}
