// What Python has put into the page, unpacked. analysis/explorer_contents.py writes it.

export interface Table {
  grid: number[][];
  index: number[];
  first_root: number;
  roots: number;
  fine: number;
  first_efficacy: number;
  per_efficacy: number;
}

export interface Hypothesis {
  name: string;
  description: string;
  source: string;
  pain_rule: string;
  memory_rule: string;
  memory_table: string;
  other_tables: string; // of its file, as TOML
  replay_per_h: number;
  drug_acts_on: string;
}

/** A drug as it acts under a hypothesis, per mg/kg/h. */
export interface Drug {
  acts_on: number; // place of an axis; -1 for pain itself
  falls_per_d: number[];
  effect_site: number[];
  half_mg_per_l: number;
  steepness: number;
  maximum: number;
  tail_d: number;
}

/** A distribution as a file says it. */
export type Drawn = Record<string, string | number>;

export interface Target {
  title: string;
  observed: string;
  quantity: string;
  unit: string;
  low: number | null;
  high: number | null;
  source: string;
}

/** Run arguments, and when stimuli of C strength come. */
export interface Stimulus {
  label: string;
  arguments: Record<string, number>;
  duration_s: number;
  at_s: number[];
  frequency_hz?: number;
}

export interface Contents {
  problem: [string, "pointer" | "double" | "integer"][];
  modes: number;
  drug_columns: number;
  axes: { name: string; resting: number; full: number }[];
  input: number; // places of axes
  nmda: number;
  kernels: Record<string, string>;
  tables: Record<string, Table>;
  states: string[]; // of each unit
  dorsal_horn: Record<string, number>; // constants
  memory: Record<string, number>;
  learned: { at_d: number; early: number[] };
  recall: { free: number[]; efficacy: number[]; recall: number[][] };
  half_output_hz: number;
  healthy_output_hz: number;
  units: { scores: number[]; share_active: number; spread: number };
  patient: { peak_hz: number; residual_hz: number; heals_with_d: number; until_d: number };
  flare_up_gaps: number[];
  fan: { input: number; persistence: number; scores: number[] }[];
  fan_differs: { residual_rate: Drawn; late_decay: Drawn }; // what it is drawn from
  drugs: Record<string, Record<string, Drug>>;
  hypotheses: Hypothesis[];
  evidence: {
    targets: Record<string, Target>;
    verdicts: Record<string, Record<string, [string, number | null]>>;
  };
  windup: { frequency_hz: number; blockade: number; spikes: number[] }[];
  network: {
    populations: Record<string, number>; // cells of each
    arguments: Record<string, number>; // in health, at rest
    moved_by: Record<string, Record<string, [number, number]>>; // at a coordinate of 0 and of 1
    warm_up_s: number;
    c_window_s: [number, number];
    stimuli: Record<string, Stimulus>;
    seeds: number[]; // of each trial
  };
  ltp: { protocol: string; blockade: number; minutes: number[]; percent: number[] }[];
}

export interface Unpacked {
  contents: Contents;
  roots: Float32Array;
  module: WebAssembly.Module;
}

export async function unpacked(id: string): Promise<ArrayBuffer> {
  const text = document.getElementById(id)!.textContent!;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

export async function unpack(): Promise<Unpacked> {
  const [data, roots, kernels] = await Promise.all(["data", "roots", "kernels"].map(unpacked));
  return {
    contents: JSON.parse(new TextDecoder().decode(data)) as Contents,
    roots: new Float32Array(roots!),
    module: await WebAssembly.compile(kernels!),
  };
}
