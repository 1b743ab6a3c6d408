// The page: what is chosen, what is computed from it, what is shown of it.

import { drawLandscape, drawStrip, byInput } from "./canvas";
import { Chart, legend, type Line } from "./chart";
import { questionsOf, type Asked, type Question } from "./choice";
import { unpack, type Contents } from "./contents";
import { Controls, namesOf } from "./controls";
import { Dock } from "./dock";
import { byId, element, percent, table } from "./dom";
import { ThirtyPatients, type Moment } from "./fan";
import { SEGMENT_HEAD, SlowClock } from "./kernel";
import { landscapeOf } from "./landscape";
import { LESSONS, type Lesson } from "./lessons";
import { LivingNetwork, type State } from "./network";
import { LATER_D, solveMemory, solvePatient, valueAt, type Memory, type Patient } from "./patient";
import { Pool } from "./pool";
import { Prediction } from "./prediction";
import { Rivals } from "./rivals";
import { DEFAULT, fromAddress, toAddress, type Settings } from "./settings";
import { Spikes } from "./spikes";
import { graded } from "./style";
import { frozen } from "./timeline";
import { experimentFile, hypothesisFile, trialFile } from "./toml";

const WORST = 10;
const AMPLIFIED_LATE = 0.3;
const FRAME_MS = 60;
const PATIENTS_AT_ONCE = 3; // after which a worker hears of a later move

class Explorer {
  private readonly clock: SlowClock;
  private readonly pool: Pool;
  private readonly contents: Contents;
  private readonly controls: Controls;
  private readonly charts: Record<"pain" | "efficacy" | "acting", Chart>;
  private readonly fan: ThirtyPatients;
  private readonly spikes: Spikes;
  private readonly network: LivingNetwork;
  private readonly rivals: Rivals;
  private readonly dock = new Dock();
  private readonly prediction: Prediction;
  private readonly questions: Record<Asked, Question>;
  private settings: Settings;
  private lesson: Lesson | null = null;
  private patient!: Patient;
  private untreated!: Patient;
  private untreatedOf = "";
  private solvedOf: string | null = null;
  private memory!: Memory;
  private playing = 0;

  constructor(clock: SlowClock, pool: Pool, contents: Contents) {
    this.clock = clock;
    this.pool = pool;
    this.contents = contents;
    const { settings, lesson } = this.readAddress();
    this.settings = settings;
    this.charts = {
      pain: new Chart(byId("pain-chart"), 260),
      efficacy: new Chart(byId("efficacy-chart")),
      acting: new Chart(byId("acting-chart"), 180),
    };
    this.fan = new ThirtyPatients(contents);
    this.spikes = new Spikes(contents);
    this.network = new LivingNetwork(contents, () => this.patchNow());
    this.rivals = new Rivals(pool, contents);
    this.questions = questionsOf(contents, {
      memoryLeft: () => this.memory.late[this.memory.late.length - 1]!, rivals: () => this.rivals.now,
    });
    this.prediction = new Prediction(this.charts.pain, () => {
      this.show();
      void this.showRivals();
    });
    this.controls = new Controls(contents, settings, (changed) => this.change(changed));
    this.listLessons();
    this.listen();
    this.openLesson(lesson, false);
    this.change(settings);
  }

  private readAddress(): { settings: Settings; lesson: Lesson | null } {
    const { settings, lesson } = fromAddress(location.hash.slice(1), namesOf(this.contents));
    return { settings, lesson: LESSONS.find(({ id }) => id === lesson) ?? null };
  }

  private listLessons(): void {
    byId("lessons").append(
      ...LESSONS.map((lesson, i) => {
        const button = element("button", { type: "button", id: `lesson-${lesson.id}` }, `${i + 1}. ${lesson.title}`);
        button.addEventListener("click", () => {
          this.openLesson(lesson, true);
          this.controls.show(this.settings);
          this.change(this.settings);
        });
        return element("li", {}, button);
      }),
    );
  }

