import * as z from 'zod';
import { parseJson } from '../codat/schemas/json.ts';
import { readWebhook, type Webhook } from '../codat/schemas/webhooks.ts';
import type { Clock } from '../outbox/model.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Database } from '../store/database.ts';
import type { AccountWatch } from './account-watch.ts';
import { errorFields, type Log } from './log.ts';
import type { VerifiedWebhook } from './webhook-signature.ts';

/** Verified deliveries: stored before they are answered, handled after, once. */
export interface WebhookInbox {
  /** Resolves when the delivery is stored. One that was seen before is stored no second time. */
  receive(webhook: VerifiedWebhook): Promise<void>;
  /** Resolves when nothing is being handled. */
  idle(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Signed, and yet no JSON: nothing that a later attempt could read. */
const readBody = (body: string): Webhook => {
  try {
    return readWebhook(parseJson(body));
  } catch {
    return { kind: 'unknown', eventType: undefined };
  }
};

const message = z.object({ id: z.string(), body: z.string() });

export const createWebhookInbox = (parts: {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly watch: AccountWatch;
  readonly clock: Clock;
  readonly retry: number;
  readonly log: Log;
}): WebhookInbox => {
  const { database, outbox, watch, clock, retry, log } = parts;
  const stopping = new AbortController();
  let handling = Promise.resolve();
  let retrying: Promise<void> | undefined;

  // A webhook is a hint: whatever it says is read again from Codat.
  const handle = async (body: string): Promise<void> => {
    const webhook = readBody(body);
    switch (webhook.kind) {
      case 'write':
        return outbox.operationChanged(webhook.event.payload.referenceCompany.id, webhook.event.payload.id);
      case 'source-account': {
        const companyId = webhook.event.payload.referenceCompany?.id ?? webhook.event.payload.companyId;
        return companyId ? watch.look(companyId) : undefined;
      }
      case 'connection':
        return watch.look(webhook.event.payload.referenceCompany.id);
      case 'push-operation-status-changed':
        return outbox.operationChanged(webhook.event.CompanyId, webhook.event.Data.pushOperationKey);
      case 'company':
        return webhook.event.eventType === 'company.deleted' ? outbox.forget(webhook.event.payload.id) : undefined;
      case 'rate-limit': {
        const until = Date.parse(webhook.event.payload.expiryDate ?? '');
        if (webhook.event.eventType === 'client.rateLimit.reset') return outbox.unpause();
        // Without an end the next answer of 429 says when to go on.
        return Number.isNaN(until) ? undefined : outbox.pause(until);
      }
      case 'unknown':
        return undefined;
    }
  };

  const handleStored = async (): Promise<void> => {
    const { rows } = await database.query(
      'select id, body from webhook_message where handled_at is null order by received_at limit 200',
    );
    for (const { id, body } of z.array(message).parse(rows)) {
      try {
        await handle(body);
      } catch (error) {
        // Stays unhandled and is tried again: the slow listing behind it would find out as well.
        log.warn({ ...errorFields(error), webhookId: id }, 'a webhook could not be handled yet');
        continue;
      }
      await database.query('update webhook_message set handled_at = now() where id = $1', [id]);
    }
  };

  const schedule = (): void => {
    handling = handling
      .then(handleStored)
      .catch((error: unknown) => log.warn(errorFields(error), 'stored webhooks could not be read'));
  };

  return {
    async receive({ id, body }) {
      const { rows } = await database.query(
        `insert into webhook_message (id, type, body) values ($1, $2, $3) on conflict (id) do nothing returning id`,
        [id, readBody(body).kind, body],
      );
      if (rows.length > 0) schedule();
    },
    idle: () => handling,
    async start() {
      retrying = (async () => {
        while (!stopping.signal.aborted) {
          schedule();
          await clock.sleep(retry, stopping.signal);
        }
      })();
    },
    async stop() {
      stopping.abort();
      await retrying;
      await handling;
    },
  };
};
