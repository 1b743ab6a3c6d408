// The same patient and treatment under every hypothesis, and the observations that each fails.

import { Chart, legend, type Line } from "./chart";
import type { Contents, Target } from "./contents";
import { byId, element, table } from "./dom";
import type { SlowClock } from "./kernel";
import { solveMemory, solvePatient, valueAt, type Patient } from "./patient";
import type { Settings } from "./settings";
import { LINES } from "./style";

const MONTH_D = 30;
const WORST = 10;

export class Rivals {
  private readonly clock: SlowClock;
  private readonly contents: Contents;
  private readonly chart = new Chart(byId("rivals-chart"), 260);
  private solved: { name: string; patient: Patient; memory: number }[] = [];

  constructor(clock: SlowClock, contents: Contents) {
    this.clock = clock;
    this.contents = contents;
    byId("fails").append(...contents.hypotheses.map(({ name }) => this.fails(name)));
  }

  solve(settings: Settings): void {
    this.solved = this.contents.hypotheses.map(({ name }) => {
      const own = { ...settings, hypothesis: name, pain: "", memory: "" };
      const memory = solveMemory(this.clock, this.contents, own);
      return {
        name,
        patient: solvePatient(this.clock, this.contents, own),
        memory: memory.late[memory.late.length - 1]!,
      };
    });
    this.showTable();
  }

  draw(xRange: [number, number]): void {
    if (!this.solved.length || !byId<HTMLDetailsElement>("rivals").open) return;
    const { times } = this.solved[0]!.patient;
    const lines: Line[] = this.solved.map(({ name, patient }, i) => ({
      label: name.replaceAll("_", " "),
      colour: LINES[i % LINES.length]!,
      ...(i >= LINES.length ? { dash: [7, 4] } : {}),
      values:
        patient.times.length === times.length && patient.timeline.edges.length === this.solved[0]!.patient.timeline.edges.length
          ? patient.pain
          : times.map((time) => valueAt(patient.times, patient.pain, time)),
    }));
    this.chart.show({
      times, lines, yLabel: "Pain, 0 to 10", yRange: [0, WORST], xRange,
      shaded: this.solved[0]!.patient.timeline.treated,
    });
    legend(byId("rivals-legend"), lines);
  }

  private showTable(): void {
    const { until_d } = this.contents.patient;
    const rows = this.solved.map(({ name, patient, memory }) => {
      const { times, pain, timeline, hypothesis } = patient;
      const [start, end] = timeline.treated ?? [until_d, until_d];
      const moments = [start, end, Math.min(end + MONTH_D, until_d)];
      const [inside, noSuccess, outside] = ["inside", "no success", "outside"].map(
        (verdict) => this.judged(name, verdict).length,
      );
      return {
        name: name.replaceAll("_", " "),
        cells: [
          hypothesis.pain_rule,
          ...moments.map((day) => valueAt(times, pain, day)),
          hypothesis.memory_rule,
          memory,
          `${inside} met, ${noSuccess} met without success, ${outside} failed`,
        ],
      };
    });
    const headings = [
      "Hypothesis", "Pain is kept", "Before", "At the end", "A month later", "Memory is kept",
      "Memory left", "Observations",
    ];
    byId("rivals-table").replaceChildren(table("Every hypothesis", headings, rows, 2));
  }

  private judged(name: string, verdict: string): [string, number | null][] {
    return Object.entries(this.contents.evidence.verdicts[name] ?? {})
      .filter(([, [found]]) => found === verdict)
      .map(([target, [, model]]) => [target, model]);
  }

  private fails(name: string): HTMLElement {
    const items = this.judged(name, "outside").map(([id, model]) => {
      const target = this.contents.evidence.targets[id]!;
      return element(
        "li", {},
        element("strong", {}, `${id}, ${target.title}: `),
        `published: ${target.observed} (${target.source}). ${target.quantity}: here ${modelled(model, target)}, agreement would be ${tolerance(target)}.`,
      );
    });
    return element(
      "details", {},
      element("summary", {}, `What ${name.replaceAll("_", " ")} fails (${items.length})`),
      element("ul", {}, ...items),
    );
  }
}

function modelled(value: number | null, { unit }: Target): string {
  return value === null ? "nothing of the kind" : `${Number(value.toPrecision(3))} ${unit}`.trim();
}

function tolerance({ low, high, unit }: Target): string {
  if (low === null) return `at most ${high} ${unit}`.trim();
  if (high === null) return `at least ${low} ${unit}`.trim();
  return `${low} to ${high} ${unit}`.trim();
}