  private openLesson(lesson: Lesson | null, preset: boolean): void {
    this.lesson = lesson;
    if (lesson && preset) this.settings = { ...DEFAULT, ...lesson.settings };
    for (const { id } of LESSONS)
      byId(`lesson-${id}`).setAttribute("aria-current", id === lesson?.id ? "step" : "false");
    byId("lesson-title").textContent = lesson?.title ?? "Try it";
    byId("lesson-question").textContent =
      lesson?.question ?? "How long must NMDA receptors be blocked before chronic pain does not come back?";
    byId("lesson-text").textContent =
      lesson?.text ??
      "Choose a patient and a treatment. Everything below is computed in this page, by the slow clock of resetsim. The lessons above begin with a question each.";
    byId("lesson-tasks").replaceChildren(...(lesson?.tasks ?? []).map((task) => element("li", {}, task)));
    const open = (panel: string) => (lesson?.panels as string[] | undefined)?.includes(panel) ?? false;
    this.controls.unfold(lesson?.about ?? ["treatment", "patient"]);
    byId("windup-panel").hidden = !open("windup");
    byId("ltp-panel").hidden = !open("ltp");
    byId("network-panel").hidden = open("ltp");
    this.network.choose(open("windup"));
    document.documentElement.classList.toggle("spikes-only", open("windup") || open("ltp"));
    byId<HTMLDetailsElement>("rivals").open = open("rivals");
    byId<HTMLDetailsElement>("file-box").open = open("file");
    byId<HTMLSelectElement>("file-of").value = open("fan") ? "trial" : "patient";
    byId<HTMLInputElement>("day").value = String(lesson?.day ?? DEFAULT.start - 1);
    byId<HTMLInputElement>("patch").value = "6";
    this.prediction.turn(lesson !== null, lesson?.asked ? this.questions[lesson.asked] : null);
  }

  private listen(): void {
    window.addEventListener("hashchange", () => {
      const { settings, lesson } = this.readAddress();
      if (toAddress(settings, lesson?.id ?? "") === toAddress(this.settings, this.lesson?.id ?? "")) return;
      if (lesson !== this.lesson) this.openLesson(lesson, false);
      this.controls.show(settings);
      this.change(settings);
    });
    byId("skip").addEventListener("click", () => {
      byId("results").focus({ preventScroll: true });
      byId("results").scrollIntoView();
    });
    byId("back").addEventListener("click", () => {
      byId("controls").querySelector<HTMLElement>("summary")!.focus({ preventScroll: true });
      byId("controls").scrollIntoView();
    });
    byId("theme").addEventListener("click", () => {
      setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
      this.show();
    });
    byId("enlarge").addEventListener("change", () => this.show());
    for (const id of ["day", "patch"]) byId(id).addEventListener("input", () => this.showLandscape());
    byId("rivals").addEventListener("toggle", () => void this.showRivals());
    byId("play").addEventListener("click", () => this.play());
    byId("file-of").addEventListener("change", () => this.showFile());
    byId("copy").addEventListener("click", () => void this.copy());
    new ResizeObserver(() => this.showCanvases()).observe(byId("strip-panel"));
  }

  /** Computes what is chosen, and shows it. */
  private change(settings: Settings): void {
    const begun = performance.now();
    this.settings = settings;
    const lesson = this.lesson?.id ?? "";
    history.replaceState(null, "", `#${toAddress(settings, lesson)}`);
    const courses = toAddress({ ...settings, include: DEFAULT.include }, lesson);
    if (courses === this.solvedOf) {
      this.show(); // whom a trial takes in changes nobody's course
      document.documentElement.dataset.allMs = (performance.now() - begun).toFixed(1);
      return;
    }
    this.solvedOf = courses;
    this.prediction.ask();
    // The others are computed in workers, while this thread computes the one.
    const others = Promise.all([this.solveFan(settings), this.showRivals()]);
    this.patient = solvePatient(this.clock, this.contents, settings);
    this.untreated = this.withoutTreatment();
    this.memory = solveMemory(this.clock, this.contents, settings);
    this.showPatient();
    document.documentElement.dataset.answeredMs = (performance.now() - begun).toFixed(1);
    void others.then(() => {
      document.documentElement.dataset.allMs = (performance.now() - begun).toFixed(1);
    });
  }

  /** The same patient without treatment: computed again only when the patient is another one. */
  private withoutTreatment(): Patient {
    if (this.patient.timeline.treated === null) {
      this.untreatedOf = "";
      return this.patient;
    }
    const { treatment, start, hours, strength, dose } = DEFAULT;
    const who = { ...this.settings, treatment, start, hours, strength, dose };
    const key = JSON.stringify(who);
    if (key !== this.untreatedOf) {
      this.untreated = solvePatient(this.clock, this.contents, { ...this.settings, treatment: "none" });
      this.untreatedOf = key;
    }
    return this.untreated;
  }

