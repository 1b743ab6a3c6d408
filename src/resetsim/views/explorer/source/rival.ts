// A patient and treatment under one hypothesis, beside the others.

import type { Contents } from "./contents";
import type { SlowClock } from "./kernel";
import { solveMemory, solvePatient } from "./patient";
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

export function solveRival(
  clock: SlowClock, contents: Contents, settings: Settings, name: string,
): Rival {
  const own = { ...settings, hypothesis: name, pain: "", memory: "" };
  const memory = solveMemory(clock, contents, own);
  const { times, pain, timeline, hypothesis } = solvePatient(clock, contents, own);
  return {
    name, times, pain,
    painRule: hypothesis.pain_rule, memoryRule: hypothesis.memory_rule,
    treated: timeline.treated, memoryTimes: memory.times, memory: memory.late,
  };
}
