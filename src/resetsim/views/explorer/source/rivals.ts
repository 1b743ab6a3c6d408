// The same patient and treatment under every hypothesis, and the observations that each fails.

import { Chart, legend, type Line } from "./chart";
import type { Contents, Target } from "./contents";
import { byId, element, table } from "./dom";
import { valueAt } from "./patient";
import type { Pool } from "./pool";
import { agreeingOnPain, type Rival } from "./rival";
import type { Settings } from "./settings";
import { LINES } from "./style";

const MONTH_D = 30;
const WORST = 10;
const ALIKE = 0.005; // of the height of the picture: curves that nobody could tell apart

const DASHES = [[9, 4], [2, 3], [9, 3, 2, 3], [5, 3]];

export class Rivals {
  private readonly pool: Pool;
  private readonly contents: Contents;
  private readonly pain = new Chart(byId("rivals-chart"), 260);
  private readonly memory = new Chart(byId("rivals-memory-chart"), 180);
  private solved: Rival[] = [];
  private solving = Promise.resolve();
  private solvingOf = "";

  constructor(pool: Pool, contents: Contents) {
    this.pool = pool;
    this.contents = contents;
    byId("fails").append(...contents.hypotheses.map(({ name }) => this.fails(name)));
  }

  /** Computes all, unless these were asked for last. */
  solve(settings: Settings): Promise<void> {
    const key = JSON.stringify(settings);
    if (key !== this.solvingOf) this.solving = this.ask(settings);
    this.solvingOf = key;
    return this.solving;
  }

  /** As they were computed last. */
  get now(): Rival[] {
    return this.solved;
  }

  private async ask(settings: Settings): Promise<void> {
    this.solved = [];
    const tasks = agreeingOnPain(this.contents, settings).map((names) => ({ settings, names }));
    const found = (await this.pool.ask("rivals", tasks)).flat();
    this.solved = this.contents.hypotheses.map(({ name }) => found.find((each) => each.name === name)!);
    this.showTable();
  }

  draw(xRange: [number, number]): void {
    if (!this.solved.length || !byId<HTMLDetailsElement>("rivals").open) return;
    const { times, treated: shaded } = this.solved[0]!;
    const pain = curvesOf(this.solved.map(({ name, times: own, pain: values }) => ({ name, times: own, values })), times, WORST);
    this.pain.show({ times, lines: pain, yLabel: "Pain, 0 to 10", yRange: [0, WORST], xRange, shaded });
    legend(byId("rivals-legend"), pain);
    const memory = curvesOf(
      this.solved.map(({ name, memoryTimes, memory: values }) => ({ name, times: memoryTimes, values })), times, 1,
    );
    this.memory.show({ times, lines: memory, yLabel: "Late phase", yRange: [0, 1.05], xRange, shaded });
    legend(byId("rivals-memory-legend"), memory);
  }

  private showTable(): void {
    const { until_d } = this.contents.patient;
    const rows = this.solved.map(({ name, times, pain, painRule, memoryRule, treated, memory }) => {
      const [start, end] = treated ?? [until_d, until_d];
      const moments = [start, end, Math.min(end + MONTH_D, until_d)];
      const [inside, noSuccess, outside] = ["inside", "no success", "outside"].map(
        (verdict) => this.judged(name, verdict).length,
      );
      return {
        name: name.replaceAll("_", " "),
        cells: [
          painRule,
          ...moments.map((day) => valueAt(times, pain, day)),
          memoryRule,
          memory[memory.length - 1]!,
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
        element("strong", {}, `${id}: ${target.title}. `),
        `Published: ${target.observed} (${target.source}). ${target.quantity}: here ${modelled(model, target)}, agreement would be ${tolerance(target)}.`,
      );
    });
    return element(
      "details", {},
      element("summary", {}, `What ${name.replaceAll("_", " ")} fails (${items.length})`),
      element("ul", {}, ...items),
    );
  }
}

interface Curve {
  name: string;
  times: number[];
  values: Float64Array;
}

/** One line for all that lie on each other, which says whose it is. */
function curvesOf(curves: Curve[], times: number[], height: number): Line[] {
  const groups: { names: string[]; values: number[] }[] = [];
  for (const { name, times: own, values: found } of curves) {
    const values = times.map((time) => valueAt(own, found, time));
    const alike = groups.find((group) => group.values.every((each, i) => Math.abs(each - values[i]!) < ALIKE * height));
    if (alike) alike.names.push(name.replaceAll("_", " "));
    else groups.push({ names: [name.replaceAll("_", " ")], values });
  }
  return groups.map(({ names, values }, i) => ({
    label: names.join(" = "), values, colour: LINES[i % LINES.length]!,
    ...(i ? { dash: DASHES[i % DASHES.length]! } : {}),
  }));
}

function modelled(value: number | null, target: Target): string {
  return value === null ? "nothing of the kind" : `${Number(value.toPrecision(3))}${unitOf(target)}`;
}

/** In the words of views/evidence_lines.py. */
function tolerance(target: Target): string {
  const { low, high } = target;
  const unit = unitOf(target);
  if (low !== null && low === high) return `${low}${unit}`;
  return [low === null ? [] : [`from ${low}`], high === null ? [] : [`up to ${high}`]].flat().join(" ") + unit;
}

/** As it is written after a number; of a bare number it is 1. */
function unitOf({ unit }: Target): string {
  return unit === "1" ? "" : ` ${unit}`;
}
