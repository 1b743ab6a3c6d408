// Spikes of all populations, and the membrane of one neuron below, over the last seconds.

import { sized } from "./canvas";
import type { Slice } from "./player";
import { themed } from "./style";

export const SHOWN_S = 5;
const ROWS = 20; // of a population; the others of a larger one are alike
const ROW_PX = 2;
const GAP_PX = 6;
const NAMES_PX = 84;
const MEMBRANE_PX = 96;
const AXIS_PX = 20;
const LOWEST_V = -0.085;
const SPIKE_V = 0.02; // how high a spike is drawn: the model has its time, not its shape

export const NAMED: Record<string, { name: string; colour: string }> = {
  c_fibre: { name: "C-fibres", colour: "line-2" },
  a_beta: { name: "Aβ fibres", colour: "line-5" },
  descending: { name: "Descending", colour: "line-6" },
  excitatory: { name: "Excitatory", colour: "line-3" },
  inhibitory: { name: "Inhibitory", colour: "line-1" },
  nk1r: { name: "Lamina I", colour: "line-4" },
  wdr: { name: "WDR", colour: "ink" },
};

export class Raster {
  private spikes: { cells: number[]; timesS: number[] }[] = [];
  private membrane: { timeS: number; volt: number }[] = [];
  private nowS = 0;
  private waiting = 0;
  private readonly canvas: HTMLCanvasElement;
  private readonly populations: [string, number][];
  private readonly zeroS: number;

  constructor(canvas: HTMLCanvasElement, populations: Record<string, number>, zeroS: number) {
    this.canvas = canvas;
    this.populations = Object.entries(populations);
    this.zeroS = zeroS;
    this.clear();
  }

  clear(): void {
    this.spikes = this.populations.map(() => ({ cells: [], timesS: [] }));
    this.membrane = [];
    this.nowS = 0;
  }

  add(slice: Slice): void {
    this.nowS = slice.toMs / 1000;
    const old = this.nowS - SHOWN_S;
    slice.spikes.forEach(({ cells, timesS }, population) => {
      const kept = this.spikes[population]!;
      cells.forEach((cell, i) => {
        if (cell >= ROWS) return;
        kept.cells.push(cell);
        kept.timesS.push(timesS[i]!);
      });
      const first = kept.timesS.findIndex((time) => time >= old);
      const gone = first < 0 ? kept.timesS.length : first;
      kept.cells.splice(0, gone);
      kept.timesS.splice(0, gone);
    });
    slice.membraneV.forEach((volt, i) => this.membrane.push({ timeS: (slice.fromMs + i + 1) / 1000, volt }));
    this.membrane.splice(0, Math.max(this.membrane.length - 1000 * SHOWN_S, 0));
  }

  /** Draws at the next frame, once. */
  draw(): void {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.drawNow();
    });
  }

  private drawNow(): void {
    const heights = this.populations.map(([, cells]) => Math.min(cells, ROWS) * ROW_PX + GAP_PX);
    const rasterHeight = heights.reduce((sum, each) => sum + each, 0);
    const height = rasterHeight + MEMBRANE_PX + AXIS_PX;
    const context = sized(this.canvas, height);
    const width = this.canvas.width / devicePixelRatio;
    const begin = Math.max(this.nowS - SHOWN_S, 0);
    const x = (timeS: number) => NAMES_PX + ((timeS - begin) / SHOWN_S) * (width - NAMES_PX - 4);
    let top = 0;
    this.populations.forEach(([key], population) => {
      const { name, colour } = NAMED[key]!;
      context.fillStyle = themed(colour);
      const { cells, timesS } = this.spikes[population]!;
      cells.forEach((cell, i) => context.fillRect(x(timesS[i]!), top + cell * ROW_PX, 1.5, ROW_PX));
      context.textAlign = "right";
      context.textBaseline = "middle";
      context.fillText(name, NAMES_PX - 8, top + (heights[population]! - GAP_PX) / 2);
      top += heights[population]!;
    });
    this.drawMembrane(context, x, rasterHeight, width);
    this.drawAxis(context, x, begin, height, width);
  }

  private drawMembrane(
    context: CanvasRenderingContext2D, x: (timeS: number) => number, top: number, width: number,
  ): void {
    const y = (volt: number) =>
      top + MEMBRANE_PX - 8 - ((volt - LOWEST_V) / (SPIKE_V - LOWEST_V)) * (MEMBRANE_PX - 16);
    context.fillStyle = themed("ink");
    context.fillText("One WDR", NAMES_PX - 8, top + MEMBRANE_PX / 2 - 8);
    context.fillText("neuron, mV", NAMES_PX - 8, top + MEMBRANE_PX / 2 + 8);
    context.strokeStyle = themed("grid");
    context.lineWidth = 1;
    for (const volt of [-0.08, -0.05, 0]) {
      context.beginPath();
      context.moveTo(NAMES_PX, y(volt));
      context.lineTo(width, y(volt));
      context.stroke();
    }
    context.beginPath();
    for (const { timeS, volt } of this.membrane) context.lineTo(x(timeS), y(volt));
    const { cells, timesS } = this.spikes[this.populations.length - 1]!;
    cells.forEach((cell, i) => {
      if (cell !== WATCHED) return;
      context.moveTo(x(timesS[i]!), y(-0.05));
      context.lineTo(x(timesS[i]!), y(SPIKE_V));
    });
    context.strokeStyle = themed("ink");
    context.lineWidth = 1.2;
    context.stroke();
  }

  private drawAxis(
    context: CanvasRenderingContext2D, x: (timeS: number) => number, begin: number, height: number, width: number,
  ): void {
    context.fillStyle = themed("ink");
    context.textAlign = "center";
    for (let second = Math.ceil(begin); x(second) < width - 10; second++)
      context.fillText(`${second - this.zeroS} s`, Math.max(x(second), NAMES_PX + 12), height - AXIS_PX / 2);
  }
}

export const WATCHED = 0; // WDR neuron whose membrane is shown, and who is heard
