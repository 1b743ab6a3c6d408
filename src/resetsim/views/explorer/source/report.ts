// The curves of a report: which arms are shown, where, and what they are there.

import { Chart } from "./chart";
import { byId, element } from "./dom";

interface Shown {
  name: string;
  label: string;
  range: [number, number];
  digits: number;
}

interface Arm {
  label: string;
  colour: string;
  values: (number | null)[][]; // by chart, then along x
  low: ((number | null)[] | null)[]; // by chart; none where there is no band
  high: ((number | null)[] | null)[];
}

interface Point {
  x: number;
  value: number;
  low: number;
  high: number;
}

interface Panel {
  title: string;
  x: number[];
  shaded: [number, number] | null;
  enlarged: [number, number] | null;
  points: Point[]; // published, in the first chart
  arms: Arm[];
}

interface Data {
  xLabel: string;
  told: string; // what tells arms apart
  shown: number; // which panel comes first
  position: string; // what the slider is called
  step: number;
  first: number;
  charts: Shown[];
  panels: Panel[];
}

const data: Data = JSON.parse(document.getElementById("live-data")!.textContent!);
const live = byId("live");
const enlarge = byId<HTMLInputElement>("live-enlarge");
const slider = byId<HTMLInputElement>("live-x");
const choice = byId<HTMLSelectElement>("live-panel");
const hidden = new Set<string>();
let panel = data.panels[data.shown]!;

/** What a curve is at a place between its points; nothing where it has none. */
function at(values: (number | null)[], place: number): number | null {
  const after = panel.x.findIndex((x) => x >= place);
  if (after < 0) return values[values.length - 1]!;
  const before = Math.max(panel.x[after] === place ? after : after - 1, 0);
  const [low, high] = [values[before]!, values[after]!];
  if (low === null || high === null) return null;
  const [from, to] = [panel.x[before]!, panel.x[after]!];
  return to === from ? high : low + ((place - from) / (to - from)) * (high - low);
}

function xRange(): [number, number] {
  if (enlarge.checked && panel.enlarged) return panel.enlarged;
  return [panel.x[0]!, panel.x[panel.x.length - 1]!];
}

function visible(): { arm: Arm; name: string }[] {
  return panel.arms
    .map((arm, i) => ({ arm, name: `arm-${i}` }))
    .filter(({ arm }) => !hidden.has(arm.label));
}

const charts = data.charts.map((shown) => {
  const name = `${shown.name} of each arm; the table below has the numbers`;
  const host = element("div", { class: "chart", role: "img", "aria-label": name });
  byId("live-charts").append(host);
  const chart = new Chart(host);
  host.addEventListener("pointermove", (event) => {
    if (!chart.plot) return;
    const left = event.clientX - chart.plot.over.getBoundingClientRect().left;
    const [first, last] = xRange();
    const x = chart.plot.posToVal(left, "x");
    slider.value = String(Math.min(Math.max(x, first), last));
    read();
  });
  return chart;
});

function draw(): void {
  const arms = visible();
  charts.forEach((chart, which) => {
    const shown = data.charts[which]!;
    chart.show({
      times: panel.x,
      lines: arms.map(({ arm, name }, i) => ({
        label: arm.label,
        colour: name,
        values: arm.values[which]!,
        // A later, thinner curve leaves a rim of those below it.
        width: 1.5 + 0.7 * Math.min(arms.length - 1 - i, 6),
      })),
      yLabel: shown.label,
      yRange: shown.range,
      xRange: xRange(),
      xLabel: data.xLabel,
      shaded: panel.shaded,
      marked: Number(slider.value),
      over: (plot, context) => {
        for (const { arm } of arms) band(plot, context, arm, which);
        if (which === 0) points(plot, context);
      },
    });
  });
  read();
}

type Plot = NonNullable<Chart["plot"]>;

function band(plot: Plot, context: CanvasRenderingContext2D, arm: Arm, which: number): void {
  const [low, high] = [arm.low[which], arm.high[which]];
  if (!low || !high) return;
  const known = panel.x.map((_, i) => i).filter((i) => low[i] !== null && high[i] !== null);
  const place = (i: number, values: (number | null)[]): [number, number] => [
    plot.valToPos(panel.x[i]!, "x", true), plot.valToPos(values[i]!, "y", true),
  ];
  context.fillStyle = `${arm.colour}33`;
  context.beginPath();
  for (const i of known) context.lineTo(...place(i, low));
  for (const i of known.reverse()) context.lineTo(...place(i, high));
  context.fill();
}

