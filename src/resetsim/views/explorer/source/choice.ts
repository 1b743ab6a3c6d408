// What is asked of a student who chooses an answer, and whether it was right.

import type { Contents } from "./contents";
import { byId, element, percent } from "./dom";
import { valueAt } from "./patient";
import type { Rival } from "./rival";

const MONTH_D = 30;
const ALIKE = 0.05; // of 10
const LEFT = ["Nearly all of it", "Some of it", "Nearly nothing"];

export interface Question {
  text: string;
  options: string[];
  answer: () => Answer | null; // null while it is computed
}

interface Answer {
  right: string[];
  said: string;
}

export type Asked = "windup" | "ltp" | "memory" | "rivals";

/** What the page knows of what is set now. */
export interface Known {
  memoryLeft: () => number;
  rivals: () => Rival[];
}

export function questionsOf(contents: Contents, known: Known): Record<Asked, Question> {
  const names = contents.hypotheses.map(({ name }) => written(name));
  return {
    windup: {
      text: "With nothing blocked: at which frequency does the answer grow most?",
      options: growths(contents).map(({ name }) => name),
      answer: () => mostGrowth(contents),
    },
    ltp: {
      text: "NMDA receptors are blocked during high-frequency stimulation: what is left of the potentiation after 12 hours?",
      options: LEFT,
      answer: () => leftOfLtp(contents),
    },
    memory: {
      text: "What is left of the memory's late phase on the last day?",
      options: LEFT,
      answer: () => {
        const left = known.memoryLeft();
        return { right: [inWords(left)], said: `${percent(left)} is left.` };
      },
    },
    rivals: {
      text: "Under which hypothesis is pain lowest a month after treatment?",
      options: names,
      answer: () => lowestPain(contents, known.rivals()),
    },
  };
}

function written(name: string): string {
  return name.replaceAll("_", " ");
}

function inWords(left: number): string {
  return LEFT[left > 0.8 ? 0 : left > 0.1 ? 1 : 2]!;
}

/** How much more the later half of stimuli is answered than the first. */
function growths({ windup }: Contents): { name: string; grown: number }[] {
  return windup
    .filter(({ blockade }) => blockade === 0)
    .map(({ frequency_hz, spikes }) => {
      const later = spikes.slice(spikes.length / 2);
      const mean = later.reduce((sum, each) => sum + each, 0) / later.length;
      return { name: `${frequency_hz} Hz`, grown: mean - spikes[0]! };
    });
}

function mostGrowth(contents: Contents): Answer {
  const found = growths(contents).sort((a, b) => b.grown - a.grown);
  const said = found.map(({ name, grown }) => `${grown.toFixed(1)} at ${name}`).join(", ");
  return { right: [found[0]!.name], said: `Spikes more than after the first stimulus: ${said}.` };
}

function leftOfLtp({ ltp }: Contents): Answer {
  const last = (isBlocked: boolean) => {
    const { percent: slopes } = ltp.find(({ protocol, blockade }) => protocol === "hfs" && blockade > 0 === isBlocked)!;
    return slopes[slopes.length - 1]!;
  };
  const [blocked, free] = [last(true), last(false)];
  return {
    right: [inWords((blocked - 100) / (free - 100))],
    said: `The slope is ${blocked.toFixed(0)} % of before with the block, ${free.toFixed(0)} % without.`,
  };
}

function lowestPain({ patient }: Contents, rivals: Rival[]): Answer | null {
  if (!rivals.length) return null;
  const found = rivals.map(({ name, times, pain, treated }) => {
    const day = Math.min((treated?.[1] ?? patient.until_d) + MONTH_D, patient.until_d);
    return { name: written(name), pain: valueAt(times, pain, day) };
  });
  const least = Math.min(...found.map((each) => each.pain));
  const right = found.filter((each) => each.pain < least + ALIKE).map(({ name }) => name);
  return { right, said: `It is ${least.toFixed(1)} under ${right.join(", ")}.` };
}

export class Choice {
  private question: Question | null = null;
  private chosen = "";
  private readonly choosing: () => void;

  constructor(choosing: () => void) {
    this.choosing = choosing;
  }

  ask(question: Question | null): void {
    this.question = question;
    this.chosen = "";
    byId("choice-text").textContent = question?.text ?? "";
    byId("choice-options").replaceChildren(
      ...(question?.options ?? []).map((option) => {
        const input = element("input", { type: "radio", name: "choice", value: option });
        input.addEventListener("change", () => {
          this.chosen = option;
          this.choosing();
        });
        return element("label", {}, input, " ", option);
      }),
    );
  }

  verdict(): string {
    const answer = this.question?.answer();
    if (!answer) return "Computing.";
    return `${answer.right.includes(this.chosen) ? "So it is." : "Not so."} ${answer.said}`;
  }
}