  private show(): void {
    this.showPatient();
    this.drawFan();
    this.rivals.draw(this.xRange());
  }

  private showPatient(): void {
    const hidden = this.prediction.hides;
    document.documentElement.classList.toggle("predicting", hidden);
    this.showPain(hidden);
    this.showNumbers(hidden);
    this.showEfficacy();
    this.showActing();
    this.showCanvases();
    if (!byId("windup-panel").hidden) this.spikes.showWindup();
    if (!byId("ltp-panel").hidden) this.spikes.showLtp();
    this.showFile();
  }

  private showFile(): void {
    const trial = byId<HTMLSelectElement>("file-of").value === "trial";
    byId<HTMLTextAreaElement>("file").value = trial
      ? trialFile(this.settings, this.contents, this.fan.size)
      : experimentFile(this.settings, this.contents);
    const hypothesis = hypothesisFile(this.settings, this.contents);
    byId<HTMLTextAreaElement>("hypothesis-file").value = hypothesis;
    byId("hypothesis-box").hidden = hypothesis === "";
  }

  private get treated(): [number, number] | null {
    return this.patient.timeline.treated;
  }

  private xRange(): [number, number] {
    const { until_d } = this.contents.patient;
    if (!byId<HTMLInputElement>("enlarge").checked || !this.treated) return [0, until_d];
    const [start, end] = this.treated;
    const length = Math.max(end - start, 0.25);
    return [Math.max(start - length / 2, 0), Math.min(end + 2 * length, until_d)];
  }

  private showPain(hidden: boolean): void {
    const { times, pain } = this.patient;
    const begins = this.treated?.[0] ?? 0;
    const seen = hidden ? Array.from(pain, (each, i) => (times[i]! <= begins ? each : null)) : pain;
    const lines: Line[] = [{ label: "This patient", colour: "line-2", values: seen, width: 3 }];
    if (this.treated)
      lines.push({
        label: "Without treatment", colour: "line-1", dash: [6, 4],
        values: times.map((time) => valueAt(this.untreated.times, this.untreated.pain, time)),
      });
    this.charts.pain.show({
      times, lines: hidden ? lines.slice(0, 1) : lines, yLabel: "Pain, 0 to 10", yRange: [0, WORST],
      xRange: this.xRange(), shaded: this.treated, marked: this.day,
      over: (plot, context) => this.prediction.draw(plot, context),
    });
    this.prediction.show(this.patient);
    const of = ["pain", "untreated"];
    const curves = (hidden ? lines.slice(0, 1) : lines).map(({ values }, i) => ({ of: of[i]!, values }));
    this.dock.draw({ times, curves, treated: this.treated });
    legend(byId("pain-legend"), hidden ? lines.slice(0, 1) : lines);
  }

  private showNumbers(hidden: boolean): void {
    const moments = this.moments();
    const read = (patient: Patient, values: ArrayLike<number>) =>
      moments.map(({ day }) => (day > this.contents.patient.until_d ? null : valueAt(patient.times, values, day)));
    const amplified = this.patient.times.map(
      (_, i) => this.patient.late.filter((unit) => unit[i]! > AMPLIFIED_LATE).length,
    );
    const ofMemory = (values: ArrayLike<number>) =>
      moments.map(({ day }) =>
        day > this.contents.patient.until_d ? null : valueAt(this.memory.times, values, day),
      );
    const memory = ofMemory(this.memory.late);
    const recalled = ofMemory(this.memory.recall);
    const rows = [
      { name: "Pain", cells: read(this.patient, this.patient.pain) },
      { name: "Pain without treatment", cells: read(this.untreated, this.untreated.pain) },
      { name: "Efficacy of active patches", cells: read(this.patient, this.patient.meanEfficacy) },
      { name: `Patches amplified, of ${this.patient.late.length}`, cells: read(this.patient, amplified) },
      { name: "Late phase of the memory", cells: memory },
      { name: "Recall", cells: recalled },
    ];
    byId("numbers").replaceChildren(
      hidden
        ? "Predict first."
        : table("This patient", ["Reading", ...moments.map(({ name }) => name)], rows, 2),
    );
    byId("answer").textContent = this.said(hidden);
    const memorySaid =
      `Of the memory's late phase ${percent(memory[memory.length - 1]!)} is left at the end. ` +
      `Recall is ${recalled[0]!.toFixed(2)} ${moments[0]!.name.toLowerCase()} and ${recalled[recalled.length - 1]!.toFixed(2)} on the last day.`;
    byId("memory-said").textContent = memorySaid;
    this.dock.say(this.lesson?.asked === "memory" && !hidden ? memorySaid : this.said(hidden));
    const order = byInput(this.patient);
    const patches = order.map((unit, i) => ({
      name: `${i + 1}`,
      cells: [
        this.patient.multipliers[unit]! * this.settings.residual,
        ...moments.map(({ day }) =>
          day > this.contents.patient.until_d ? null : valueAt(this.patient.times, this.patient.efficacy[unit]!, day),
        ),
      ],
    }));
    byId("strip-table").replaceChildren(
      table(
        "Efficacy of each patch", ["Patch", "Residual input, Hz", ...moments.map(({ name }) => name)], patches, 2,
      ),
    );
  }