function points(plot: Plot, context: CanvasRenderingContext2D): void {
  context.strokeStyle = context.fillStyle = "#000";
  context.lineWidth = devicePixelRatio;
  for (const { x, value, low, high } of panel.points) {
    const left = plot.valToPos(x, "x", true);
    const [middle, bottom, top] = [value, low, high].map((y) => plot.valToPos(y, "y", true));
    const half = 3 * devicePixelRatio;
    context.fillRect(left - half, middle! - half, 2 * half, 2 * half);
    context.beginPath();
    context.moveTo(left, bottom!);
    context.lineTo(left, top!);
    context.stroke();
  }
}

/** What each arm is where the slider stands. */
function read(): void {
  const place = Number(slider.value);
  const said = place.toFixed(data.step < 1 ? 1 : 0);
  byId("live-x-said").textContent = said;
  slider.setAttribute("aria-valuetext", `${data.position} ${said}`);
  const rows = visible().map(({ arm }) =>
    element("tr", {}, element("th", { scope: "row" }, arm.label),
      ...data.charts.map(({ digits }, which) => cell(arm, which, digits, place))));
  byId("live-rows").replaceChildren(...rows);
  for (const chart of charts) chart.redraw({ marked: place });
}

function cell(arm: Arm, which: number, digits: number, place: number): HTMLElement {
  const [value, low, high] = [arm.values[which], arm.low[which], arm.high[which]].map((each) =>
    each ? at(each, place) : null) as [number | null, number | null, number | null];
  if (value === null) return element("td", {}, "–");
  const ends = low === null || high === null
    ? "" : ` (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
  return element("td", { "data-value": String(value) }, value.toFixed(digits) + ends);
}

/** The switches of the arms of a panel. */
function switches(): void {
  panel.arms.forEach(({ colour }, i) =>
    document.documentElement.style.setProperty(`--arm-${i}`, colour));
  byId("live-arms").replaceChildren(
    ...panel.arms.map(({ label, colour }) => {
      const box = element("input", { type: "checkbox" });
      box.checked = !hidden.has(label);
      box.addEventListener("change", () => {
        if (box.checked) hidden.delete(label);
        else hidden.add(label);
        draw();
      });
      const stroke = element("span", { class: "stroke" });
      stroke.style.background = colour;
      return element("label", {}, box, stroke, label);
    }),
  );
}

function reach(): void {
  const [first, last] = xRange();
  const place = Math.min(Math.max(Number(slider.value), first), last);
  slider.step = "any";
  slider.min = String(first);
  slider.max = String(last);
  slider.step = String(enlarge.checked ? Math.min(data.step, (last - first) / 200) : data.step);
  slider.value = String(place);
}

function all(shown: boolean): void {
  for (const { label } of panel.arms) {
    if (shown) hidden.delete(label);
    else hidden.add(label);
  }
  switches();
  draw();
}

data.panels.forEach(({ title }, i) => choice.add(new Option(title, String(i))));
choice.value = String(data.shown);
byId("live-told").textContent = data.told;
byId("live-panels").hidden = data.panels.length < 2;
byId("live-enlarging").hidden = !data.panels.some((each) => each.enlarged);
byId("live-headings").replaceChildren(
  ...[data.told, ...data.charts.map(({ name }) => name)].map((name) =>
    element("th", { scope: "col" }, name)));

choice.addEventListener("change", () => {
  panel = data.panels[Number(choice.value)]!;
  switches();
  reach();
  draw();
});
enlarge.addEventListener("change", () => {
  reach();
  draw();
});
slider.addEventListener("input", read);
byId("live-all").addEventListener("click", () => all(true));
byId("live-none").addEventListener("click", () => all(false));

// Pictures stand for the curves on paper, and where scripts are off; what is folded is lost there.
for (const each of document.querySelectorAll<HTMLDetailsElement>("details.still")) each.open = false;
const unfolded = [...document.querySelectorAll<HTMLDetailsElement>("details.still, details.paper")];
let folded: HTMLDetailsElement[] = [];
addEventListener("beforeprint", () => {
  folded = unfolded.filter((each) => !each.open);
  for (const each of folded) each.open = true;
});
addEventListener("afterprint", () => {
  for (const each of folded) each.open = false;
});

live.hidden = false;
switches();
slider.max = String(panel.x[panel.x.length - 1]!);
slider.min = String(panel.x[0]!);
slider.value = String(data.first);
reach();
draw();
document.documentElement.dataset.live = "shown";
