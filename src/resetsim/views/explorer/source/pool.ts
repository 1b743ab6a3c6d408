// Workers that share what a move changes: solver.ts in each.

import { unpacked as unpackedPart, type Unpacked } from "./contents";
import type { Answer, Answers, Order, Subject, Tasks } from "./solver";

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
      worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.hear(data));
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
    // A worker has all of its share at once: this thread may be busy when it is through with a task.
    tasks.forEach((task, place) => {
      const order: Order<S> = { kind: "solve", subject, run, place, task };
      this.workers[place % this.workers.length]!.postMessage(order);
    });
    return new Promise((resolve) => {
      const done = resolve as Asked["done"];
      this.asked[subject] = { run, answers: [], left: tasks.length, done };
    });
  }

  private hear({ subject, run, place, answer }: Answer): void {
    const asked = this.asked[subject];
    if (asked?.run !== run) return;
    asked.answers[place] = answer;
    if (--asked.left === 0) asked.done(asked.answers);
  }
}
