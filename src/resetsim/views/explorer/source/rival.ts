// A patient and treatment under one hypothesis, beside the others.

import type { Contents } from "./contents";
import type { SlowClock } from "./kernel";
import { hypothesisOf, solveMemory, solvePatient } from "./patient";
import type { Settings } from "./settings";

export interface Rival {
  name: string;
  painRule: string;
  memoryRule: string;
  times: number[];
  pain: Float64Array;
  treated: [number, number] | null;
  memoryTimes: number[];
  memory: Float64Array; // its late phase
}

/** Hypotheses that have the same rule of pain, and the same drug in the same place. */
export function agreeingOnPain({ hypotheses, drugs }: Contents, { treatment }: Settings): string[][] {
  const groups = new Map<string, string[]>();
  for (const { name, pain_rule } of hypotheses) {
    const key = JSON.stringify([pain_rule, drugs[treatment]?.[name]]);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups.values()];
}

/** Of hypotheses that agree on pain, which is computed once. */
export function solveRivals(
  clock: SlowClock, contents: Contents, settings: Settings, names: string[],
): Rival[] {
  const of = (name: string) => ({ ...settings, hypothesis: name, pain: "", memory: "" });
  const { times, pain, timeline } = solvePatient(clock, contents, of(names[0]!));
  return names.map((name) => {
    const { pain_rule, memory_rule } = hypothesisOf(contents, of(name));
    const memory = solveMemory(clock, contents, of(name));
    return {
      name, times, pain, painRule: pain_rule, memoryRule: memory_rule,
      treated: timeline.treated, memoryTimes: memory.times, memory: memory.late,
    };
  });
}