  private moments(): Moment[] {
    const last = { name: "Last day", day: this.contents.patient.until_d };
    if (!this.treated) return [{ name: "Day 7", day: 7 }, { name: "Day 60", day: 60 }, last];
    const [start, end] = this.treated;
    return [
      { name: "Before treatment", day: start },
      { name: "At its end", day: end },
      ...LATER_D.map((days) => ({ name: `${days} days later`, day: end + days })),
      last,
    ];
  }

  private said(hidden: boolean): string {
    return hidden ? "What do you expect? Predict, then reveal." : this.answer();
  }

  private answer(): string {
    const at = (patient: Patient, day: number) => valueAt(patient.times, patient.pain, day);
    const { until_d } = this.contents.patient;
    if (!this.treated) {
      const last = at(this.patient, until_d);
      return last < 0.5
        ? "Pain goes by itself as the injury heals."
        : `Pain stays, at ${last.toFixed(1)} of 10.`;
    }
    const [start, end] = this.treated;
    const month = Math.min(end + 30, until_d);
    const [before, after, later, otherwise] = [
      at(this.patient, start), at(this.patient, end), at(this.patient, month), at(this.untreated, month),
    ];
    const said = `Pain is ${before.toFixed(1)} before treatment, ${after.toFixed(1)} at its end and ${later.toFixed(1)} a month later, where it is ${otherwise.toFixed(1)} without treatment: `;
    if (otherwise < 0.5) return `${said}it would have gone by itself.`;
    const away = 1 - later / otherwise;
    if (away > 0.9) return `${said}a reset.`;
    if (away > 0.1) return `${said}${percent(away)} of it stays away.`;
    return `${said}it comes back.`;
  }

  private showEfficacy(): void {
    const { times, meanEfficacy } = this.patient;
    const lines: Line[] = [
      { label: "Pain: mean of active patches", colour: "line-2", values: meanEfficacy },
      {
        label: "Memory: mean of what was learned", colour: "line-3", dash: [8, 3],
        values: times.map((time) => valueAt(this.memory.times, this.memory.efficacy, time)),
      },
      {
        label: "Recall of the memory, half a pattern as the cue", colour: "line-4", dash: [2, 3], scale: "right",
        values: times.map((time) => valueAt(this.memory.times, this.memory.recall, time)),
      },
    ];
    this.charts.efficacy.show({
      times, lines, yLabel: "Efficacy, healthy = 1", yRange: [0.9, 3], xRange: this.xRange(),
      right: { label: "Recall", range: [0, 1.05] },
      shaded: this.treated, marked: this.day,
    });
    legend(byId("efficacy-legend"), lines);
  }

  private showActing(): void {
    const { times, acting } = this.patient;
    const lines: Line[] = [
      { label: "C-fibre input, mean over the area (Hz)", colour: "line-1", values: acting.map(({ input }) => input) },
      {
        label: "NMDA receptors blocked (%)", colour: "line-4", dash: [4, 3], scale: "right",
        values: acting.map(({ nmdaBlocked }) => 100 * nmdaBlocked),
      },
    ];
    const most = Math.max(...acting.map(({ input }) => input), 1);
    this.charts.acting.show({
      times, lines, yLabel: "Input, Hz", yRange: [0, 1.1 * most], right: { label: "Blocked, %", range: [0, 100] },
      xRange: this.xRange(), shaded: this.treated, marked: this.day,
    });
    legend(byId("acting-legend"), lines);
  }

  private get day(): number {
    return Number(byId<HTMLInputElement>("day").value);
  }

  private get patch(): number {
    return byInput(this.patient)[Number(byId<HTMLInputElement>("patch").value) - 1]!;
  }

