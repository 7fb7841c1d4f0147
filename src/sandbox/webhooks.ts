/**
 * Webhooks as Codat sends them: to consumers, signed the Svix way and tried again on the published schedule;
 * to the addresses of older rules, unsigned. Who hears of an event is decided when it happens.
 */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { isHttpUrl } from './addresses.ts';
import type { SandboxClock } from './clock.ts';
import { createDeliveries, type Disturb, type Message, place, type Recipient, type Send } from './deliveries.ts';
import { dayMs } from './durations.ts';
import type { Ids } from './ids.ts';
import {
  alertBody,
  pushOperationStatusChanged,
  rulePause,
  type StatusChange,
  type WebhookRule,
} from './legacy-rules.ts';
import { observeWebhook } from './observation.ts';
import type { CompanyRecord } from './records.ts';
import type { Delays, Log } from './settings.ts';

export const consumerRecord = z.object({
  id: z.string(),
  url: z.string(),
  /** `whsec_` and base64, as the receiver is configured with it. */
  secret: z.string(),
  /** Absent: every event but the legacy one. */
  eventTypes: z.array(z.string()).optional(),
  /** true: hears nothing. Set by its owner, or after five days in which every attempt failed. */
  disabled: z.boolean(),
  /** `key:value`; absent: events of all companies, otherwise of those that carry one of these tags. */
  companyTags: z.array(z.string()).optional(),
  /** Since when every attempt failed. */
  failingSince: z.number().optional(),
});
type ConsumerRecord = z.infer<typeof consumerRecord>;
/** An endpoint that events are sent to. */
export type WebhookConsumer = Readonly<ConsumerRecord>;

/** What a consumer is made of; what is left out is made or stands for everything. */
export interface ConsumerPrototype {
  readonly url: string;
  readonly secret?: string | undefined;
  readonly eventTypes?: readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
  readonly companyTags?: readonly string[] | undefined;
}

/** What is kept in a file. */
export interface WebhooksState {
  readonly consumers: ConsumerRecord[];
  readonly rules: WebhookRule[];
  readonly messages: Message[];
}

export interface Webhooks {
  /**
   * The consumer of this URL: a new one, or the known one with what is given now, and no longer disabled.
   * @throws {TypeError}
   */
  add(prototype: ConsumerPrototype): WebhookConsumer;
  /** One more consumer, whatever its URL; its secret is made. @throws {TypeError} */
  create(prototype: ConsumerPrototype): WebhookConsumer;
  /** Ends a consumer with all that is on its way to it; answers whether there was one. */
  remove(id: string): boolean;
  /** In the order they were made. */
  consumers(): readonly WebhookConsumer[];
  /** An address of the older service; one rule for each address and company. @throws {TypeError} */
  addRule(rule: { readonly url: string; readonly companyId?: string | undefined }): WebhookRule;
  /** Queues an event for each consumer that wants it. `company`: whom it is about, unless it is the client. */
  emit(eventType: string, payload: object, company?: Pick<CompanyRecord, 'tags'>): void;
  /** Queues the legacy alert for rules, and for consumers that ask for it by name. */
  alert(change: StatusChange, company: Pick<CompanyRecord, 'tags'>): void;
  /** What still waits to be delivered. */
  pending(): readonly Message[];
  state(): WebhooksState;
  restore(state: WebhooksState): void;
  /** Sends nothing any more. */
  stop(): void;
}

const secretForm = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** A consumer that answered nothing but failures for so long is disabled. */
const patienceMs = 5 * dayMs;

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
  readonly disturb?: Disturb | undefined;
}

/** Whether webhooks can be sent there; no request can be made to an address with a user name or a password. */
export function isWebhookUrl(url: string): boolean {
  if (!isHttpUrl(url)) return false;
  const { username, password } = new URL(url);
  return username === '' && password === '';
}

const checkUrl = (url: string): void => {
  if (isWebhookUrl(url)) return;
  throw new TypeError('webhook url: give an absolute http or https address, without a user name or password.');
};

function wants(consumer: ConsumerRecord, eventType: string, company: Pick<CompanyRecord, 'tags'> | undefined): boolean {
  const { disabled, eventTypes, companyTags } = consumer;
  if (disabled || !(eventTypes?.includes(eventType) ?? eventType !== pushOperationStatusChanged)) return false;
  if (companyTags === undefined || companyTags.length === 0) return true;
  return Object.entries(company?.tags ?? {}).some(([key, value]) => companyTags.includes(`${key}:${value}`));
}

