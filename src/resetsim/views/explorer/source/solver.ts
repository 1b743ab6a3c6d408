// Runs the slow clock in a worker, for what the page does not have to wait for.

import type { Unpacked } from "./contents";
import { SlowClock } from "./kernel";
import { solveFan, type Fan } from "./patient";
import { solveRivals, type Rival } from "./rival";
import type { Settings } from "./settings";

export interface Tasks {
  fan: { settings: Settings; from: number; to: number }; // which of the thirty
  rivals: { settings: Settings; names: string[] }; // that agree on pain
}
export interface Answers {
  fan: Fan;
  rivals: Rival[];
}
export type Subject = keyof Tasks;

export interface Order<S extends Subject = Subject> {
  kind: "solve";
  subject: S;
  run: number; // a later one of the same subject is asked instead of this
  place: number;
  task: Tasks[S];
}

export interface Answer<S extends Subject = Subject> {
  subject: S;
  run: number;
  place: number;
  answer: Answers[S];
}

type Solve<S extends Subject> = (task: Tasks[S]) => Answers[S];

let solve: { [S in Subject]: Solve<S> } | null = null;
let waiting: Order[] = [];
let due = 0;

async function load(unpacked: Unpacked): Promise<void> {
  const { contents } = unpacked;
  const clock = await SlowClock.load(unpacked);
  solve = {
    fan: ({ settings, from, to }) => solveFan(clock, contents, settings, from, to),
    rivals: ({ settings, names }) => solveRivals(clock, contents, settings, names),
  };
  rest();
}

/** Hears of later orders, then goes on. */
function rest(): void {
  clearTimeout(due);
  due = setTimeout(work);
}

function work(): void {
  const order = solve && waiting.shift();
  if (!order) return;
  const { subject, run, place, task } = order;
  const answer = (solve![subject] as Solve<Subject>)(task);
  postMessage({ subject, run, place, answer } satisfies Answer);
  rest();
}

addEventListener("message", ({ data }: MessageEvent<Order | { kind: "load"; unpacked: Unpacked }>) => {
  if (data.kind === "load") return void load(data.unpacked);
  waiting = waiting.filter(({ subject, run }) => subject !== data.subject || run === data.run);
  waiting.push(data);
  rest();
});
