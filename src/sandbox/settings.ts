/** How long things take, in milliseconds. */
export interface Delays {
  /** From a mapping request to `connected`. */
  readonly connectingMs: number;
  /** From the answer `Pending` to the lines in the software. */
  readonly pushMs: number;
  /** From a link to Codat's copy of the software's bank accounts. */
  readonly readingMs: number;
  /** From an event to the first attempt to deliver it. */
  readonly webhookMs: number;
  /** From one failed attempt to the next; after the last the message is given up. */
  readonly webhookRetryMs: readonly number[];
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Short enough to watch; webhooks are retried as Codat documents it, over 28 hours. */
export const defaultDelays: Delays = {
  connectingMs: 1500,
  pushMs: 400,
  readingMs: 300,
  webhookMs: 50,
  webhookRetryMs: [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour],
};

/** One line for whoever runs the sandbox; never holds a key or a one-time password. */
export type Log = (message: string, details?: Readonly<Record<string, unknown>>) => void;
