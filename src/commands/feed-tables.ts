/** What `bank-feed-proxy feeds` shows: lists of feeds, and one feed with its lines. */
import * as z from 'zod';
import type { Output, Remote } from './remote.ts';
import { age, plain, table } from './text.ts';

const text = z.string();
const count = z.number();
const heldFeed = z.looseObject({
  companyId: text,
  connectionId: z.optional(text),
  accountId: text,
  reason: text,
  message: text,
  since: text,
  lines: count,
  skipped: count,
  mayBeWritten: z.boolean(),
  operationKey: z.optional(text),
  items: z.array(z.looseObject({ id: z.optional(text), message: text })),
  actions: z.array(text),
});
type HeldFeed = z.infer<typeof heldFeed>;
const waitingFeed = z.looseObject({
  companyId: text,
  connectionId: z.optional(text),
  accountId: text,
  reason: text,
  since: text,
  until: z.optional(text),
  lines: count,
});
type WaitingFeed = z.infer<typeof waitingFeed>;
const why = z.optional(z.looseObject({ reason: text, since: text, until: z.optional(text) }));
const feed = z.looseObject({
  companyId: text,
  connectionId: z.optional(text),
  accountId: text,
  state: text,
  counts: z.looseObject({ delivered: count, waiting: count, held: count }),
  skipped: z.optional(count),
  waiting: why,
  held: why,
  lastDelivery: z.optional(z.looseObject({ at: text, lines: count })),
});
export const line = z.looseObject({
  id: text,
  date: text,
  amount: z.optional(text),
  description: z.optional(text),
  state: text,
  note: z.optional(text),
});
const page = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), nextCursor: z.optional(text) });
export async function* pages<Item extends z.ZodType>(
  remote: Remote,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  item: Item,
): AsyncGenerator<readonly z.output<Item>[], void, undefined> {
  let cursor: string | undefined;
  do {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...query, cursor })) if (value !== undefined) search.set(name, value);
    const answer = await remote('GET', `${path}?${search}`, page(item));
    yield answer.items;
    cursor = answer.nextCursor;
  } while (cursor !== undefined);
}

export const all = async <Item>(source: AsyncGenerator<readonly Item[]>): Promise<Item[]> => {
  const found: Item[] = [];
  for await (const items of source) found.push(...items);
  return found;
};

export type Address = {
  readonly companyId: string;
  readonly accountId: string;
  readonly connectionId?: string | undefined;
};

/** To the minute, as people read it. */
const minuteOf = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;
const untilOf = (until: string | undefined): string => (until === undefined ? '' : `until ${minuteOf(until)}`);

const writeLines = async (source: AsyncGenerator<readonly unknown[]>, { stdout }: Output): Promise<void> => {
  for await (const items of source) {
    // Nobody reads on: no further page is asked for.
    if (!stdout.writable) return;
    for (const item of items) stdout.write(`${JSON.stringify(item)}\n`);
  }
};

const undeliveredColumns = [
  ['COMPANY', 'left'],
  ['ACCOUNT', 'left'],
  ['CONNECTION', 'left'],
  ['REASON', 'left'],
  ['LINES', 'right'],
  ['AGE', 'right'],
] as const;
const undeliveredCells = (item: WaitingFeed | HeldFeed): readonly string[] => [
  item.companyId,
  item.accountId,
  item.connectionId ?? 'none',
  item.reason,
  String(item.lines),
  age(item.since, Date.now()),
];

export const listWaiting = async (remote: Remote, companyId: string | undefined, json: boolean, output: Output) => {
  const source = pages(remote, '/v1/waiting', { companyId }, waitingFeed);
  if (json) return writeLines(source, output);
  const rows = (await all(source)).map((item) => [...undeliveredCells(item), untilOf(item.until)]);
  output.stdout.write(rows.length === 0 ? 'Nothing waits.\n' : table([...undeliveredColumns, ['', 'left']], rows));
};

export const listHeld = async (remote: Remote, companyId: string | undefined, json: boolean, output: Output) => {
  const source = pages(remote, '/v1/held', { companyId }, heldFeed);
  if (json) return writeLines(source, output);
  const rows = (await all(source)).map((item) => [...undeliveredCells(item), item.actions.join(', ')]);
  output.stdout.write(
    rows.length === 0 ? 'Nothing is held.\n' : table([...undeliveredColumns, ['POSSIBLE', 'left']], rows),
  );
};

