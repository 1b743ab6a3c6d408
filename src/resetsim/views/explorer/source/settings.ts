// What a person chooses: one patient, one treatment, one hypothesis; and how it stands in the address.

export const TREATMENTS = {
  none: "No treatment",
  blockade: "NMDA blockade",
  ketamine: "Ketamine infusion",
  s_ketamine: "S-ketamine infusion",
  kinase: "Kinase inhibitor (ZIP)",
  nerve: "Nerve block",
} as const;

export type Treatment = keyof typeof TREATMENTS;

export interface Settings {
  hypothesis: string;
  pain: string; // maintenance rule in place of the hypothesis's; empty for that
  memory: string;
  residual: number; // Hz, mean over all fibres of the painful area
  share: number; // of fibres that are active
  spread: number; // ln-SD of the input of patches
  flares: number; // a month
  flare: number; // Hz that each adds
  treatment: Treatment;
  start: number; // day
  hours: number;
  strength: number; // of a blockade, inhibitor or nerve block
  dose: number; // mg/kg/h
  include: number; // pain, 0 to 10, that a trial asks for
}

export interface Range {
  label: string;
  unit: string;
  least: number;
  most: number;
  step: number;
  logarithmic?: boolean;
  help: string;
}

/** Of every number; a logarithmic one moves in equal ratios, `step` to the tenfold. */
export const RANGES: Record<Exclude<keyof Settings, "hypothesis" | "pain" | "memory" | "treatment">, Range> = {
  residual: {
    label: "Residual input", unit: "Hz", least: 0, most: 2, step: 0.05,
    help: "C-fibre firing that stays, mean over the area",
  },
  share: {
    label: "Active fibres", unit: "%", least: 0.1, most: 1, step: 0.05,
    help: "Share of the area; the rest is silent",
  },
  spread: {
    label: "Spread of input", unit: "", least: 0, most: 1, step: 0.05,
    help: "How patches differ in it (SD of its logarithm)",
  },
  flares: {
    label: "Flare-ups a month", unit: "", least: 0, most: 8, step: 0.5,
    help: "How often more input comes for four hours",
  },
  flare: {
    label: "Added by a flare-up", unit: "Hz", least: 0.1, most: 2, step: 0.1,
    help: "Input that each flare-up adds",
  },
  start: {
    label: "Start of treatment", unit: "day", least: 1, most: 150, step: 1,
    help: "Days after the injury",
  },
  hours: {
    label: "Duration", unit: "h", least: 0.5, most: 720, step: 40, logarithmic: true,
    help: "Of the treatment",
  },
  strength: {
    label: "Strength", unit: "%", least: 0, most: 1, step: 0.05,
    help: "Share of NMDA, kinases or input blocked",
  },
  dose: {
    label: "Dose", unit: "mg/kg/h", least: 0.05, most: 6, step: 0.05,
    help: "Of the infusion",
  },
  include: {
    label: "Smallest pain at intake", unit: "of 10", least: 0, most: 9, step: 0.5,
    help: "Who has less in the week before treatment is not taken into the trial",
  },
};

export const NUMBERS = Object.keys(RANGES) as (keyof typeof RANGES)[];

export const DEFAULT: Settings = {
  hypothesis: "reset",
  pain: "",
  memory: "",
  residual: 0.5,
  share: 0.35,
  spread: 0.4,
  flares: 0,
  flare: 0.3,
  treatment: "blockade",
  start: 60,
  hours: 120,
  strength: 0.95,
  dose: 3,
  include: 4,
};

export function usesStrength(treatment: Treatment): boolean {
  return treatment === "blockade" || treatment === "kinase" || treatment === "nerve";
}

export function usesDose(treatment: Treatment): boolean {
  return treatment === "ketamine" || treatment === "s_ketamine";
}

/** Whether there is a treatment that patients can be taken in for: a nerve block is part of what they have. */
export function usesIntake(treatment: Treatment): boolean {
  return treatment !== "none" && treatment !== "nerve";
}

/** What stands in the address: only what is not as usual. */
export function toAddress(settings: Settings, lesson: string): string {
  const parts = new URLSearchParams();
  if (lesson) parts.set("lesson", lesson);
  for (const key of Object.keys(DEFAULT) as (keyof Settings)[])
    if (settings[key] !== DEFAULT[key]) parts.set(key, String(settings[key]));
  return parts.toString();
}

/** What may be chosen by name. */
export interface Names {
  hypothesis: string[];
  pain: string[];
  memory: string[];
}

/** Reads an address; what it cannot mean is left as usual. */
export function fromAddress(text: string, names: Names): { settings: Settings; lesson: string } {
  const parts = new URLSearchParams(text);
  const settings = { ...DEFAULT };
  for (const key of NUMBERS) {
    const value = Number(parts.get(key) ?? NaN);
    if (value >= RANGES[key].least && value <= RANGES[key].most) settings[key] = value;
  }
  for (const key of ["hypothesis", "pain", "memory"] as const) {
    const name = parts.get(key);
    if (name && names[key].includes(name)) settings[key] = name;
  }
  const treatment = parts.get("treatment");
  if (treatment && Object.hasOwn(TREATMENTS, treatment)) settings.treatment = treatment as Treatment;
  return { settings, lesson: parts.get("lesson") ?? "" };
}
