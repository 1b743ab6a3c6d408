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
  tasks: { place: number; task: Tasks[S] }[]; // in the order in which this worker solves them
}

/** Another worker has answered. */
export interface Answered {
  kind: "answered";
  run: number;
  place: number;
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
const resting = new MessageChannel(); // timers would wait for 4 ms from the fifth on
let rests = false;

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
  if (!rests) resting.port2.postMessage(null);
  rests = true;
}

resting.port1.onmessage = () => {
  rests = false;
  work();
};

function work(): void {
  waiting = waiting.filter(({ tasks }) => tasks.length);
  const order = solve && waiting[0];
  if (!order) return;
  const { subject, run } = order;
  const { place, task } = order.tasks.shift()!;
  const answer = (solve![subject] as Solve<Subject>)(task);
  postMessage({ subject, run, place, answer } satisfies Answer);
  rest();
}

function forget({ run, place }: Answered): void {
  for (const order of waiting)
    if (order.run === run) order.tasks = order.tasks.filter((each) => each.place !== place);
}

type Heard = Order | Answered | { kind: "load"; unpacked: Unpacked };

addEventListener("message", ({ data }: MessageEvent<Heard>) => {
  if (data.kind === "load") return void load(data.unpacked);
  if (data.kind === "answered") return forget(data);
  waiting = [...waiting.filter(({ subject }) => subject !== data.subject), data];
  rest();
});
