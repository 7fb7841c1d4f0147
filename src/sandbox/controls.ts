/** Every control over HTTP: what it takes, what it does, and one sentence for whoever looks for it. */
import * as z from 'zod';
import { currencyCode, dateText, requiredText } from './api/fields.ts';
import { type Control, ControlError } from './control.ts';
import type { Core } from './core.ts';
import { anyFault } from './faults.ts';
import type { Entries } from './ledger.ts';
import { statementLine } from './line-rules.ts';
import { mostSeeded } from './seeding.ts';
import { someDelays } from './settings.ts';
import { utc } from './views.ts';

/** A request for a control: path parameters decoded; body and query are read where they are asked for. */
export interface ControlCall {
  readonly core: Core;
  readonly control: Control;
  readonly params: Readonly<Record<string, string>>;
  /** @throws {ApiError} for a body that is not what the schema takes. */
  readonly body: <Schema extends z.ZodType>(schema: Schema) => Promise<z.output<Schema>>;
  /** @throws {ApiError} for parameters that the schema does not take. */
  readonly query: <Schema extends z.ZodType>(schema: Schema) => z.output<Schema>;
  readonly accept: string;
  /** Runs a task once the ones before it are done: two that move the clock at once would undo each other. */
  readonly inTurn: (task: () => Promise<void>) => Promise<void>;
}

export interface ControlAnswer {
  readonly status: 200 | 201 | 204;
  /** JSON, or lines of it as they are written. */
  readonly body?: object | ReadableStream<Uint8Array>;
}

interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/sandbox`, with `:name` parameters. */
  readonly path: string;
  readonly does: string;
  handle(call: ControlCall): ControlAnswer | Promise<ControlAnswer>;
}

const done: ControlAnswer = { status: 204 };
const day = dateText.transform((date) => date.slice(0, 10));
const count = z.int().min(0).max(mostSeeded);
/** The last millisecond of the year 9999. */
const endOfTime = 253_402_300_799_999;

const seed = z.strictObject({
  size: z.enum(['small', 'large']).optional(),
  accounts: count.optional(),
  targets: count.optional(),
  platformKey: requiredText(40).optional(),
  name: requiredText(200).optional(),
  currencies: z.array(currencyCode).min(1).max(20).optional(),
  linked: z.boolean().optional(),
  mapped: count.optional(),
  feedStartDate: day.optional(),
});
const offer = z.strictObject({ transactions: z.array(statementLine).max(5000) });
const authorize = z.strictObject({
  accountIds: z.array(requiredText(200)).max(5000).optional(),
  feedStartDate: day.optional(),
  organizationId: requiredText(200).optional(),
});
const webhook = z.strictObject({
  url: requiredText(2000),
  secret: requiredText(500).optional(),
  eventTypes: z.array(requiredText(200)).max(100).optional(),
  disabled: z.boolean().optional(),
  companyTags: z.array(requiredText(128)).max(10).optional(),
});
const rule = z.strictObject({ url: requiredText(2000), companyId: requiredText(100).optional() });
const redirect = z.strictObject({ url: requiredText(2000).nullable() });
const move = z.union(
  [
    z.strictObject({ advanceMs: z.number().min(0).max(1e12) }),
    z.strictObject({ now: z.union([z.iso.datetime({ offset: true }), z.number().min(0).max(endOfTime)]) }),
  ],
  'give advanceMs, milliseconds from 0 to 1e12, or now, an instant such as 2026-06-01T09:00:00Z',
);
const whole = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a whole number')
  .transform(Number);
const ledgerPage = z.strictObject({
  companyId: z.string().optional(),
  connectionId: z.string().optional(),
  accountId: z.string().optional(),
  page: whole.pipe(z.int().min(1)).default(1),
  pageSize: whole.pipe(z.int().min(1).max(5000)).default(1000),
});

/** How many entries are written at a time. */
const linesAtATime = 500;

function asLines(entries: Entries): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      const some = entries.slice(next, next + linesAtATime);
      next += some.length;
      if (some.length === 0) controller.close();
      else controller.enqueue(encoder.encode(some.map((entry) => `${JSON.stringify(entry)}\n`).join('')));
    },
  });
}

const connection = '/companies/:companyId/connections/:connectionId';
const at = ({ params }: ControlCall): [string, string] => [params['companyId'] ?? '', params['connectionId'] ?? ''];
const clockNow = ({ clock }: Core): ControlAnswer => ({ status: 200, body: { now: utc(clock.now()) } });

export const controlRoutes: readonly ControlRoute[] = [
  {
    method: 'POST',
    path: '/companies',
    does: 'Makes a company with a connection, source accounts and books, small or large, linked or mapped already.',
    handle: async ({ control, body }) => ({ status: 201, body: control.seed(await body(seed)) }),
  },
  {
    method: 'GET',
    path: '/companies/:companyId/organizations/:platformKey',
    does: 'Lists the books that a company’s user finds in the software, with their accounts.',
    handle: ({ control, params }) => ({
      status: 200,
      body: { results: control.organizations(params['companyId'] ?? '', params['platformKey'] ?? '') },
    }),
  },
  {
    method: 'POST',
    path: `${connection}/authorize`,
    does: 'Links a connection as if the user had agreed, and connects the source accounts that are named.',
    handle: async (call) => ({ status: 200, body: call.control.authorize(...at(call), await call.body(authorize)) }),
  },
  {
    method: 'POST',
    path: `${connection}/revoke`,
    does: 'Ends a linked connection from the software’s side: it becomes Deauthorized.',
    handle: (call) => ({ status: 200, body: call.control.revoke(...at(call)) }),
  },
  {
    method: 'POST',
    path: `${connection}/collect`,
    does: 'Lets QuickBooks take now what Codat stored for it.',
    handle: (call) => ({ status: 200, body: { landed: call.control.collect(...at(call)) } }),
  },
  {
    method: 'POST',
    path: `${connection}/accounts/:accountId/disconnect`,
    does: 'Ends the feed of one account inside the software.',
    handle: (call) => ({
      status: 200,
      body: call.control.disconnectAccount(...at(call), call.params['accountId'] ?? ''),
    }),
  },
  {
    method: 'PUT',
    path: `${connection}/accounts/:accountId/managed-transactions`,
    does: "Sets what the account's next managed sync finds at the bank, in chronological order.",
    async handle(call) {
      const { transactions } = await call.body(offer);
      call.control.offerTransactions(...at(call), call.params['accountId'] ?? '', transactions);
      return done;
    },
  },
  {
    method: 'GET',
    path: '/ledger',
    does: 'Lists every transaction that landed, in order, by page, or all of them as lines of JSON.',
    handle({ core, query, accept }) {
      const { page, pageSize, ...filter } = query(ledgerPage);
      const entries = core.ledger.select(filter);
      if (accept.includes('application/x-ndjson')) return { status: 200, body: asLines(entries) };
      const results = entries.slice((page - 1) * pageSize, page * pageSize);
      return { status: 200, body: { results, pageNumber: page, pageSize, totalResults: entries.length } };
    },
  },
  {
    method: 'GET',
    path: '/clock',
    does: 'Tells the sandbox’s time.',
    handle: ({ core }) => clockNow(core),
  },
  {
    method: 'POST',
    path: '/clock',
    does: 'Moves the clock forward and lets everything happen that comes due on the way.',
    async handle({ core, body, inTurn }) {
      const to = await body(move);
      await inTurn(async () => {
        const now = core.clock.now();
        const instant = 'advanceMs' in to ? now + to.advanceMs : Number(new Date(to.now));
        if (!(instant >= now)) throw new ControlError('refused', `The clock only goes forward: it shows ${utc(now)}.`);
        if (instant > endOfTime) throw new ControlError('refused', 'The clock ends with the year 9999.');
        await core.clock.set(instant);
      });
      return clockNow(core);
    },
  },
  {
    method: 'GET',
    path: '/delays',
    does: 'Tells how long things take, in milliseconds.',
    handle: ({ control }) => ({ status: 200, body: control.delays() }),
  },
  {
    method: 'PUT',
    path: '/delays',
    does: 'Changes how long things take from now on, some of it or all.',
    handle: async ({ control, body }) => ({ status: 200, body: control.setDelays(await body(someDelays)) }),
  },
  {
    method: 'POST',
    path: '/faults',
    does: 'Plans a fault for requests or webhooks.',
    handle: async ({ control, body }) => ({ status: 201, body: control.faults.add(await body(anyFault)) }),
  },
  {
    method: 'GET',
    path: '/faults',
    does: 'Lists the faults with how often each struck and will yet.',
    handle: ({ control }) => ({ status: 200, body: { results: control.faults.list() } }),
  },
  {
    method: 'DELETE',
    path: '/faults',
    does: 'Takes back all faults.',
    handle({ control }) {
      control.faults.clear();
      return done;
    },
  },
  {
    method: 'DELETE',
    path: '/faults/:id',
    does: 'Takes back one fault.',
    handle({ control, params: { id = '' } }) {
      if (!control.faults.remove(id)) throw new ControlError('not-found', `There is no fault with the id ${id}.`);
      return done;
    },
  },
  {
    method: 'POST',
    path: '/webhooks',
    does: 'Sends events to an address from now on, with a secret of your own if you like.',
    handle: async ({ control, body }) => ({ status: 200, body: control.addWebhook(await body(webhook)) }),
  },
  {
    method: 'GET',
    path: '/webhooks',
    does: 'Lists the consumers with their secrets and how many messages wait for each.',
    handle({ core, control }) {
      const waiting = core.webhooks.pending();
      const pending = (id: string): number => waiting.filter(({ consumerId }) => consumerId === id).length;
      return {
        status: 200,
        body: { results: control.webhooks().map((each) => ({ ...each, pending: pending(each.id) })) },
      };
    },
  },
  {
    method: 'POST',
    path: '/rules',
    does: 'Posts the older, unsigned PushOperationStatusChanged alerts to an address from now on.',
    handle: async ({ control, body }) => ({ status: 200, body: control.addRule(await body(rule)) }),
  },
  {
    method: 'PUT',
    path: '/redirect-url',
    does: 'Sets where users go after consent; null: nowhere.',
    async handle({ control, body }) {
      control.setRedirectUrl((await body(redirect)).url ?? undefined);
      return done;
    },
  },
];
