// Predict, then reveal: points that a student sets, or an answer chosen, before anything is shown.

import type uPlot from "uplot";
import type { Chart } from "./chart";
import { Choice, type Question } from "./choice";
import { byId, element } from "./dom";
import { LATER_D, valueAt, type Patient } from "./patient";
import { themed } from "./style";

const WORST = 10;
const NEAR_PX = 40;

interface Guess {
  name: string;
  after: number; // days after the end of treatment, or after the injury without one
}

export class Prediction {
  private readonly chart: Chart;
  private readonly changed: () => void;
  private on = false;
  private revealed = false;
  private predicted = false; // a point was moved, or an answer chosen
  private question: Question | null = null;
  private readonly choice: Choice;
  private values: number[] = [];
  private guesses: Guess[] = [];
  private patient: Patient | null = null;
  private dragged = -1;

  constructor(chart: Chart, changed: () => void) {
    this.chart = chart;
    this.changed = changed;
    this.choice = new Choice(() => this.predict());
    const box = byId<HTMLInputElement>("predict");
    box.addEventListener("change", () => {
      this.turn(box.checked, this.question);
      this.changed();
    });
    for (const id of ["reveal", "choice-reveal"])
      byId(id).addEventListener("click", () => {
        this.revealed = true;
        this.changed();
      });
    this.drag(byId("pain-chart"));
  }

  /** Whether curves are kept back. */
  get hides(): boolean {
    return this.on && !this.revealed;
  }

  /** With a question one answer is chosen; without, pain is drawn. */
  turn(on: boolean, question: Question | null): void {
    this.on = on;
    this.question = question;
    this.revealed = this.predicted = false;
    byId<HTMLInputElement>("predict").checked = on;
    byId("prediction").hidden = !this.drawn;
    byId("choice-panel").hidden = !on || question === null;
    this.choice.ask(question);
    this.guesses = [];
  }

  private get drawn(): boolean {
    return this.on && this.question === null;
  }

  private predict(): void {
    this.predicted = true;
    this.judge();
  }

  /** Something else was chosen: what was revealed is another question now. */
  ask(): void {
    this.revealed = false;
  }

  show(patient: Patient): void {
    const treated = patient.timeline.treated !== null;
    const asked = treated
      ? [{ name: "At the end of treatment", after: 0 }, ...LATER_D.map((days) => ({ name: `${days} days later`, after: days }))]
      : [7, 30, 60, 120].map((day) => ({ name: `Day ${day}`, after: day }));
    if (this.guesses.length !== asked.length || this.guesses[0]!.name !== asked[0]!.name) this.make(asked, patient);
    this.patient = patient;
    this.judge();
  }

  judge(): void {
    for (const id of ["reveal", "choice-reveal"]) {
      byId<HTMLButtonElement>(id).disabled = !this.predicted;
      byId(id).hidden = this.revealed;
    }
    byId("verdict").textContent = this.drawn && this.revealed ? this.verdict() : "";
    byId("choice-verdict").textContent = this.question && this.on && this.revealed ? this.choice.verdict() : "";
  }

  private make(guesses: Guess[], patient: Patient): void {
    this.guesses = guesses;
    const start = patient.timeline.treated ? valueAt(patient.times, patient.pain, patient.timeline.treated[0]) : 5;
    this.values = guesses.map(() => Math.round(2 * start) / 2);
    byId("guesses").replaceChildren(
      ...guesses.map(({ name }, i) => {
        const id = `guess-${i}`;
        const input = element("input", { type: "range", id, min: "0", max: "10", step: "0.5" });
        input.addEventListener("input", () => {
          this.set(i, Number(input.value));
          this.predict();
        });
        return element(
          "div", { class: "control" },
          element("label", { for: id }, name), element("output", { id: `${id}-said`, for: id }), input,
        );
      }),
    );
    this.values.forEach((value, i) => this.set(i, value));
  }

  private set(i: number, value: number): void {
    this.values[i] = value;
    byId<HTMLInputElement>(`guess-${i}`).value = String(value);
    byId(`guess-${i}-said`).textContent = value.toFixed(1);
    this.chart.redraw({});
  }

  private days(): number[] {
    const from = this.patient?.timeline.treated?.[1] ?? 0;
    return this.guesses.map(({ after }) => from + after);
  }

  draw(plot: uPlot, context: CanvasRenderingContext2D): void {
    if (!this.drawn || !this.patient) return;
    const { treated } = this.patient.timeline;
    const start = treated?.[0] ?? 0;
    const points: [number, number][] = [
      [start, valueAt(this.patient.times, this.patient.pain, start)],
      ...this.days().map((day, i): [number, number] => [day, this.values[i]!]),
    ];
    context.strokeStyle = context.fillStyle = themed("line-3");
    context.lineWidth = 2 * devicePixelRatio;
    context.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    context.beginPath();
    const placed = points.map(([day, value]) => [plot.valToPos(day, "x", true), plot.valToPos(value, "y", true)] as const);
    placed.forEach(([x, y]) => context.lineTo(x, y));
    context.stroke();
    context.setLineDash([]);
    for (const [x, y] of placed.slice(1)) {
      context.beginPath();
      context.arc(x, y, 6 * devicePixelRatio, 0, 2 * Math.PI);
      context.fill();
    }
  }

  private verdict(): string {
    const { times, pain } = this.patient!;
    const last = times[times.length - 1]!;
    const misses = this.days()
      .map((day, i) => (day > last ? null : Math.abs(valueAt(times, pain, day) - this.values[i]!)))
      .filter((each) => each !== null);
    const mean = misses.reduce((sum, each) => sum + each, 0) / misses.length;
    const worst = Math.max(...misses);
    return mean < 1
      ? `Your prediction is off by ${mean.toFixed(1)} points on average: close.`
      : `Your prediction is off by ${mean.toFixed(1)} points on average, at worst by ${worst.toFixed(1)}. What did you expect to act that did not, or the other way round?`;
  }

  private drag(host: HTMLElement): void {
    const at = (event: PointerEvent) => {
      const { left, top } = this.chart.plot!.over.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    host.addEventListener("pointerdown", (event) => {
      if (!this.drawn || !this.chart.plot) return;
      const { x } = at(event);
      const distances = this.days().map((day) => Math.abs(this.chart.plot!.valToPos(day, "x") - x));
      const nearest = distances.indexOf(Math.min(...distances));
      if (distances[nearest]! > NEAR_PX) return;
      this.dragged = nearest;
      host.setPointerCapture(event.pointerId);
    });
    host.addEventListener("pointermove", (event) => {
      if (this.dragged < 0) return;
      const value = this.chart.plot!.posToVal(at(event).y, "y");
      this.set(this.dragged, Math.round(2 * Math.min(Math.max(value, 0), WORST)) / 2);
      this.predict();
    });
    for (const ended of ["pointerup", "pointercancel"] as const)
      host.addEventListener(ended, () => (this.dragged = -1));
  }
}
