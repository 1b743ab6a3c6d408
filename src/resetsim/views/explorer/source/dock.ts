// On a narrow screen sliders stand above what they change: the outcome in small stays in sight meanwhile.

import { byId } from "./dom";

const WORST = 10;
const MOST = 0.9; // of the large curve: then the small one is not needed
const SVG = "http://www.w3.org/2000/svg";

interface Outcome {
  times: number[];
  curves: { of: string; values: ArrayLike<number | null> }[]; // by their class in the style sheet
  treated: [number, number] | null;
}

export class Dock {
  private readonly seen: Record<string, number> = {}; // share of each that is in sight

  constructor() {
    const watch = new IntersectionObserver(
      (seen) => {
        for (const { target, intersectionRatio } of seen) this.seen[target.id] = intersectionRatio;
        byId("dock").hidden = !this.seen["controls"] || this.seen["pain-chart"]! > MOST;
      },
      { threshold: [0, 0.01, MOST + 0.01] },
    );
    for (const id of ["controls", "pain-chart"]) watch.observe(byId(id));
  }

  say(text: string): void {
    byId("dock-said").textContent = text;
  }

  draw({ times, curves, treated }: Outcome): void {
    const until = times[times.length - 1]!;
    const drawn = curves.map(({ of, values }) =>
      shape("polyline", {
        class: of,
        points: times.flatMap((time, i) => (values[i] === null ? [] : [`${time},${WORST - values[i]!}`])).join(" "),
      }),
    );
    const [from, to] = treated ?? [0, 0];
    const shade = shape("rect", { x: `${from}`, y: "0", width: `${to - from}`, height: `${WORST}` });
    byId("dock-curve").setAttribute("viewBox", `0 0 ${until} ${WORST}`);
    byId("dock-curve").replaceChildren(shade, ...drawn);
  }
}

function shape(name: "rect" | "polyline", attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