  private showCanvases(): void {
    if (!this.patient) return;
    this.showStrip();
    this.showLandscape();
  }

  /** The patch of the landscape, as its network is told. */
  private patchNow(): State {
    const { day, patch, patient } = this;
    const { axes } = this.contents;
    const segment = frozen(patient.timeline, day, this.contents);
    const efficacy = valueAt(patient.times, patient.efficacy[patch]!, day);
    const coordinates: Record<string, number> = { efficacy };
    axes.forEach(({ name, resting, full }, i) => {
      coordinates[name] = full + (resting - full) * segment[SEGMENT_HEAD + i]!;
    });
    const input = segment[2]! * patient.multipliers[patch]!;
    coordinates[axes[this.contents.input]!.name] = input;
    const blocked = 1 - coordinates[axes[this.contents.nmda]!.name]!;
    const said =
      `Patch ${byId<HTMLInputElement>("patch").value} on day ${byId("day-said").textContent}: efficacy ${efficacy.toFixed(2)}, ` +
      `${input.toFixed(2)} Hz of ongoing input, ${percent(blocked)} of NMDA receptors blocked. The network follows the sliders while it runs.`;
    return { said, coordinates };
  }

  private showStrip(): void {
    const { left, width } = this.charts.pain.box();
    drawStrip(byId<HTMLCanvasElement>("strip"), this.patient, this.xRange(), this.patch, { left, width });
  }

  private showLandscape(): void {
    const { day, patch, patient } = this;
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
    for (const chart of [this.charts.pain, this.charts.efficacy, this.charts.acting]) chart.redraw({ marked: day });
    this.network.show();
    if (byId("strip").dataset.patch !== rank) {
      byId("strip").dataset.patch = rank;
      this.showStrip();
    }
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
    const [from, to] = this.treated
      ? [this.treated[0] - 2, Math.min(this.treated[1] + 12, 240)]
      : [0, this.contents.patient.until_d];
    if (this.day < from || this.day >= to) slider.value = String(from);
    const step = (to - from) / 160;
    let day = this.day;
    this.playing = window.setInterval(() => {
      day += step;
      slider.value = String(day);
      this.showLandscape();
      if (day >= to) this.play();
    }, FRAME_MS);
  }

  private async solveFan(settings: Settings): Promise<void> {
    const patients = this.contents.fan.length;
    const tasks = Array.from({ length: Math.ceil(patients / PATIENTS_AT_ONCE) }, (_, i) => ({
      settings, from: i * PATIENTS_AT_ONCE, to: (i + 1) * PATIENTS_AT_ONCE,
    }));
    const parts = await this.pool.ask("fan", tasks);
    this.fan.hear({ times: parts[0]!.times, pain: parts.flatMap(({ pain }) => pain) });
    this.drawFan();
  }

  private drawFan(): void {
    const moments = this.moments().filter(({ day }) => day <= this.contents.patient.until_d);
    this.fan.show(this.settings, this.treated, moments, this.xRange());
    this.showFile();
  }

  private async showRivals(): Promise<void> {
    if (!byId<HTMLDetailsElement>("rivals").open || this.prediction.hides) return;
    await this.rivals.solve(this.settings);
    this.rivals.draw(this.xRange());
    this.prediction.judge();
  }

  private async copy(): Promise<void> {
    const file = byId<HTMLTextAreaElement>("file");
    try {
      await navigator.clipboard.writeText(file.value);
    } catch {
      file.select(); // a page from disk may not be allowed to copy by itself
      document.execCommand("copy");
    }
    byId("copied").textContent = "Copied.";
  }
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

function setTheme(theme: "light" | "dark"): void {
  document.documentElement.dataset.theme = theme;
  byId("theme").textContent = theme === "dark" ? "Light colours" : "Dark colours";
  const places = Array.from({ length: 6 }, (_, i) => graded(i / 5));
  byId("scale").style.background = `linear-gradient(to right, ${places.join(",")})`;
}

async function main(): Promise<void> {
  setTheme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const unpacked = await unpack();
  const pool = await Pool.load(unpacked, (message) => {
    byId("fan-said").textContent = `The other patients could not be computed: ${message}`;
  });
  new Explorer(await SlowClock.load(unpacked), pool, unpacked.contents);
  document.documentElement.dataset.ready = performance.now().toFixed(0);
}

main().catch((error: unknown) => {
  byId("answer").textContent = `This page could not start: ${String(error)}`;
  throw error;
});