const standing = ({ held, waiting, state, counts }: z.infer<typeof feed>): string => {
  if (held !== undefined) return `held: ${held.reason}`;
  if (waiting !== undefined) return `waiting: ${waiting.reason} ${untilOf(waiting.until)}`.trimEnd();
  // Nothing is there that could wait; what came now would.
  if (state !== 'open') return state === 'not-connected' ? 'not connected' : `stopped: ${state}`;
  return counts.delivered > 0 ? 'all delivered' : 'nothing came yet';
};

export const listCompany = async (remote: Remote, companyId: string, json: boolean, { stdout }: Output) => {
  const { items } = await remote('GET', `/v1/companies/${encodeURIComponent(companyId)}/feeds`, page(feed));
  if (json) {
    for (const item of items) stdout.write(`${JSON.stringify(item)}\n`);
    return;
  }
  const columns = [
    ['ACCOUNT', 'left'],
    ['CONNECTION', 'left'],
    ['STATE', 'left'],
    ['DELIVERED', 'right'],
    ['WAITING', 'right'],
    ['HELD', 'right'],
    ['SKIPPED', 'right'],
    ['LAST DELIVERY', 'left'],
  ] as const;
  const row = (item: z.infer<typeof feed>) => [
    item.accountId,
    item.connectionId ?? 'none',
    standing(item),
    String(item.counts.delivered),
    String(item.counts.waiting),
    String(item.counts.held),
    String(item.skipped ?? 0),
    item.lastDelivery?.at ?? '',
  ];
  stdout.write(items.length === 0 ? 'This company has no feeds.\n' : table(columns, items.map(row)));
};

/** Descriptions may have thousands of characters; a person looks for the line by its beginning. */
const longestShown = 60;

export const linesOf = (count: number): string => `${count} ${count === 1 ? 'line' : 'lines'}`;

export const show = async (remote: Remote, address: Address, json: boolean, { stdout }: Output): Promise<void> => {
  const holds = await all(pages(remote, '/v1/held', { ...address }, heldFeed));
  const waiting = await all(pages(remote, '/v1/waiting', { ...address }, waitingFeed));
  const lines = await all(pages(remote, '/v1/held/lines', { ...address }, line));
  if (json) {
    stdout.write(`${JSON.stringify({ holds, waiting, lines })}\n`);
    return;
  }
  if (holds.length === 0) stdout.write('Nothing is held.\n');
  for (const { reason, lines: count, since, until } of waiting) {
    const told = `waiting, ${reason}: ${linesOf(count)} for ${age(since, Date.now())} ${untilOf(until)}`;
    stdout.write(`${told.trimEnd()}\n`);
  }
  for (const hold of holds) {
    const skipped = hold.skipped > 0 ? `, ${hold.skipped} skipped` : '';
    stdout.write(`${hold.reason}: ${linesOf(hold.lines)} for ${age(hold.since, Date.now())}${skipped}\n`);
    stdout.write(`  ${plain(hold.message)}\n`);
    for (const { id, message } of hold.items)
      stdout.write(`  ${plain(id === undefined ? message : `${id}: ${message}`)}\n`);
    if (hold.operationKey !== undefined) stdout.write(`  operation at Codat: ${plain(hold.operationKey)}\n`);
    if (hold.mayBeWritten) stdout.write('  These lines may be in the software already: look there first.\n');
    stdout.write(`  possible: ${hold.actions.join(', ') || 'nothing here; see the message'}\n`);
  }
  const columns = [
    ['LINE', 'left'],
    ['DATE', 'left'],
    ['AMOUNT', 'right'],
    ['STATE', 'left'],
    ['DESCRIPTION', 'left'],
    ['NOTE', 'left'],
  ] as const;
  if (lines.length > 0)
    stdout.write(
      `\n${table(
        columns,
        lines.map(({ id, date, amount, description, state, note }) => [
          id,
          date.replace('T00:00:00', ''),
          amount ?? '',
          state,
          (description ?? '').slice(0, longestShown),
          note ?? '',
        ]),
      )}`,
    );
};
