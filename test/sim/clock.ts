/**
 * Time and turns. One task runs at a time, then everything that follows from it without waiting; which of the ready
 * ones is next is drawn from the seed. Time moves only when nothing is ready.
 */
import type { Clock } from '../../src/outbox/model.ts';
import type { Random } from './random.ts';

interface Task {
  at: number;
  readonly order: number;
  run: () => void;
  readonly owner: Process | undefined;
}

const before = (one: Task, other: Task): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** A binary heap by time. */
class Timers {
  readonly #heap: Task[] = [];

  get next(): Task | undefined {
    return this.#heap[0];
  }

  push(task: Task): void {
    const heap = this.#heap;
    let place = heap.push(task) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!before(task, heap[above]!)) break;
      heap[place] = heap[above]!;
      place = above;
    }
    heap[place] = task;
  }

  pop(): Task | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && before(heap[below + 1]!, heap[below]!)) below += 1;
      if (!before(heap[below]!, last)) break;
      heap[place] = heap[below]!;
      place = below;
    }
    heap[place] = last;
    return top;
  }
}

const nothing = (): void => undefined;

export class Scheduler {
  now: number;
  turns = 0;
  /** Asked before each turn of a process; may end or freeze it. */
  onTurn: (process: Process) => void = nothing;
  readonly #random: Random;
  readonly #ready: Task[] = [];
  readonly #timers = new Timers();
  #order = 0;

  constructor(random: Random, start: number) {
    this.#random = random;
    this.now = start;
  }

  soon(run: () => void, owner?: Process): void {
    this.#ready.push({ at: this.now, order: 0, run, owner });
  }

  /** Answers how to call it off. */
  after(ms: number, run: () => void, owner?: Process): () => void {
    const task: Task = { at: this.now + Math.max(0, ms), order: (this.#order += 1), run, owner };
    this.#timers.push(task);
    return () => {
      task.run = nothing;
    };
  }

  /** Runs until `done`, which is asked whenever time is about to move, or until nothing is left. */
  run(done: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const tick = (): void => {
        try {
          if (!this.#turn(done)) return resolve();
        } catch (error) {
          return reject(error);
        }
        // A tick runs when all that followed from the task has run.
        queueMicrotask(() => process.nextTick(tick));
      };
      tick();
    });
  }

  #turn(done: () => boolean): boolean {
    for (;;) {
      const task = this.#take(done);
      if (task === undefined) return false;
      if (task.run === nothing) continue;
      const { owner } = task;
      if (owner !== undefined) {
        this.turns += 1;
        if (owner.alive && !owner.frozen) this.onTurn(owner);
        if (!owner.alive) continue;
        if (owner.frozen) {
          owner.held.push(task.run);
          continue;
        }
      }
      task.run();
      return true;
    }
  }

  #take(done: () => boolean): Task | undefined {
    const ready = this.#ready;
    if (ready.length === 0) {
      while (this.#timers.next?.run === nothing) this.#timers.pop();
      if (done()) return undefined;
      const first = this.#timers.next;
      if (first === undefined) return undefined;
      this.now = Math.max(this.now, first.at);
      while (this.#timers.next !== undefined && this.#timers.next.at <= this.now) ready.push(this.#timers.pop()!);
    }
    const place = ready.length === 1 ? 0 : this.#random.int(0, ready.length - 1);
    const task = ready[place];
    const last = ready.pop();
    if (last !== undefined && place < ready.length) ready[place] = last;
    return task;
  }
}

/** Something that runs, can be frozen, and can end between any two awaits. */
export class Process implements Clock {
  alive = true;
  frozen = false;
  readonly held: (() => void)[] = [];
  readonly name: string;
  readonly #scheduler: Scheduler;
  /** By how much its clock is wrong, in milliseconds. */
  readonly #skew: number;

  constructor(name: string, scheduler: Scheduler, skew: number) {
    this.name = name;
    this.#scheduler = scheduler;
    this.#skew = skew;
  }

  now(): number {
    return this.#scheduler.now + this.#skew;
  }

  /** Resolves in some later turn. What waits for it when the process ends waits for ever. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.#scheduler.soon(resolve, this));
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const cancel = this.#scheduler.after(ms, wake, this);
      const abort = (): void => {
        cancel();
        this.#scheduler.soon(resolve, this);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  end(): void {
    this.alive = false;
    this.held.length = 0;
  }

  freeze(ms: number): void {
    this.frozen = true;
    this.#scheduler.after(ms, () => {
      this.frozen = false;
      for (const run of this.held.splice(0)) this.#scheduler.soon(run, this);
    });
  }
}
