// Thirty patients: who of them a trial takes in, and what becomes of these.

import { Chart, type Line } from "./chart";
import type { Contents } from "./contents";
import { byId, element, percent, table } from "./dom";
import { valueAt, type Fan } from "./patient";
import { usesIntake, type Settings } from "./settings";
import type { Moment } from "./shown";

const WORST = 10;
const RELIEF = 0.3; // share of pain that has to go for a patient to be called better
const WEEK_D = 7;
const MONTH_D = 30;
const BAD = 4;

export class ThirtyPatients {
  private readonly contents: Contents;
  private readonly chart = new Chart(byId("fan-chart"));
  private fan: Fan | null = null;
  private taken: boolean[] = [];

  constructor(contents: Contents) {
    this.contents = contents;
  }

  /** How many are taken in; nobody before all have been computed. */
  get size(): number {
    return this.taken.filter(Boolean).length;
  }

  hear(fan: Fan): void {
    this.fan = fan;
  }

  show(settings: Settings, treated: [number, number] | null, moments: Moment[], xRange: [number, number]): void {
    if (!this.fan) return;
    const { times, pain } = this.fan;
    const asks = treated !== null && usesIntake(settings.treatment);
    this.taken = pain.map((each) => !asks || before(times, each, treated[0]) >= settings.include);
    const included = pain.filter((_, i) => this.taken[i]);
    const sorted = times.map((_, i) => included.map((each) => each[i]!).sort((a, b) => a - b));
    const mean = sorted.map((each) => each.reduce((sum, value) => sum + value, 0) / each.length);
    const lines: Line[] = pain.map((values, i) => ({
      label: `Patient ${i + 1}`, values, width: 1, faint: true,
      ...(this.taken[i] ? { colour: "line-1" } : { colour: "line-6", dash: [2, 4] }),
    }));
    if (included.length) lines.push({ label: "Mean", colour: "line-2", values: mean, width: 3 });
    this.chart.show({
      times, lines, yLabel: "Pain, 0 to 10", yRange: [0, WORST], xRange, shaded: treated,
    });
    const quantile = (share: number) => sorted.map((each) => each[Math.round(share * (each.length - 1))]!);
    const read = (values: number[]) => moments.map(({ day }) => valueAt(times, values, day));
    const rows = [
      { name: "Mean", cells: read(mean) },
      { name: "A tenth have less than", cells: read(quantile(0.1)) },
      { name: "Median", cells: read(quantile(0.5)) },
      { name: "A tenth have more than", cells: read(quantile(0.9)) },
    ];
    byId("fan-table").replaceChildren(
      included.length
        ? table(`Pain of ${included.length} patients`, ["Reading", ...moments.map(({ name }) => name)], rows, 2)
        : element("p", {}, "Nobody is taken in."),
    );
    byId("fan-said").textContent = this.said(included, asks ? settings.include : null, treated);
  }

  private said(included: Float64Array[], least: number | null, treated: [number, number] | null): string {
    const { times, pain } = this.fan!;
    if (!treated) {
      const hurt = pain.filter((each) => each[each.length - 1]! >= BAD).length;
      return `${hurt} of ${pain.length} have pain of ${BAD} or more at the end.`;
    }
    const [start, end] = treated;
    const month = Math.min(end + MONTH_D, this.contents.patient.until_d);
    const better = included.filter(
      (each) => valueAt(times, each, month) < (1 - RELIEF) * valueAt(times, each, start),
    ).length;
    const whom =
      least === null
        ? `All ${pain.length} are taken in`
        : `${included.length} of ${pain.length} are taken in: pain of ${least} or more in the week before treatment`;
    return `${whom}. ${better} of these have at least ${percent(RELIEF)} less a month after it.`;
  }
}

/** Mean of daily readings in the week before, as the command's inclusion has it. */
function before(times: number[], pain: Float64Array, start: number): number {
  const days = Array.from({ length: WEEK_D + 1 }, (_, i) => Math.max(start - i, 0));
  const unique = [...new Set(days)];
  return unique.reduce((sum, day) => sum + between(times, pain, day), 0) / unique.length;
}

function between(times: number[], values: Float64Array, day: number): number {
  const next = Math.max(times.findIndex((time) => time >= day), 1);
  const [from, to] = [times[next - 1]!, times[next]!];
  return values[next - 1]! + ((values[next]! - values[next - 1]!) * (day - from)) / (to - from);
}
