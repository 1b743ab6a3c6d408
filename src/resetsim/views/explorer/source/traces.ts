// Behind pain: efficacy of synapses, recall of a memory, and what acts on them.

import { Chart, legend, type Line } from "./chart";
import { byId } from "./dom";
import { valueAt } from "./patient";
import type { Shown } from "./shown";

export class Traces {
  private readonly efficacy = new Chart(byId("efficacy-chart"));
  private readonly acting = new Chart(byId("acting-chart"), 180);

  show(shown: Shown, marked: number): void {
    this.showEfficacy(shown, marked);
    this.showActing(shown, marked);
  }

  mark(marked: number): void {
    for (const chart of [this.efficacy, this.acting]) chart.redraw({ marked });
  }

  private showEfficacy({ patient, memory, xRange }: Shown, marked: number): void {
    const { times, meanEfficacy, timeline } = patient;
    const remembered = (values: Float64Array) => times.map((time) => valueAt(memory.times, values, time));
    const lines: Line[] = [
      { label: "Pain: mean of active patches", colour: "line-2", values: meanEfficacy },
      {
        label: "Memory: mean of what was learned", colour: "line-3", dash: [8, 3],
        values: remembered(memory.efficacy),
      },
      {
        label: "Recall of the memory, half a pattern as the cue", colour: "line-4", dash: [2, 3], scale: "right",
        values: remembered(memory.recall),
      },
    ];
    this.efficacy.show({
      times, lines, yLabel: "Efficacy, healthy = 1", yRange: [0.9, 3], xRange,
      right: { label: "Recall", range: [0, 1.05] },
      shaded: timeline.treated, marked,
    });
    legend(byId("efficacy-legend"), lines);
  }

  private showActing({ patient, xRange }: Shown, marked: number): void {
    const { times, acting, timeline } = patient;
    const lines: Line[] = [
      { label: "C-fibre input, mean over the area (Hz)", colour: "line-1", values: acting.map(({ input }) => input) },
      {
        label: "NMDA receptors blocked (%)", colour: "line-4", dash: [4, 3], scale: "right",
        values: acting.map(({ nmdaBlocked }) => 100 * nmdaBlocked),
      },
    ];
    const most = Math.max(...acting.map(({ input }) => input), 1);
    this.acting.show({
      times, lines, yLabel: "Input, Hz", yRange: [0, 1.1 * most], right: { label: "Blocked, %", range: [0, 100] },
      xRange, shaded: timeline.treated, marked,
    });
    legend(byId("acting-legend"), lines);
  }
}
