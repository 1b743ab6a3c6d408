// Curves over time: uPlot, with the treatment shaded and the moment of the landscape marked.

import uPlot from "uplot";
import { themed } from "./style";

export interface Line {
  label: string;
  colour: string; // a name of the style sheet
  values: ArrayLike<number | null>;
  width?: number;
  dash?: number[];
  scale?: string;
  faint?: boolean;
}

export interface Picture {
  times: number[];
  lines: Line[];
  yLabel: string;
  yRange: [number, number];
  right?: { label: string; range: [number, number] };
  xRange?: [number, number];
  xLabel?: string;
  shaded?: [number, number] | null;
  marked?: number | null;
  over?: (plot: uPlot, context: CanvasRenderingContext2D) => void;
}

export class Chart {
  plot: uPlot | null = null;
  private picture: Picture | null = null;
  private made = "";
  private readonly host: HTMLElement;
  private readonly height: number;

  constructor(host: HTMLElement, height = 220) {
    this.host = host;
    this.height = height;
    new ResizeObserver(() => this.fit()).observe(host);
  }

  show(picture: Picture): void {
    this.picture = picture;
    const data = [picture.times, ...picture.lines.map(({ values }) => values)];
    const signature = JSON.stringify([
      picture.lines.map(({ label, colour, width, dash, scale, faint }) =>
        [label, colour, width, dash, scale, faint]),
      picture.yLabel, picture.right?.label, document.documentElement.dataset.theme,
    ]);
    if (this.plot && signature === this.made) this.plot.setData(data as uPlot.AlignedData);
    else this.make(data as uPlot.AlignedData);
    this.made = signature;
  }

  /** Where the curves are, in pixels of the page from the left of the picture. */
  box(): { left: number; width: number } {
    const { left, width } = this.plot!.bbox;
    return { left: left / devicePixelRatio, width: width / devicePixelRatio };
  }

  /** Draws again what lies over the curves. */
  redraw(changed: Partial<Picture>): void {
    if (!this.picture || !this.plot) return;
    Object.assign(this.picture, changed);
    this.plot.redraw(false);
  }

  private make(data: uPlot.AlignedData): void {
    this.plot?.destroy();
    const picture = this.picture!;
    const [ink, grid] = [themed("ink"), themed("grid")];
    const axis = (label: string, more: object = {}) => ({
      label, stroke: ink, grid: { stroke: grid }, ticks: { stroke: grid }, labelSize: 20, font: FONT,
      labelFont: FONT, ...more,
    });
    const options: uPlot.Options = {
      width: this.host.clientWidth || 300,
      height: this.height,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: () => this.xRange() },
        y: { range: () => this.picture!.yRange },
        ...(picture.right ? { right: { range: () => this.picture!.right!.range } } : {}),
      },
      axes: [
        axis(picture.xLabel ?? "Days since the injury", { size: 34 }),
        axis(picture.yLabel, { size: 44 }),
        ...(picture.right
          ? [axis(picture.right.label, { scale: "right", side: 1, size: 44, grid: { show: false } })]
          : []),
      ],
      series: [
        {},
        ...picture.lines.map((line) => ({
          label: line.label,
          stroke: line.faint ? themed(line.colour) + "88" : themed(line.colour),
          width: line.width ?? 2,
          points: { show: false },
          ...(line.dash ? { dash: line.dash } : {}),
          ...(line.scale ? { scale: line.scale } : {}),
        })),
      ],
      hooks: {
        drawClear: [(plot) => this.shade(plot)],
        draw: [(plot) => this.mark(plot)],
      },
    };
    this.plot = new uPlot(options, data, this.host);
    this.plot.root.querySelector("canvas")?.setAttribute("aria-hidden", "true");
  }

  private xRange(): [number, number] {
    const { xRange, times } = this.picture!;
    return xRange ?? [times[0]!, times[times.length - 1]!];
  }

  private shade(plot: uPlot): void {
    const { shaded } = this.picture!;
    if (!shaded) return;
    const [left, right] = shaded.map((day) => plot.valToPos(day, "x", true)) as [number, number];
    const { left: from, width, top, height } = plot.bbox;
    const [begin, end] = [Math.max(left, from), Math.min(Math.max(right, left + 2), from + width)];
    plot.ctx.fillStyle = themed("shade");
    if (end > begin) plot.ctx.fillRect(begin, top, end - begin, height);
  }

  private mark(plot: uPlot): void {
    const { marked, over } = this.picture!;
    const context = plot.ctx;
    context.save();
    context.beginPath();
    context.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
    context.clip();
    if (marked !== null && marked !== undefined) {
      const at = plot.valToPos(marked, "x", true);
      context.strokeStyle = themed("ink");
      context.lineWidth = devicePixelRatio;
      context.setLineDash([4, 4]);
      context.beginPath();
      context.moveTo(at, plot.bbox.top);
      context.lineTo(at, plot.bbox.top + plot.bbox.height);
      context.stroke();
      context.setLineDash([]);
    }
    over?.(plot, context);
    context.restore();
  }

  private fit(): void {
    const width = this.host.clientWidth;
    if (this.plot && width && width !== this.plot.width)
      this.plot.setSize({ width, height: this.height });
  }
}

const FONT = "12px system-ui, sans-serif";

/** A legend in words, with each line as it is drawn. */
export function legend(host: HTMLElement, lines: Line[]): void {
  host.replaceChildren(
    ...lines.map(({ label, colour, dash, width }) => {
      const item = document.createElement("li");
      const stroke = document.createElement("span");
      stroke.style.borderTop = `${width ?? 2}px ${dash ? "dashed" : "solid"} var(--${colour})`;
      item.append(stroke, label);
      return item;
    }),
  );
}
