// A living network: chooses what the player runs, and shows what comes back.

import { Chart, legend, type Line } from "./chart";
import { Clicks } from "./clicks";
import { unpacked, type Contents, type Stimulus } from "./contents";
import { byId, table } from "./dom";
import type { Order, Slice } from "./player";
import { NAMED, Raster, WATCHED } from "./raster";

/** What a patch is like, and what acts on it. */
export interface State {
  said: string;
  coordinates: Record<string, number>; // efficacy, and one for each axis
}

const SPEEDS: Record<string, number> = { "As in life": 1, "Five times faster": 5, "As fast as it goes": Infinity };
const PATIENT = "patient";

export class LivingNetwork {
  private readonly contents: Contents;
  private readonly patient: () => State;
  private readonly raster: Raster;
  private readonly chart = new Chart(byId("network-chart"), 200);
  private readonly clicks = new Clicks();
  private readonly stimulus = byId<HTMLSelectElement>("network-stimulus");
  private readonly whose = byId<HTMLSelectElement>("network-whose");
  private readonly speed = byId<HTMLSelectElement>("network-speed");
  private player: Worker | null = null;
  private run: Run | null = null;
  private trial = 0;
  private trialOf = "";

  constructor(contents: Contents, patient: () => State) {
    this.contents = contents;
    this.patient = patient;
    const { populations, warm_up_s, stimuli } = contents.network;
    this.raster = new Raster(byId<HTMLCanvasElement>("network-raster"), populations, warm_up_s);
    const { c_fibre, ...others } = populations;
    const rest = Object.values(others).reduce((sum, cells) => sum + cells, 0);
    byId("network-cells").textContent = `${c_fibre} C-fibres and ${rest} other cells`;
    for (const [key, { label }] of Object.entries(stimuli)) this.stimulus.add(new Option(label, key));
    this.stimulus.value = "windup_1";
    this.whose.add(new Option("The patch and day chosen above", PATIENT));
    for (const blockade of [...new Set(contents.windup.map((each) => each.blockade))])
      this.whose.add(new Option(blockadeSaid(blockade), String(blockade)));
    for (const label of Object.keys(SPEEDS)) this.speed.add(new Option(label));
    for (const select of [this.stimulus, this.whose]) select.addEventListener("change", () => this.show());
    this.speed.addEventListener("change", () => this.order({ kind: "speed", speed: SPEEDS[this.speed.value]! }));
    byId("network-run").addEventListener("click", () => void this.begin());
    byId("network-stop").addEventListener("click", () => this.stop());
    new ResizeObserver(() => this.raster.draw()).observe(byId("network-panel"));
    const sound = byId<HTMLInputElement>("network-sound");
    sound.addEventListener("change", () => this.clicks.turn(sound.checked));
  }

  /** Begins with healthy neurons, or with those of the patient. */
  choose(healthy: boolean): void {
    this.stop();
    this.whose.value = healthy ? "0" : PATIENT;
  }

  /** Shows what would run, and lets what runs follow the sliders. */
  show(): void {
    const state = this.state();
    byId("network-state").textContent = state.said;
    byId("network-state").dataset.moved = JSON.stringify(this.moved(state));
    if (this.run && !this.run.over && this.whose.value === PATIENT)
      this.order({ kind: "change", arguments: this.moved(state) });
    this.raster.draw();
    this.showChart();
  }

  private state(): State {
    if (this.whose.value === PATIENT) return this.patient();
    const blockade = Number(this.whose.value);
    const coordinates: Record<string, number> = { efficacy: 1 };
    for (const { name, resting } of this.contents.axes) coordinates[name] = resting;
    coordinates[this.contents.axes[this.contents.nmda]!.name] = 1 - blockade;
    return { said: "Efficacy 1, no ongoing input: an animal before any injury.", coordinates };
  }

  /** Run arguments that a state sets. */
  private moved({ coordinates }: State): Record<string, number> {
    const found: Record<string, number> = {};
    for (const [coordinate, names] of Object.entries(this.contents.network.moved_by))
      for (const [name, [low, high]] of Object.entries(names))
        found[name] = low + (high - low) * coordinates[coordinate]!;
    return found;
  }

