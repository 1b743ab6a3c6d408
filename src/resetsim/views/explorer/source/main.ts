// The page: what is chosen, what is computed from it, what is shown of it.

import { questionsOf, type Asked, type Question } from "./choice";
import { unpack, type Contents } from "./contents";
import { Controls, namesOf } from "./controls";
import { byId, element } from "./dom";
import { ThirtyPatients } from "./fan";
import { SlowClock } from "./kernel";
import { LESSONS, type Lesson } from "./lessons";
import { LivingNetwork } from "./network";
import { OfferedFiles } from "./offered";
import { Outcome } from "./outcome";
import { Patches } from "./patches";
import { solveMemory, solvePatient, solveUntreated, type Memory, type PainCourse, type Patient } from "./patient";
import { Pool } from "./pool";
import { Prediction } from "./prediction";
import { Rivals } from "./rivals";
import { DEFAULT, fromAddress, toAddress, type Settings } from "./settings";
import { momentsOf, xRangeOf, type Shown } from "./shown";
import { Spikes } from "./spikes";
import { graded } from "./style";
import { Traces } from "./traces";

const PATIENTS_AT_ONCE = 2; // after which a worker hears of a later move

class Explorer {
  private readonly clock: SlowClock;
  private readonly pool: Pool;
  private readonly contents: Contents;
  private readonly controls: Controls;
  private readonly outcome = new Outcome();
  private readonly traces = new Traces();
  private readonly patches: Patches;
  private readonly files: OfferedFiles;
  private readonly fan: ThirtyPatients;
  private readonly spikes: Spikes;
  private readonly network: LivingNetwork;
  private readonly rivals: Rivals;
  private readonly prediction: Prediction;
  private readonly questions: Record<Asked, Question>;
  private settings: Settings;
  private lesson: Lesson | null = null;
  private patient!: Patient;
  private untreated!: PainCourse;
  private untreatedOf = "";
  private solvedOf: string | null = null;
  private memory!: Memory;
  private shown!: Shown;

  constructor(clock: SlowClock, pool: Pool, contents: Contents) {
    this.clock = clock;
    this.pool = pool;
    this.contents = contents;
    const { settings, lesson } = this.readAddress();
    this.settings = settings;
    this.patches = new Patches(clock, contents, () => this.outcome.chart.box(), (day) => this.mark(day));
    this.files = new OfferedFiles(contents);
    this.fan = new ThirtyPatients(contents);
    this.spikes = new Spikes(contents);
    this.network = new LivingNetwork(contents, () => this.patches.state());
    this.rivals = new Rivals(pool, contents);
    this.questions = questionsOf(contents, {
      memoryLeft: () => this.memory.late[this.memory.late.length - 1]!, rivals: () => this.rivals.now,
    });
    this.prediction = new Prediction(this.outcome.chart, () => {
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
    byId("rivals").addEventListener("toggle", () => void this.showRivals());
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
    const fan = this.solveFan(settings);
    this.patient = solvePatient(this.clock, this.contents, settings);
    this.untreated = this.withoutTreatment();
    this.memory = solveMemory(this.clock, this.contents, settings);
    this.showPatient();
    document.documentElement.dataset.answeredMs = (performance.now() - begun).toFixed(1);
    void Promise.all([fan, this.showRivals()]).then(() => {
      document.documentElement.dataset.allMs = (performance.now() - begun).toFixed(1);
    });
  }

  /** The same patient without treatment: computed again only when the patient is another one. */
  private withoutTreatment(): PainCourse {
    const { treatment, start, hours, strength, dose } = DEFAULT;
    const who = JSON.stringify({ ...this.settings, treatment, start, hours, strength, dose });
    const treated = this.patient.timeline.treated !== null;
    if (!treated || who !== this.untreatedOf)
      this.untreated = solveUntreated(this.clock, this.contents, this.patient);
    this.untreatedOf = treated ? who : "";
    return this.untreated;
  }

  private show(): void {
    this.showPatient();
    this.drawFan();
    this.rivals.draw(this.shown.xRange);
  }

  private showPatient(): void {
    const { patient, untreated, memory, settings, contents, prediction } = this;
    const moments = momentsOf(patient, contents);
    const xRange = xRangeOf(patient, contents, byId<HTMLInputElement>("enlarge").checked);
    this.shown = { settings, patient, untreated, memory, moments, xRange };
    document.documentElement.classList.toggle("predicting", prediction.hides);
    const { day } = this.patches;
    this.outcome.show(this.shown, day, prediction, this.lesson?.asked === "memory");
    this.traces.show(this.shown, day);
    this.patches.show(this.shown);
    this.network.show();
    if (!byId("windup-panel").hidden) this.spikes.showWindup();
    if (!byId("ltp-panel").hidden) this.spikes.showLtp();
    this.files.show(settings, this.fan.size);
  }

  /** The day of the landscape, in curves over time and for the network. */
  private mark(day: number): void {
    this.outcome.chart.redraw({ marked: day });
    this.traces.mark(day);
    this.network.show();
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
    const { settings, patient, moments, xRange } = this.shown;
    const { until_d } = this.contents.patient;
    this.fan.show(settings, patient.timeline.treated, moments.filter(({ day }) => day <= until_d), xRange);
    this.files.show(settings, this.fan.size);
  }

  private async showRivals(): Promise<void> {
    if (!byId<HTMLDetailsElement>("rivals").open || this.prediction.hides) return;
    await this.rivals.solve(this.settings);
    this.rivals.draw(this.shown.xRange);
    this.prediction.judge();
  }

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

