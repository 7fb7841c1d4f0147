import * as z from 'zod';
import { isCodatError, type Governor } from '../codat/index.ts';
import { parseJson } from '../codat/schemas/json.ts';
import { readWebhook, type Webhook } from '../codat/schemas/webhooks.ts';
import type { Clock } from '../outbox/model.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Database } from '../store/database.ts';
import type { AccountWatch } from './account-watch.ts';
import { utcInstant } from './utc-instant.ts';
import { errorFields, type Log } from './log.ts';
import type { VerifiedWebhook } from './webhook-signature.ts';

/** Verified deliveries: stored before they are answered, handled after, once. */
export interface WebhookInbox {
  /** Resolves when the delivery is stored. One that was seen before is stored no second time. */
  receive(webhook: VerifiedWebhook): Promise<void>;
  /** Removes what stored deliveries say of a company; their ids stay, as the memory against repeats. */
  forget(companyId: string): Promise<void>;
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

const isGone = (error: unknown): boolean => isCodatError(error) && error.kind === 'http' && error.status === 404;

const message = z.object({ id: z.string(), type: z.string(), body: z.string(), at: z.string() });

const batch = 200;
/** Operations that are read at a time. */
const operationsAtOnce = 16;

/** What a consumer at Codat has to be told for this: of the others nothing here would change. */
export const neededEvents = [
  'bankTransactions.write.successful',
  'bankTransactions.write.unsuccessful',
  'bankFeeds.sourceAccount.connected',
  'bankFeeds.sourceAccount.disconnected',
  'connection.connected',
  'connection.disconnected',
  'connection.reconnected',
  'connection.failed',
  'connection.deleted',
  'company.deleted',
  'client.rateLimit.reached',
  'client.rateLimit.reset',
] as const;

const aboutOperations: ReadonlySet<string> = new Set<Webhook['kind']>(['write', 'push-operation-status-changed']);
/** How often ids that are too old to come again are removed, in milliseconds. */
const pruneEvery = 3_600_000;

export const createWebhookInbox = (parts: {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly watch: AccountWatch;
  readonly governor: Governor;
  /** Codat says that the company was deleted. */
  readonly companyDeleted: (companyId: string) => Promise<void>;
  readonly clock: Clock;
  readonly retry: number;
  readonly log: Log;
}): WebhookInbox => {
  const { database, outbox, watch, governor, clock, retry, log } = parts;
  const stopping = new AbortController();
  let handling = Promise.resolve();
  let retrying: Promise<void> | undefined;
  let pruneAt = 0;

  // A webhook is a hint: whatever it says is read again from Codat.
  const handle = async (body: string, look: (companyId: string) => Promise<void>): Promise<void> => {
    const webhook = readBody(body);
    switch (webhook.kind) {
      case 'write':
        return outbox.operationChanged(webhook.event.payload.referenceCompany.id, webhook.event.payload.id);
      case 'source-account': {
        const companyId = webhook.event.payload.referenceCompany?.id ?? webhook.event.payload.companyId;
        return companyId ? look(companyId) : undefined;
      }
      case 'connection': {
        const { connection, referenceCompany } = webhook.event.payload;
        await look(referenceCompany.id);
        // A page may wait for this connection alone: it has no account yet, or its consent was refused.
        return outbox.changed(referenceCompany.id.toLowerCase(), connection.id);
      }
      case 'push-operation-status-changed':
        return outbox.operationChanged(webhook.event.CompanyId, webhook.event.Data.pushOperationKey);
      case 'company':
        if (webhook.event.eventType !== 'company.deleted') return undefined;
        return parts.companyDeleted(webhook.event.payload.id.toLowerCase());
      case 'rate-limit': {
        // Both: the governor holds what this process sends, the outbox what any process delivers.
        if (webhook.event.eventType === 'client.rateLimit.reset') {
          governor.resume();
          return outbox.unpause();
        }
        const until = Date.parse(utcInstant(webhook.event.payload.expiryDate) ?? '');
        // Without an end the next answer of 429 says when to go on.
        if (Number.isNaN(until)) return undefined;
        governor.pause(until);
        return outbox.pause(until);
      }
      case 'unknown':
        return undefined;
    }
  };

  /** One listing answers for every delivery that was stored before it began. */
  const lookOnce = () => {
    const looked = new Map<string, Promise<void>>();
    return (given: string): Promise<void> => {
      const companyId = given.toLowerCase();
      const asked = looked.get(companyId) ?? watch.look(companyId);
      looked.set(companyId, asked);
      return asked;
    };
  };

  const handleStored = async (): Promise<void> => {
    // What could not be handled for a day is left to the slow listing and to polling.
    const next = `select id, type, body, received_at::text as at from webhook_message
      where handled_at is null and received_at > now() - interval '1 day' and (received_at, id) > ($1::timestamptz, $2)
      order by received_at, id limit ${batch}`;
    let [at, last] = ['-infinity', ''];
    for (let more = true; more;) {
      const messages = z.array(message).parse((await database.query(next, [at, last])).rows);
      [at, last] = [messages.at(-1)?.at ?? at, messages.at(-1)?.id ?? last];
      const look = lookOnce();
      const handled: string[] = [];
      const inTurn = async (given: Iterable<z.infer<typeof message>>): Promise<void> => {
        for (const { id, body } of given) {
          if (stopping.signal.aborted) return;
          try {
            await handle(body, look);
          } catch (error) {
            // Stays unhandled and is tried again, unless it is about something that is gone.
            log.warn({ ...errorFields(error), webhookId: id }, 'a webhook could not be handled yet');
            if (!isGone(error)) continue;
          }
          handled.push(id);
        }
      };
      // An operation is read, whatever is told of others; all else keeps its order.
      const { operations = [], others = [] } = Object.groupBy(messages, ({ type }) =>
        aboutOperations.has(type) ? 'operations' : 'others',
      );
      const each = operations.values();
      await Promise.all([inTurn(others), ...Array.from({ length: operationsAtOnce }, () => inTurn(each))]);
      if (handled.length > 0)
        await database.query(`update webhook_message set handled_at = now(), body = '' where id = any($1::text[])`, [
          handled,
        ]);
      if (stopping.signal.aborted) return;
      more = messages.length === batch;
    }
  };

  /** Codat delivers for 28 hours; an id is known for 30 days. */
  const prune = async (): Promise<void> => {
    if (clock.now() < pruneAt) return;
    pruneAt = clock.now() + pruneEvery;
    await database.query(`delete from webhook_message where received_at < now() - interval '30 days'`);
  };

  /** One that has not begun yet will see what was stored before it begins. */
  let waits = false;
  const schedule = (first?: () => Promise<void>): void => {
    if (stopping.signal.aborted || (waits && first === undefined)) return;
    waits = true;
    handling = handling
      .then(first)
      .finally(() => (waits = false))
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
    async forget(companyId) {
      await database.query(
        `update webhook_message set handled_at = coalesce(handled_at, now()), body = ''
         where body <> '' and position($1 in lower(body)) > 0`,
        [companyId],
      );
    },
    idle: () => handling,
    async start() {
      retrying = (async () => {
        while (!stopping.signal.aborted) {
          schedule(prune);
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
