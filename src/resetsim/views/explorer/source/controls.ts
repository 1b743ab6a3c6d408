// The form: a slider for each number, a choice for treatment and hypothesis.

import type { Contents } from "./contents";
import { byId, element } from "./dom";
import { NUMBERS, RANGES, TREATMENTS, usesDose, usesIntake, usesStrength, type Names, type Range, type Settings, type Treatment } from "./settings";

type NumberKey = (typeof NUMBERS)[number];

export type Group = "patient" | "treatment" | "maintenance";

const GROUPS: Record<Group, { title: string; keys: (NumberKey | Choice)[] }> = {
  patient: { title: "Patient", keys: ["residual", "spread", "share", "flares", "flare"] },
  treatment: { title: "Treatment", keys: ["treatment", "hours", "strength", "dose", "start"] },
  maintenance: { title: "What maintains potentiation", keys: ["hypothesis", "pain", "memory"] },
};

type Choice = "treatment" | "hypothesis" | "pain" | "memory";

const CHOICES: Record<Choice, string> = {
  treatment: "What is given",
  hypothesis: "Hypothesis",
  pain: "Rule of pain",
  memory: "Rule of memory",
};

/** What may be chosen by name: every hypothesis, and every rule that there is a kernel for. */
export function namesOf(contents: Contents): Names {
  const rules = (system: string) =>
    Object.keys(contents.kernels).filter((name) => name.startsWith(`${system}/`)).map((name) => name.slice(system.length + 1));
  return {
    hypothesis: contents.hypotheses.map(({ name }) => name),
    pain: rules("dorsal_horn"),
    memory: rules("memory"),
  };
}

export class Controls {
  private settings: Settings;
  private readonly contents: Contents;
  private readonly changed: (settings: Settings) => void;

  constructor(contents: Contents, settings: Settings, changed: (settings: Settings) => void) {
    this.contents = contents;
    this.settings = settings;
    this.changed = changed;
    byId("controls").append(
      ...Object.entries(GROUPS).map(([id, { title, keys }]) =>
        element(
          "details", { id: `${id}-group` },
          element("summary", {}, title, element("span", { id: `${id}-now` })),
          ...keys.map((key) => this.control(key)),
        ),
      ),
    );
    byId("intake").append(this.control("include"));
    byId("controls").addEventListener("submit", (event) => event.preventDefault());
    this.show(settings);
  }

  /** Sets every control without telling anybody. */
  show(settings: Settings): void {
    this.settings = { ...settings };
    for (const key of NUMBERS) {
      const range = RANGES[key];
      const input = byId<HTMLInputElement>(key);
      input.value = String(positionOf(settings[key], range));
      this.say(key);
    }
    for (const key of Object.keys(CHOICES) as Choice[])
      byId<HTMLSelectElement>(key).value = settings[key];
    this.sayChoices();
  }

  /** Unfolds what a lesson is about, in its order, and folds the others below. */
  unfold(groups: Group[]): void {
    const others = (Object.keys(GROUPS) as Group[]).filter((group) => !groups.includes(group));
    for (const group of [...groups, ...others]) {
      const details = byId<HTMLDetailsElement>(`${group}-group`);
      details.open = groups.includes(group);
      byId("controls").append(details);
    }
  }

  private control(key: NumberKey | Choice): HTMLElement {
    if (key in CHOICES) return this.choice(key as Choice);
    return this.slider(key as NumberKey);
  }

  private slider(key: NumberKey): HTMLElement {
    const range = RANGES[key];
    const { least, most, step, logarithmic } = range;
    const input = element("input", {
      type: "range", id: key, "aria-describedby": `${key}-help`,
      min: String(logarithmic ? 0 : least),
      max: String(logarithmic ? Math.round(step * Math.log10(most / least)) : most),
      step: String(logarithmic ? 1 : step),
    });
    input.addEventListener("input", () => {
      this.settings[key] = valueOf(Number(input.value), range);
      this.say(key);
      this.sayChoices();
      this.changed({ ...this.settings });
    });
    return element(
      "div", { class: "control", id: `${key}-control` },
      element("label", { for: key }, range.label),
      element("output", { id: `${key}-said`, for: key }),
      input,
      element("small", { id: `${key}-help` }, range.help),
    );
  }

