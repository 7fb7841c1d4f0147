/**
 * Webhooks as Codat sends them: signed the Svix way, at least once, in no promised order, tried again on
 * the published schedule until a receiver answers 2xx within 15 seconds.
 */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { SandboxClock } from './clock.ts';
import type { Ids } from './ids.ts';
import { observeWebhook } from './observation.ts';
import type { Delays, Log } from './settings.ts';

export interface WebhookConsumer {
  readonly id: string;
  readonly url: string;
  /** `whsec_` and base64, as the receiver is configured with it. */
  readonly secret: string;
  /** Absent: every event. */
  readonly eventTypes?: readonly string[] | undefined;
}

export const messageRecord = z.object({
  /** The header `webhook-id`, the same over all attempts. */
  id: z.string(),
  consumerId: z.string(),
  body: z.string(),
  attempt: z.int(),
  dueAt: z.number(),
});
type Message = z.infer<typeof messageRecord>;

/** Delivers one request; the global fetch unless a test brings its own. */
export type Send = (request: Request) => Promise<Response>;

export interface Webhooks {
  /** Adds a consumer; a URL that is known already gets the new secret and event types. */
  add(consumer: {
    url: string;
    secret?: string | undefined;
    eventTypes?: readonly string[] | undefined;
  }): WebhookConsumer;
  /** Queues an event for each consumer that wants it. `body` is the payload's JSON value. */
  emit(eventType: string, payload: object): void;
  /** What still waits to be delivered. */
  pending(): readonly Message[];
  restore(messages: readonly Message[]): void;
}

const answerWithinMs = 15_000;
const secretForm = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The value of `webhook-signature` for one attempt. */
export function sign(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

export interface WebhookOptions {
  readonly clock: SandboxClock;
  readonly ids: Ids;
  readonly delays: Delays;
  readonly send: Send;
  readonly log: Log;
  readonly changed: () => void;
  readonly write: (value: object) => string;
}

export function createWebhooks({ clock, ids, delays, send, log, changed, write }: WebhookOptions): Webhooks {
  const consumers = new Map<string, WebhookConsumer>();
  const waiting = new Map<string, Message>();

  const attempt = async (consumer: WebhookConsumer, message: Message): Promise<string> => {
    const timestamp = Math.floor(clock.wall() / 1000);
    const request = new Request(consumer.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': message.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': sign(consumer.secret, message.id, timestamp, message.body),
      },
      body: message.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerWithinMs),
    });
    try {
      const response = await send(request);
      await response.body?.cancel();
      return response.ok ? '' : `answered ${response.status}`;
    } catch (error) {
      return `failed: ${error instanceof Error ? error.message : String(error)}`;
    }
  };

  const deliver = async (key: string): Promise<void> => {
    const message = waiting.get(key);
    const consumer = consumers.get(message?.consumerId ?? '');
    if (message === undefined || consumer === undefined) {
      waiting.delete(key);
      return;
    }
    const fault = await attempt(consumer, message);
    const pause = delays.webhookRetryMs[message.attempt];
    if (fault === '' || pause === undefined) {
      waiting.delete(key);
      if (fault !== '') log(`Webhook ${message.id} to ${consumer.url} ${fault}; given up.`);
    } else {
      message.attempt += 1;
      message.dueAt = clock.now() + pause;
      log(`Webhook ${message.id} to ${consumer.url} ${fault}; next attempt in ${pause} ms.`);
      plan(message);
    }
    changed();
  };

  const plan = (message: Message): void => {
    const key = `${message.id} ${message.consumerId}`;
    waiting.set(key, message);
    clock.after(message.dueAt - clock.now(), () => deliver(key));
  };

  return {
    add({ url, secret, eventTypes }) {
      const target = URL.canParse(url) ? new URL(url) : undefined;
      if (target?.protocol !== 'http:' && target?.protocol !== 'https:') {
        throw new TypeError('webhook url: give an absolute http or https address.');
      }
      if (secret !== undefined && (!secretForm.test(secret) || secret.length < 'whsec_'.length + 4)) {
        throw new TypeError('webhook secret: give "whsec_" followed by base64, or leave it out to have one made.');
      }
      const id = ids.named(`webhook consumer ${url}`);
      const made = `whsec_${ids.bytes(`webhook secret ${url}`).toString('base64')}`;
      const consumer = { id, url, secret: secret ?? made, eventTypes };
      consumers.set(id, consumer);
      return consumer;
    },
    emit(eventType, payload) {
      const wanting = [...consumers.values()].filter(({ eventTypes }) => eventTypes?.includes(eventType) ?? true);
      if (wanting.length === 0) return;
      const id = ids.next('event');
      const body = write({ id, eventType, generatedDate: new Date(clock.now()).toISOString(), payload });
      observeWebhook({ eventType, body });
      for (const consumer of wanting) {
        const dueAt = clock.now() + delays.webhookMs;
        plan({ id: `msg_${id.replaceAll('-', '')}`, consumerId: consumer.id, body, attempt: 0, dueAt });
      }
      changed();
    },
    pending: () => [...waiting.values()],
    restore: (messages) => messages.forEach(plan),
  };
}