  private async begin(): Promise<void> {
    const state = this.state();
    const moved = this.moved(state);
    const { network } = this.contents;
    const [key, stimulus] = [this.stimulus.value, network.stimuli[this.stimulus.value]!];
    // The same random numbers whatever is chosen, so that only what is chosen makes a difference.
    const of = JSON.stringify([key, moved]);
    this.trial = of === this.trialOf ? (this.trial + 1) % network.seeds.length : 0;
    this.trialOf = of;
    const run = new Run(this.contents, stimulus, this.trial, this.recorded(stimulus));
    this.run = run;
    this.raster.clear();
    byId("network-raster").hidden = false;
    this.say(`The network settles for ${network.warm_up_s} s, as fast as it goes.`);
    this.showButtons();
    const seed = network.seeds[this.trial]!;
    await this.wake();
    if (this.run !== run || run.over) return;
    this.order({
      kind: "begin",
      run: run.number,
      arguments: { ...network.arguments, ...moved, ...stimulus.arguments, "control.random_seed": seed },
      warmUpMs: 1000 * network.warm_up_s,
      durationMs: Math.round(1000 * stimulus.duration_s),
      speed: SPEEDS[this.speed.value]!,
      populations: Object.keys(network.populations).length,
      watched: WATCHED,
    });
  }

  /** The network is unpacked when somebody first wants it. */
  private async wake(): Promise<void> {
    if (this.player) return;
    const [script, bytes] = await Promise.all(["player", "network"].map(unpacked));
    const address = URL.createObjectURL(new Blob([script!], { type: "text/javascript" }));
    this.player = new Worker(address);
    URL.revokeObjectURL(address);
    this.player.addEventListener("message", ({ data }: MessageEvent<Slice>) => this.hear(data));
    this.player.addEventListener("error", (event) => {
      this.say(`The network stopped: ${event.message}`);
      this.stop();
    });
    this.player.postMessage({ kind: "load", bytes } satisfies Order, [bytes!]);
  }

  private order(order: Order): void {
    this.player?.postMessage(order);
  }

  private stop(): void {
    if (!this.run || this.run.over) return;
    this.order({ kind: "stop" });
    this.run.over = true;
    this.say("Stopped.");
    this.showButtons();
  }

  private hear(slice: Slice): void {
    const { run } = this;
    if (slice.run !== run?.number || run.over) return;
    const finished = run.add(slice);
    this.raster.add(slice);
    this.raster.draw();
    this.sound(slice);
    if (finished) this.showChart();
    if (finished || run.over) this.showTables(run);
    if (run.over) {
      this.say(run.summary());
      this.showButtons();
    } else if (finished && Number.isFinite(SPEEDS[this.speed.value]!)) this.say(run.latest());
  }

  private sound({ spikes, fromMs }: Slice): void {
    const { cells, timesS } = spikes[spikes.length - 1]!;
    const own = timesS.filter((_, i) => cells[i] === WATCHED);
    const speed = Math.min(SPEEDS[this.speed.value]!, 20);
    this.clicks.play(Array.from(own, (time) => (time - fromMs / 1000) / speed));
  }

  private say(text: string): void {
    byId("network-said").textContent = text;
  }

  private showButtons(): void {
    const runs = this.run !== null && !this.run.over;
    byId("network-panel").dataset.runs = String(runs);
    byId<HTMLButtonElement>("network-stop").disabled = !runs;
    byId("network-run").textContent = runs ? "Begin again" : "Run";
  }

  /** What was recorded under the conditions that are chosen, if anything was. */
  private recorded({ frequency_hz }: Stimulus): number[] | null {
    if (this.whose.value === PATIENT) return null;
    const found = this.contents.windup.find(
      (each) => each.frequency_hz === frequency_hz && each.blockade === Number(this.whose.value),
    );
    return found?.spikes ?? null;
  }

  private showChart(): void {
    const counts = this.run?.counts ?? [];
    byId("network-chart").hidden = byId("network-legend").hidden = counts.length < 2;
    if (counts.length < 2) return;
    const { recorded } = this.run!;
    const lines: Line[] = [
      { label: `Spikes of a WDR neuron, trial ${this.run!.trial + 1}`, colour: "line-2", values: counts, width: 3 },
    ];
    if (recorded)
      lines.unshift({ label: "Recorded by resetsim run windup", colour: "line-1", dash: [8, 5], values: recorded, width: 6 });
    const most = Math.max(20, ...counts.map((each) => each ?? 0), ...(recorded ?? []));
    this.chart.show({
      times: counts.map((_, i) => i + 1), lines, yLabel: "Spikes of a WDR neuron",
      yRange: [0, Math.ceil(most / 5) * 5], xLabel: "Stimulus",
    });
    legend(byId("network-legend"), lines);
  }

