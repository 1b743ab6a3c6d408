// Workers that share what a move changes: solver.ts in each.

import { unpacked as unpackedPart, type Unpacked } from "./contents";
import type { Answer, Answered, Answers, Order, Subject, Tasks } from "./solver";

const MOST_WORKERS = 5;

interface Asked {
  run: number;
  answers: Answers[Subject][];
  left: number;
  done: (answers: Answers[Subject][]) => void;
}

export class Pool {
  private readonly workers: Worker[];
  private readonly asked: Partial<Record<Subject, Asked>> = {};
  private run = 0;

  private constructor(workers: Worker[], failed: (message: string) => void) {
    this.workers = workers;
    for (const worker of workers) {
      worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.hear(data, worker));
      worker.addEventListener("error", ({ message }) => failed(message));
    }
  }

  static async load(unpacked: Unpacked, failed: (message: string) => void): Promise<Pool> {
    const script = await unpackedPart("solver");
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const workers = Array.from(
      { length: Math.min(navigator.hardwareConcurrency, MOST_WORKERS) }, () => new Worker(address),
    );
    URL.revokeObjectURL(address);
    workers.forEach((worker) => worker.postMessage({ kind: "load", unpacked }));
    return new Pool(workers, failed);
  }

  /** Answers in the order of the tasks; none if the subject is asked again before they are there. */
  ask<S extends Subject>(subject: S, tasks: Tasks[S][]): Promise<Answers[S][]> {
    const run = ++this.run;
    const shared = tasks.map((task, place) => ({ place, task }));
    this.workers.forEach((worker, w) => {
      // A worker that is through with its share goes on with what others would come to last.
      const own = shared.filter(({ place }) => place % this.workers.length === w);
      const others = shared.filter((each) => !own.includes(each)).reverse();
      const order: Order<S> = { kind: "solve", subject, run, tasks: [...own, ...others] };
      const send = () => worker.postMessage(order);
      // The last one would take the processor of this thread, and begins when this is through.
      if (w < this.workers.length - 1) send();
      else void Promise.resolve().then(send);
    });
    return new Promise((resolve) => {
      const done = resolve as Asked["done"];
      this.asked[subject] = { run, answers: [], left: tasks.length, done };
    });
  }

  private hear({ subject, run, place, answer }: Answer, by: Worker): void {
    const asked = this.asked[subject];
    if (asked?.run !== run || asked.answers[place]) return;
    asked.answers[place] = answer;
    for (const worker of this.workers)
      if (worker !== by) worker.postMessage({ kind: "answered", run, place } satisfies Answered);
    if (--asked.left === 0) asked.done(asked.answers);
  }
}
