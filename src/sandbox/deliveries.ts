/**
 * Messages on their way to whoever asked for them: at least once, in no promised order, and tried again
 * until the receiver answers 2xx within 15 seconds or the schedule of its kind is used up.
 */
import * as z from 'zod';
import type { SandboxClock } from './clock.ts';
import { minuteMs, secondMs } from './durations.ts';
import type { Log } from './settings.ts';

export const messageRecord = z.object({
  /** The header `webhook-id`, the same over all attempts. */
  id: z.string(),
  /** The webhook consumer or rule it goes to. */
  consumerId: z.string(),
  body: z.string(),
  attempt: z.int(),
  dueAt: z.number(),
});
export type Message = z.infer<typeof messageRecord>;

/** Delivers one request; the global fetch unless a test brings its own. */
export type Send = (request: Request) => Promise<Response>;

/** How an attempt went; `passed-over`: nothing was sent, because the receiver is disabled. */
export type Attempt =
  | { readonly outcome: 'delivered' | 'passed-over' }
  | {
      readonly outcome: 'failed';
      readonly reason: string;
      /** Absent: no answer came. */
      readonly status?: number;
      readonly retryAfter?: string | null;
    };

/** Where messages go, and by which rules. */
export interface Recipient {
  readonly url: string;
  readonly disabled: boolean;
  readonly redirect: 'manual' | 'follow';
  readonly headers: (message: Message) => Record<string, string>;
  /** Hears how an attempt went; answers the milliseconds to the next one, undefined where there is none. */
  readonly after: (message: Message, attempt: Attempt) => number | undefined;
}

/** What an event's messages suffer on a bad day; undefined for an undisturbed one. */
export type Disturb = (
  eventType: string,
) => { readonly fault: 'lost' | 'duplicate' | 'late' | 'reordered'; readonly ms?: number | undefined } | undefined;

export interface Deliveries {
  /** Takes messages about one event, which are to leave at `dueAt`. */
  queue(eventType: string, messages: readonly Message[]): void;
  /** What still waits to be delivered. */
  pending(): readonly Message[];
  /** Sets out again with what was waiting before a restart. */
  restore(messages: readonly Message[]): void;
  /** Forgets everything that is on its way to a recipient. */
  drop(recipientId: string): void;
  /** Breaks off the attempts under way, for good; their messages still wait. */
  stop(): void;
}

export interface DeliveryOptions {
  readonly clock: SandboxClock;
  readonly send: Send;
  readonly log: Log;
  readonly changed: () => void;
  readonly recipient: (id: string) => Recipient | undefined;
  readonly disturb: Disturb;
}

const answerWithinMs = 15 * secondMs;
/** How long a message that is to be late, or to be overtaken, waits at most, unless the fault says. */
const lateMs = minuteMs;
/** How much later than the one that overtook it a message leaves: enough to arrive after it. */
const overtakenByMs = 100;

/** An address for the log: what may be a secret in it is left out. */
export function place(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

export function createDeliveries({ clock, send, log, changed, recipient, disturb }: DeliveryOptions): Deliveries {
  const waiting = new Map<Message, () => void>();
  /** By recipient: messages that its next one is to overtake. */
  const overtaken = new Map<string, readonly Message[]>();
  const stopping = new AbortController();

  const attempt = async ({ url, redirect, headers }: Recipient, message: Message): Promise<Attempt> => {
    try {
      const request = new Request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers(message) },
        body: message.body,
        redirect,
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(answerWithinMs)]),
      });
      const response = await send(request);
      await response.body?.cancel();
      if (response.ok) return { outcome: 'delivered' };
      const { status } = response;
      const retryAfter = response.headers.get('retry-after');
      return { outcome: 'failed', reason: `answered ${status}`, status, retryAfter };
    } catch (error) {
      return { outcome: 'failed', reason: `failed: ${error instanceof Error ? error.message : String(error)}` };
    }
  };

  const deliver = async (message: Message): Promise<void> => {
    const others = overtaken.get(message.consumerId)?.filter((each) => each !== message) ?? [];
    if (others.length > 0) overtaken.set(message.consumerId, others);
    else overtaken.delete(message.consumerId);
    const to = recipient(message.consumerId);
    if (to === undefined) {
      waiting.delete(message);
      return;
    }
    const result: Attempt = to.disabled ? { outcome: 'passed-over' } : await attempt(to, message);
    // Dropped while it was under way, whoever it went to being gone; or broken off.
    if (!waiting.has(message) || stopping.signal.aborted) return;
    const pause = to.after(message, result);
    const name = `Webhook ${message.id} to ${place(to.url)}`;
    if (result.outcome === 'failed') {
      log(`${name} ${result.reason}; ${pause === undefined ? 'given up' : `next attempt in ${pause} ms`}.`);
    }
    if (pause === undefined) waiting.delete(message);
    else {
      message.attempt += 1;
      message.dueAt = clock.now() + pause;
      plan(message);
    }
    changed();
  };

  const plan = (message: Message): void => {
    waiting.get(message)?.();
    waiting.set(
      message,
      clock.at(message.dueAt, () => deliver(message)),
    );
  };

  const forget = (message: Message): void => {
    waiting.get(message)?.();
    waiting.delete(message);
  };

  return {
    queue(eventType, messages) {
      const disturbance = messages.length === 0 ? undefined : disturb(eventType);
      for (const message of messages) {
        const { fault, ms } = disturbance ?? {};
        if (fault === 'lost') continue;
        if (fault === 'late' || fault === 'reordered') message.dueAt += ms ?? lateMs;
        plan(message);
        if (fault === 'duplicate') plan({ ...message, dueAt: message.dueAt + (ms ?? 0) });
        const before = overtaken.get(message.consumerId) ?? [];
        if (fault === 'reordered') {
          overtaken.set(message.consumerId, [...before, message]);
          continue;
        }
        overtaken.delete(message.consumerId);
        for (const each of before) {
          each.dueAt = message.dueAt + overtakenByMs;
          plan(each);
        }
      }
      if (messages.length > 0) changed();
    },
    pending: () => [...waiting.keys()],
    restore: (messages) => messages.forEach(plan),
    drop(recipientId) {
      overtaken.delete(recipientId);
      for (const message of waiting.keys()) if (message.consumerId === recipientId) forget(message);
    },
    stop: () => stopping.abort(),
  };
}
