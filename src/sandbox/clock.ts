/**
 * The sandbox's time. Everything that happens later (a mapping that completes, a push that lands, a webhook
 * that is tried again) is a task on this clock, so that a test moves time instead of waiting for it.
 */

export interface SandboxClock {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
  /** What a receiver's own clock shows: real time on a running clock, `now()` on one that stands still. */
  wall(): number;
  /** Runs the task once `ms` have passed on this clock; answers how to cancel it. */
  after(ms: number, task: () => void | Promise<void>): () => void;
  /** The same at an instant. What is overdue runs at once, in the order in which it was due. */
  at(instant: number, task: () => void | Promise<void>): () => void;
  /** Moves time forward and runs what comes due on the way, in order, each at its own time. */
  advance(ms: number): Promise<void>;
  /** Moves time to an instant. Backwards runs nothing and leaves the tasks where they are. */
  set(instant: number | Date): Promise<void>;
  /** Forgets every task. */
  stop(): void;
}

export interface ClockOptions {
  /** Where to start; now, unless given. */
  readonly start?: number | Date | undefined;
  /** false: time stands still but for `advance` and `set`. */
  readonly running?: boolean | undefined;
  readonly onError?: ((error: unknown) => void) | undefined;
}

interface Task {
  readonly at: number;
  readonly run: () => void | Promise<void>;
}

/** The longest delay a timer of the platform takes. */
const longestTimer = 2 ** 31 - 1;

export function createClock({ start = Date.now(), running = true, onError }: ClockOptions = {}): SandboxClock {
  const tasks: Task[] = [];
  let base = Number(start);
  let origin = Date.now();
  let moving = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const now = (): number => (running && !moving ? base + (Date.now() - origin) : base);

  const place = (instant: number): void => {
    base = instant;
    origin = Date.now();
  };

  const runTask = async (task: Task): Promise<void> => {
    try {
      await task.run();
    } catch (error) {
      onError?.(error);
    }
  };

  const arm = (): void => {
    clearTimeout(timer);
    const first = tasks[0];
    if (!running || moving || first === undefined) return;
    timer = setTimeout(runDue, Math.min(Math.max(first.at - now(), 0), longestTimer));
    // A started server keeps the process alive; a clock alone must not.
    timer.unref();
  };

  function runDue(): void {
    for (let first = tasks[0]; first !== undefined && first.at <= now(); first = tasks[0]) {
      tasks.shift();
      void runTask(first);
    }
    arm();
  }

  const moveTo = async (instant: number): Promise<void> => {
    if (!Number.isFinite(instant)) throw new RangeError('The clock takes a finite instant, in milliseconds.');
    place(now());
    moving = true;
    try {
      for (let first = tasks[0]; first !== undefined && first.at <= instant; first = tasks[0]) {
        tasks.shift();
        base = Math.max(base, first.at);
        await runTask(first);
      }
    } finally {
      moving = false;
      place(instant);
      arm();
    }
  };

  const at: SandboxClock['at'] = (instant, run) => {
    const task: Task = { at: instant, run };
    let index = tasks.length;
    while (index > 0 && (tasks[index - 1]?.at ?? 0) > task.at) index -= 1;
    tasks.splice(index, 0, task);
    if (index === 0) arm();
    return () => {
      const found = tasks.indexOf(task);
      if (found >= 0) tasks.splice(found, 1);
    };
  };

  return {
    now,
    wall: () => (running ? Date.now() : base),
    after: (ms, run) => at(now() + Math.max(ms, 0), run),
    at,
    advance: (ms) => moveTo(now() + ms),
    set: (instant) => moveTo(Number(instant)),
    stop() {
      tasks.length = 0;
      clearTimeout(timer);
    },
  };
}

/** A clock as one sandbox uses it: what fails is told, and once it is over nothing happens or is planned any more. */
export function ownClock(
  clock: SandboxClock,
  { isOver, onError }: { readonly isOver: () => boolean; readonly onError: (error: unknown) => void },
): SandboxClock {
  const at: SandboxClock['at'] = (instant, task) => {
    if (isOver()) return () => {};
    return clock.at(instant, async () => {
      if (isOver()) return;
      try {
        await task();
      } catch (error) {
        onError(error);
      }
    });
  };
  return { ...clock, at, after: (ms, task) => at(clock.now() + Math.max(ms, 0), task) };
}
