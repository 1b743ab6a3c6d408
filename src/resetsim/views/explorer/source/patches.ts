// The patches of the painful area, and the landscape of the one that is looked at, on a day.

import { byInput, drawLandscape, drawStrip } from "./canvas";
import type { Contents } from "./contents";
import { byId, percent, table } from "./dom";
import { SEGMENT_HEAD, type SlowClock } from "./kernel";
import { landscapeOf } from "./landscape";
import type { State } from "./network";
import { valueAt, type Patient } from "./patient";
import type { Shown } from "./shown";
import { frozen } from "./timeline";

const AMPLIFIED_LATE = 0.3;
const FRAME_MS = 60;

/** Where the curves of pain are, which the strip lies under. */
type Box = () => { left: number; width: number };

export class Patches {
  private readonly clock: SlowClock;
  private readonly contents: Contents;
  private readonly box: Box;
  private readonly moved: (day: number) => void;
  private shown!: Shown;
  private playing = 0;

  /** `moved` hears of another day, or patch. */
  constructor(clock: SlowClock, contents: Contents, box: Box, moved: (day: number) => void) {
    this.clock = clock;
    this.contents = contents;
    this.box = box;
    this.moved = moved;
    for (const id of ["day", "patch"]) byId(id).addEventListener("input", () => this.move());
    byId("play").addEventListener("click", () => this.play());
    new ResizeObserver(() => this.shown && this.draw()).observe(byId("strip-panel"));
  }

  get day(): number {
    return Number(byId<HTMLInputElement>("day").value);
  }

  show(shown: Shown): void {
    this.shown = shown;
    this.draw();
    byId("strip-table").replaceChildren(tableOf(shown));
  }

  /** The patch of the landscape, as its network is told. */
  state(): State {
    const { day, patch } = this;
    const { patient } = this.shown;
    const { axes, input: inputAxis, nmda } = this.contents;
    const segment = frozen(patient.timeline, day, this.contents);
    const efficacy = valueAt(patient.times, patient.efficacy[patch]!, day);
    const coordinates: Record<string, number> = { efficacy };
    axes.forEach(({ name, resting, full }, i) => {
      coordinates[name] = full + (resting - full) * segment[SEGMENT_HEAD + i]!;
    });
    const input = segment[2]! * patient.multipliers[patch]!;
    coordinates[axes[inputAxis]!.name] = input;
    const blocked = 1 - coordinates[axes[nmda]!.name]!;
    const said =
      `Patch ${byId<HTMLInputElement>("patch").value} on day ${byId("day-said").textContent}: efficacy ${efficacy.toFixed(2)}, ` +
      `${input.toFixed(2)} Hz of ongoing input, ${percent(blocked)} of NMDA receptors blocked. The network follows the sliders while it runs.`;
    return { said, coordinates };
  }

  private get patch(): number {
    return byInput(this.shown.patient)[Number(byId<HTMLInputElement>("patch").value) - 1]!;
  }

  private draw(): void {
    this.drawStrip();
    this.look();
  }

  private drawStrip(): void {
    const { patient, xRange } = this.shown;
    drawStrip(byId<HTMLCanvasElement>("strip"), patient, xRange, this.patch, this.box());
  }

  private look(): void {
    const { day, patch } = this;
    const { patient } = this.shown;
    const landscape = landscapeOf(this.clock, this.contents, patient, patch, day);
    const late = valueAt(patient.times, patient.late[patch]!, day);
    const going = patient.hypothesis.pain_rule === "none" ? 0 : slopeAt(patient, patch, day);
    drawLandscape(byId<HTMLCanvasElement>("landscape"), landscape, late, going);
    byId("day-said").textContent = day.toFixed(2).replace(/\.?0+$/, "");
    const rank = byId<HTMLInputElement>("patch").value;
    const input = patient.multipliers[patch]! * valueAt(patient.times, patient.acting.map((each) => each.input), day);
    byId("patch-said").textContent = `${rank} of ${patient.late.length}, ${input.toFixed(2)} Hz now`;
    Object.assign(byId("landscape-said").dataset, {
      stable: JSON.stringify(landscape.stable), unstable: JSON.stringify(landscape.unstable),
    });
    byId("landscape-said").textContent = described(landscape.stable, landscape.unstable, late, going);
  }

  private move(): void {
    this.draw();
    this.moved(this.day);
  }

  private play(): void {
    const slider = byId<HTMLInputElement>("day");
    const button = byId("play");
    if (this.playing) {
      window.clearInterval(this.playing);
      this.playing = 0;
      button.textContent = "Play";
      return;
    }
    button.textContent = "Pause";
    const { until_d } = this.contents.patient;
    const { treated } = this.shown.patient.timeline;
    const [from, to] = treated ? [treated[0] - 2, Math.min(treated[1] + 12, until_d)] : [0, until_d];
    if (this.day < from || this.day >= to) slider.value = String(from);
    const step = (to - from) / 160;
    let day = this.day;
    this.playing = window.setInterval(() => {
      day += step;
      slider.value = String(day);
      this.look();
      this.moved(day);
      if (day >= to) this.play();
    }, FRAME_MS);
  }
}

function tableOf({ patient, settings, moments }: Shown): HTMLElement {
  const until = patient.times[patient.times.length - 1]!;
  const rows = byInput(patient).map((unit, i) => ({
    name: `${i + 1}`,
    cells: [
      patient.multipliers[unit]! * settings.residual,
      ...moments.map(({ day }) => (day > until ? null : valueAt(patient.times, patient.efficacy[unit]!, day))),
    ],
  }));
  const headings = ["Patch", "Residual input, Hz", ...moments.map(({ name }) => name)];
  return table("Efficacy of each patch", headings, rows, 2);
}

function slopeAt(patient: Patient, unit: number, day: number): number {
  const late = patient.late[unit]!;
  const place = Math.max(patient.times.findIndex((time) => time > day), 1);
  const step = patient.times[place]! - patient.times[place - 1]!;
  return (late[place]! - late[place - 1]!) / step;
}

function described(stable: number[], unstable: number[], late: number, going: number): string {
  const amplified = stable.some((each) => each > AMPLIFIED_LATE);
  const healthy = stable.some((each) => each <= AMPLIFIED_LATE);
  const ground =
    healthy && amplified && unstable.length
      ? `There are two valleys, and a hilltop between them at ${unstable[0]!.toFixed(2)}: what counts is on which side the ball is when the blockade ends.`
      : amplified
        ? "There is one valley, amplified: the ball comes back to it from anywhere."
        : "There is one valley, health: the ball rolls there from anywhere.";
  const now =
    Math.abs(going) < 0.002 ? "rests" : going > 0 ? "is rising" : "is falling";
  return `The late phase is ${late.toFixed(2)} and ${now}. ${ground}`;
}