export function createWebhooks(options: WebhookOptions): Webhooks {
  const { clock, ids, delays, log, changed, write } = options;
  const consumers = new Map<string, ConsumerRecord>();
  const rules = new Map<string, WebhookRule>();

  const toConsumer = (consumer: ConsumerRecord): Recipient => ({
    url: consumer.url,
    disabled: consumer.disabled,
    redirect: 'manual',
    headers({ id, body }) {
      const timestamp = Math.floor(clock.wall() / 1000);
      const signature = sign(consumer.secret, id, timestamp, body);
      return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature };
    },
    after({ attempt }, { outcome }) {
      if (outcome === 'delivered') {
        delete consumer.failingSince;
        return undefined;
      }
      if (outcome === 'failed') {
        consumer.failingSince ??= clock.now();
        if (clock.now() - consumer.failingSince >= patienceMs) {
          consumer.disabled = true;
          log(`The webhook consumer ${place(consumer.url)} failed for five days and is disabled.`);
        }
      }
      return delays.webhookRetryMs[attempt];
    },
  });

  const toRule = ({ url }: WebhookRule): Recipient => ({
    url,
    disabled: false,
    redirect: 'follow',
    headers: () => ({ 'x-codat-clientid': ids.named('client') }),
    after: ({ attempt }, result) => rulePause(attempt, result, clock.wall()),
  });

  const deliveries = createDeliveries({
    ...options,
    disturb: options.disturb ?? (() => undefined),
    recipient(id) {
      const [consumer, rule] = [consumers.get(id), rules.get(id)];
      return consumer ? toConsumer(consumer) : rule && toRule(rule);
    },
  });

  const message = (eventId: string, consumerId: string, body: string): Message => ({
    id: `msg_${eventId.replaceAll('-', '')}`,
    consumerId,
    body,
    attempt: 0,
    dueAt: clock.now() + delays.webhookMs,
  });

  const keep = (id: string, { url, secret, ...rest }: ConsumerPrototype, seed: string): WebhookConsumer => {
    checkUrl(url);
    if (secret !== undefined && (!secretForm.test(secret) || secret.length < 'whsec_'.length + 4)) {
      throw new TypeError('webhook secret: give "whsec_" followed by base64, or leave it out to have one made.');
    }
    const consumer: ConsumerRecord = {
      id,
      url,
      secret: secret ?? consumers.get(id)?.secret ?? `whsec_${ids.bytes(`webhook secret ${seed}`).toString('base64')}`,
      eventTypes: rest.eventTypes && [...rest.eventTypes],
      disabled: rest.disabled ?? false,
      companyTags: rest.companyTags && [...rest.companyTags],
    };
    consumers.set(id, consumer);
    changed();
    return consumer;
  };

  return {
    add: (prototype) => keep(ids.named(`webhook consumer ${prototype.url}`), prototype, prototype.url),
    create(prototype) {
      const id = ids.next('webhook consumer');
      return keep(id, { ...prototype, secret: undefined }, id);
    },
    remove(id) {
      deliveries.drop(id);
      changed();
      return consumers.delete(id);
    },
    consumers: () => [...consumers.values()],
    addRule({ url, companyId }) {
      checkUrl(url);
      const rule = { id: ids.named(`rule ${url} ${companyId ?? ''}`), url, companyId };
      rules.set(rule.id, rule);
      changed();
      return rule;
    },
    emit(eventType, payload, company) {
      const wanting = [...consumers.values()].filter((consumer) => wants(consumer, eventType, company));
      if (wanting.length === 0) return;
      const id = ids.next('event');
      const body = write({ id, eventType, generatedDate: new Date(clock.now()).toISOString(), payload });
      observeWebhook({ eventType, body });
      deliveries.queue(
        eventType,
        wanting.map((consumer) => message(id, consumer.id, body)),
      );
    },
    alert(change, company) {
      const wanting = [...consumers.values()].filter((consumer) =>
        wants(consumer, pushOperationStatusChanged, company),
      );
      const watching = [...rules.values()].filter(
        ({ companyId }) => (companyId ?? change.companyId) === change.companyId,
      );
      const messages = [...wanting, ...watching].map(({ id }) => {
        const alert = alertBody({ clock, ids }, id, change);
        return message(alert.AlertId, id, write(alert));
      });
      const [first] = messages;
      if (first !== undefined) observeWebhook({ eventType: pushOperationStatusChanged, body: first.body });
      deliveries.queue(pushOperationStatusChanged, messages);
    },
    pending: () => deliveries.pending(),
    state: () => ({
      consumers: [...consumers.values()],
      rules: [...rules.values()],
      messages: [...deliveries.pending()],
    }),
    restore(state) {
      for (const consumer of state.consumers) consumers.set(consumer.id, { ...consumer });
      for (const rule of state.rules) rules.set(rule.id, rule);
      deliveries.restore(state.messages);
    },
    stop: () => deliveries.stop(),
  };
}
