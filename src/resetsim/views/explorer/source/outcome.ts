// Pain of the one patient: its curves, its numbers, and what becomes of it in words.

import { Chart, legend, type Line } from "./chart";
import { Dock } from "./dock";
import { byId, percent, table } from "./dom";
import { valueAt, type PainCourse } from "./patient";
import type { Prediction } from "./prediction";
import type { Shown } from "./shown";

const WORST = 10;
const AMPLIFIED_LATE = 0.3;
const GONE = 0.5; // of 10
const MONTH_D = 30;

export class Outcome {
  readonly chart = new Chart(byId("pain-chart"), 260);
  private readonly dock = new Dock();

  /** What is kept back, and the points over the curves, are the prediction's. */
  show(shown: Shown, marked: number, prediction: Prediction, asksMemory: boolean): void {
    this.draw(shown, marked, prediction);
    byId("numbers").replaceChildren(prediction.hides ? "Predict first." : numbersOf(shown));
    const said = prediction.hides ? "What do you expect? Predict, then reveal." : answerOf(shown);
    byId("answer").textContent = said;
    const memorySaid = memoryOf(shown);
    byId("memory-said").textContent = memorySaid;
    this.dock.say(asksMemory && !prediction.hides ? memorySaid : said);
  }

  private draw({ patient, untreated, xRange }: Shown, marked: number, prediction: Prediction): void {
    const { times, pain, timeline: { treated } } = patient;
    const begins = treated?.[0] ?? 0;
    const hidden = prediction.hides;
    const seen = hidden ? Array.from(pain, (each, i) => (times[i]! <= begins ? each : null)) : pain;
    const lines: Line[] = [{ label: "This patient", colour: "line-2", values: seen, width: 3 }];
    if (treated && !hidden)
      lines.push({
        label: "Without treatment", colour: "line-1", dash: [6, 4],
        values: times.map((time) => valueAt(untreated.times, untreated.pain, time)),
      });
    this.chart.show({
      times, lines, yLabel: "Pain, 0 to 10", yRange: [0, WORST], xRange, shaded: treated, marked,
      over: (plot, context) => prediction.draw(plot, context),
    });
    prediction.show(patient);
    const of = ["pain", "untreated"];
    this.dock.draw({ times, curves: lines.map(({ values }, i) => ({ of: of[i]!, values })), treated });
    legend(byId("pain-legend"), lines);
  }
}

function numbersOf({ patient, untreated, memory, moments }: Shown): HTMLElement {
  const until = patient.times[patient.times.length - 1]!;
  const read = (times: number[], values: ArrayLike<number>) =>
    moments.map(({ day }) => (day > until ? null : valueAt(times, values, day)));
  const amplified = patient.times.map(
    (_, i) => patient.late.filter((unit) => unit[i]! > AMPLIFIED_LATE).length,
  );
  const rows = [
    { name: "Pain", cells: read(patient.times, patient.pain) },
    { name: "Pain without treatment", cells: read(untreated.times, untreated.pain) },
    { name: "Efficacy of active patches", cells: read(patient.times, patient.meanEfficacy) },
    { name: `Patches amplified, of ${patient.late.length}`, cells: read(patient.times, amplified) },
    { name: "Late phase of the memory", cells: read(memory.times, memory.late) },
    { name: "Recall", cells: read(memory.times, memory.recall) },
  ];
  return table("This patient", ["Reading", ...moments.map(({ name }) => name)], rows, 2);
}

function memoryOf({ memory, moments }: Shown): string {
  const first = moments[0]!;
  const recalled = [first, moments[moments.length - 1]!].map(({ day }) =>
    valueAt(memory.times, memory.recall, day).toFixed(2),
  );
  return (
    `Of the memory's late phase ${percent(memory.late[memory.late.length - 1]!)} is left at the end. ` +
    `Recall is ${recalled[0]} ${first.name.toLowerCase()} and ${recalled[1]} on the last day.`
  );
}

function answerOf({ patient, untreated }: Shown): string {
  const at = ({ times, pain }: PainCourse, day: number) => valueAt(times, pain, day);
  const until = patient.times[patient.times.length - 1]!;
  const { treated } = patient.timeline;
  if (!treated) {
    const last = at(patient, until);
    return last < GONE
      ? "Pain goes by itself as the injury heals."
      : `Pain stays, at ${last.toFixed(1)} of 10.`;
  }
  const [start, end] = treated;
  const month = Math.min(end + MONTH_D, until);
  const [before, after, later, otherwise] = [
    at(patient, start), at(patient, end), at(patient, month), at(untreated, month),
  ];
  const said = `Pain is ${before.toFixed(1)} before treatment, ${after.toFixed(1)} at its end and ${later.toFixed(1)} a month later, where it is ${otherwise.toFixed(1)} without treatment: `;
  if (otherwise < GONE) return `${said}it would have gone by itself.`;
  const away = 1 - later / otherwise;
  if (away > 0.9) return `${said}a reset.`;
  if (away > 0.1) return `${said}${percent(away)} of it stays away.`;
  const lowest = Math.min(...patient.times.map((time, i) => (time > start ? patient.pain[i]! : before)));
  return said + (lowest > before / 2 ? "it never falls to half." : "it comes back.");
}
