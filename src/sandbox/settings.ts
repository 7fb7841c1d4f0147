import * as z from 'zod';
import { plainly } from './api/fields.ts';
import { hourMs, minuteMs, secondMs } from './durations.ts';

/** How long things take, in milliseconds. */
export interface Delays {
  /** From a mapping request to `connected`. */
  readonly connectingMs: number;
  /** From the answer `Pending` to the lines in the software. */
  readonly pushMs: number;
  /** From a link to Codat's copy of the software's bank accounts. */
  readonly readingMs: number;
  /** From the wish for a managed sync to the lines it fetched. */
  readonly syncMs: number;
  /** From an event to the first attempt to deliver it. */
  readonly webhookMs: number;
  /** From one failed attempt to the next; after the last the message is given up. */
  readonly webhookRetryMs: readonly number[];
}

/** Short enough to watch; webhooks are retried as Codat documents it, over 28 hours. */
export const defaultDelays: Delays = {
  connectingMs: 1500,
  pushMs: 400,
  readingMs: 300,
  syncMs: 300,
  webhookMs: 50,
  webhookRetryMs: [5 * secondMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs, 10 * hourMs],
};

/** The delays as the sandbox holds them: they can be changed while it runs. */
export type DelaySettings = { -readonly [Key in keyof Delays]: Delays[Key] };

const ms = z.number().min(0).max(1e10).optional();
export const someDelays = z.strictObject({
  connectingMs: ms,
  pushMs: ms,
  readingMs: ms,
  syncMs: ms,
  webhookMs: ms,
  webhookRetryMs: z.array(z.number().min(0).max(1e10)).max(100).optional(),
} satisfies Record<keyof Delays, z.ZodType>);

/** Takes over what is given. @throws {TypeError} for a name or a value that is none. */
export function changeDelays(delays: DelaySettings, changes: Partial<Delays>): void {
  const read = someDelays.safeParse(changes, { error: plainly });
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new TypeError(`delays: ${issue?.path.join('.') ?? ''}: ${issue?.message}`);
  }
  const given = Object.entries(read.data).filter(([, value]) => value !== undefined);
  Object.assign(delays, Object.fromEntries(given));
}

/** One line for whoever runs the sandbox; never holds a key or a one-time password. */
export type Log = (message: string, details?: Readonly<Record<string, unknown>>) => void;
