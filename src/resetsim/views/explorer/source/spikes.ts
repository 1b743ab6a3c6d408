// What single stimuli do, recorded from the spiking network: the slow clock has no spikes.

import { Chart, legend, type Line } from "./chart";
import type { Contents } from "./contents";
import { byId, table } from "./dom";
import { LINES } from "./style";

export class Spikes {
  private readonly contents: Contents;
  private readonly windup = new Chart(byId("windup-chart"));
  private readonly ltp = new Chart(byId("ltp-chart"));
  private readonly frequency = byId<HTMLSelectElement>("windup-frequency");

  constructor(contents: Contents) {
    this.contents = contents;
    const frequencies = [...new Set(contents.windup.map(({ frequency_hz }) => frequency_hz))];
    for (const each of frequencies) this.frequency.add(new Option(`${each} Hz`, String(each)));
    this.frequency.value = "0.5";
    this.frequency.addEventListener("change", () => this.showWindup());
  }

  showWindup(): void {
    const chosen = this.contents.windup.filter(
      ({ frequency_hz }) => frequency_hz === Number(this.frequency.value),
    );
    const times = chosen[0]!.spikes.map((_, i) => i + 1);
    const lines: Line[] = chosen.map(({ blockade, spikes }, i) => ({
      label: `${Math.round(100 * blockade)} % of NMDA receptors blocked`,
      colour: LINES[i]!,
      values: spikes,
      ...(i ? { dash: [8 - 2 * i, 4] } : {}),
    }));
    const most = Math.max(...this.contents.windup.flatMap(({ spikes }) => spikes));
    this.windup.show({
      times, lines, yLabel: "Spikes of a WDR neuron", yRange: [0, Math.ceil(most / 5) * 5],
      xLabel: "Stimulus",
    });
    legend(byId("windup-legend"), lines);
    const rows = times.map((stimulus, i) => ({
      name: String(stimulus), cells: chosen.map(({ spikes }) => spikes[i]!),
    }));
    byId("windup-table").replaceChildren(
      table("Spikes after each stimulus", ["Stimulus", ...lines.map(({ label }) => label)], rows),
    );
  }

  showLtp(): void {
    const { ltp } = this.contents;
    const times = ltp[0]!.minutes.map((minute) => minute / 60);
    const names: Record<string, string> = { hfs: "High frequency", lfs: "Low frequency" };
    const lines: Line[] = ltp.map(({ protocol, blockade, percent }, i) => ({
      label: `${names[protocol] ?? protocol}, ${blockade ? `${Math.round(100 * blockade)} % blocked` : "nothing blocked"}`,
      colour: LINES[i]!,
      values: percent,
      ...(blockade ? { dash: [6, 4] } : {}),
    }));
    this.ltp.show({
      times, lines, yLabel: "Slope of EPSPs (%)", yRange: [80, 180], xLabel: "Hours since the stimulation",
    });
    legend(byId("ltp-legend"), lines);
    const rows = ltp[0]!.minutes.map((minute, i) => ({
      name: `${minute} min`, cells: ltp.map(({ percent }) => percent[i]!),
    }));
    byId("ltp-table").replaceChildren(
      table("Slope of EPSPs, % of before", ["Time", ...lines.map(({ label }) => label)], rows),
    );
  }
}