  private choice(key: Choice): HTMLElement {
    const select = element("select", { id: key, "aria-describedby": `${key}-help` });
    if (key === "treatment")
      for (const [value, label] of Object.entries(TREATMENTS)) select.add(new Option(label, value));
    else {
      if (key !== "hypothesis") select.add(new Option("as the hypothesis says", ""));
      for (const name of namesOf(this.contents)[key]) select.add(new Option(name.replaceAll("_", " "), name));
    }
    select.addEventListener("change", () => {
      if (key === "treatment") this.settings.treatment = select.value as Treatment;
      else this.settings[key] = select.value;
      if (key === "hypothesis") this.settings.pain = this.settings.memory = "";
      this.show(this.settings);
      this.changed({ ...this.settings });
    });
    return element(
      "div", { class: "control" },
      element("label", { for: key }, CHOICES[key]),
      select,
      element("small", { id: `${key}-help` }),
    );
  }

  private say(key: NumberKey): void {
    const said = written(key, this.settings[key]);
    byId(`${key}-said`).textContent = said;
    byId(key).setAttribute("aria-valuetext", said);
  }

  private sayChoices(): void {
    const { treatment, hypothesis, flares } = this.settings;
    byId("flare-control").hidden = flares === 0;
    byId("strength-control").hidden = !usesStrength(treatment);
    byId("dose-control").hidden = !usesDose(treatment);
    byId("include-control").hidden = !usesIntake(treatment);
    for (const key of ["start", "hours"]) byId(`${key}-control`).hidden = treatment === "none";
    byId("patient-now").textContent = written("residual", this.settings.residual);
    byId("treatment-now").textContent =
      treatment === "none" ? "none" : `${TREATMENTS[treatment]}, ${written("hours", this.settings.hours)}`;
    byId("maintenance-now").textContent = hypothesis.replaceAll("_", " ");
    const chosen = this.contents.hypotheses.find(({ name }) => name === hypothesis)!;
    const replay = chosen.replay_per_h ? `, replayed ${chosen.replay_per_h} times an hour` : "";
    byId("hypothesis-help").textContent = `${chosen.description} Ketamine acts on ${chosen.drug_acts_on}.`;
    byId("pain-help").textContent = `The hypothesis says: ${chosen.pain_rule}.`;
    byId("memory-help").textContent = `The hypothesis says: ${chosen.memory_rule}${replay}.`;
  }
}

function positionOf(value: number, { least, step, logarithmic }: Range): number {
  return logarithmic ? Math.round(step * Math.log10(value / least)) : value;
}

function valueOf(position: number, { least, step, logarithmic }: Range): number {
  if (logarithmic) return rounded(least * 10 ** (position / step));
  return Number(position.toFixed(4));
}

/** To two digits, and to what people say: 24, not 23.8. */
function rounded(hours: number): number {
  const usual = [0.5, 1, 2, 3, 4, 5, 6, 8, 12, 24, 48, 72, 100, 120, 168, 240, 336, 480, 720];
  const near = usual.find((each) => Math.abs(Math.log(each / hours)) < 0.03);
  return near ?? Number(hours.toPrecision(2));
}

export function written(key: NumberKey, value: number): string {
  if (key === "hours") return value < 48 || value % 24 ? `${value} h` : `${value / 24} days`;
  if (key === "start") return `day ${value}`;
  const { unit } = RANGES[key];
  if (unit === "%") return `${Math.round(100 * value)} %`;
  return `${Number(value.toFixed(2))}${unit ? ` ${unit}` : ""}`;
}