  private showTables(run: Run): void {
    const found = [
      table("Mean firing since the stimulus began", ["Neurons", "Hz"], run.rates().map(({ name, hz }) => ({ name, cells: [hz] }))),
    ];
    if (run.counts.length) {
      const headings = ["Stimulus", "Spikes of a WDR neuron", ...(run.recorded ? ["Recorded"] : [])];
      const rows = run.counts.map((count, i) => ({
        name: String(i + 1), cells: [count, ...(run.recorded ? [run.recorded[i]!] : [])],
      }));
      found.unshift(table("100 to 400 ms after each stimulus", headings, rows));
    }
    byId("network-table").replaceChildren(...found);
  }
}

/** What came out of one run so far. */
class Run {
  private static begun = 0;
  readonly number = Run.begun++;
  over = false;
  readonly counts: (number | null)[]; // per WDR neuron, of each stimulus that is over
  readonly recorded: number[] | null;
  readonly trial: number;
  private readonly network: Contents["network"];
  private readonly stimulus: Stimulus;
  private readonly fired: number[]; // since settling
  private readonly wdr: number[];
  private computedMs = 0;
  private atS = 0;

  constructor(contents: Contents, stimulus: Stimulus, trial: number, recorded: number[] | null) {
    this.network = contents.network;
    this.stimulus = stimulus;
    this.trial = trial;
    this.recorded = recorded;
    this.counts = stimulus.at_s.map(() => null);
    this.wdr = stimulus.at_s.map(() => 0);
    this.fired = Object.keys(this.network.populations).map(() => 0);
  }

  /** Adds what happened; tells whether another stimulus is over. */
  add(slice: Slice): boolean {
    const { warm_up_s, populations } = this.network;
    this.computedMs += slice.computedMs;
    this.atS = slice.toMs / 1000;
    this.over = slice.over;
    slice.spikes.forEach(({ timesS }, population) => {
      this.fired[population]! += timesS.filter((time) => time >= warm_up_s).length;
    });
    const { timesS } = slice.spikes[slice.spikes.length - 1]!;
    let finished = false;
    this.stimulus.at_s.forEach((_, i) => {
      const [begin, end] = this.window(i);
      this.wdr[i]! += timesS.filter((time) => time >= begin && time < end).length;
      if (this.counts[i] !== null || this.atS < end) return;
      this.counts[i] = this.wdr[i]! / populations.wdr!;
      finished = true;
    });
    return finished;
  }

  rates(): { name: string; hz: number }[] {
    const lasted = this.atS - this.network.warm_up_s;
    return Object.entries(this.network.populations).map(([key, cells], i) => ({
      name: NAMED[key]!.name, hz: this.fired[i]! / cells / lasted,
    }));
  }

  latest(): string {
    const done = this.counts.filter((each) => each !== null);
    return `Stimulus ${done.length} of ${this.counts.length}: ${done[done.length - 1]!.toFixed(1)} spikes of a WDR neuron.`;
  }

  summary(): string {
    const cost = this.computedMs / 1000 / this.atS;
    const wdr = this.rates().find(({ name }) => name === NAMED.wdr!.name)!;
    const [first, last] = [this.counts[0], this.counts[this.counts.length - 1]];
    const said =
      this.counts.length > 1
        ? `The first stimulus gave ${first!.toFixed(1)} spikes of a WDR neuron, the last ${last!.toFixed(1)}.`
        : this.counts.length
          ? `The stimulus gave ${first!.toFixed(1)} spikes of a WDR neuron.`
          : `WDR neurons fired at ${wdr.hz.toFixed(1)} Hz.`;
    return `Over. ${said} A second of the network took ${cost.toFixed(2)} s to compute.`;
  }

  private window(i: number): [number, number] {
    const [from, to] = this.network.c_window_s;
    const at = this.stimulus.at_s[i]!;
    const period = 1 / this.stimulus.frequency_hz!;
    return [at + Math.min(from, period), at + Math.min(to, period)];
  }
}

function blockadeSaid(blockade: number): string {
  return blockade ? `Healthy neurons, ${Math.round(100 * blockade)} % of NMDA receptors blocked` : "Healthy neurons";
}
