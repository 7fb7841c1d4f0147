/** `bank-feed-proxy feeds`: what is held, and what people do about it, at a proxy that runs. */
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { commanded, createRemote, target, UsageError, type Output, type Remote, type Variables } from './remote.ts';
import { age, plain, table } from './text.ts';

export const feedsUsage = `bank-feed-proxy feeds [--company ID] [--held]
bank-feed-proxy feeds show   COMPANY ACCOUNT
bank-feed-proxy feeds retry  COMPANY ACCOUNT [--not-written]
bank-feed-proxy feeds skip   COMPANY ACCOUNT ID... --reason TEXT
bank-feed-proxy feeds skip   COMPANY ACCOUNT --state STATE --reason TEXT
bank-feed-proxy feeds resume COMPANY ACCOUNT

Without more: what is held anywhere; with --company how all feeds of that company stand. COMPANY is Codat's id,
ACCOUNT your own. The proxy is the one at BANK_FEED_URL (or else BANK_FEED_PUBLIC_URL), with
BANK_FEED_SERVER_SECRET, or the file that BANK_FEED_SERVER_SECRET_FILE names.

  show      why a feed is held, which lines failed, and every line that is not delivered
  retry     sends the same lines again, under a new key
  skip      these lines are never sent; they are kept with the reason. --state takes all lines in one state of
            "show" (stopped, late or waiting)
  resume    goes on with what is left after a skip

  --connection ID   where the account has lines on several connections; "none" for lines that are on none
  --not-written     retry: somebody looked, and the lines are not in the software
  --url URL         the proxy, instead of BANK_FEED_URL
  --json            answers as JSON; the list of feeds as one line of JSON each

Ends with 0 where it was done, 1 where the proxy says why not, 2 where it was called wrongly or cannot be reached.`;

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
const why = z.optional(z.looseObject({ reason: text, since: text }));
const feed = z.looseObject({
  companyId: text,
  connectionId: z.optional(text),
  accountId: text,
  counts: z.looseObject({ delivered: count, waiting: count, held: count }),
  skipped: z.optional(count),
  waiting: why,
  held: why,
  lastDelivery: z.optional(z.looseObject({ at: text, lines: count })),
});
const line = z.looseObject({
  id: text,
  date: text,
  amount: z.optional(text),
  description: z.optional(text),
  state: text,
  note: z.optional(text),
});
const page = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), nextCursor: z.optional(text) });
const acted = z.looseObject({ lines: count, left: z.optional(count) });

const options = {
  company: { type: 'string' },
  held: { type: 'boolean', default: false },
  connection: { type: 'string' },
  'not-written': { type: 'boolean', default: false },
  reason: { type: 'string' },
  state: { type: 'string' },
  url: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const readArguments = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};
type Given = ReturnType<typeof readArguments>['values'];

/** Options that belong to another command are a mistake, never passed over. */
const allowOnly = (given: Given, command: string, allowed: readonly (keyof typeof options)[]): void => {
  for (const name of ['company', 'held', 'connection', 'not-written', 'reason', 'state'] as const)
    if (given[name] !== undefined && given[name] !== false && !allowed.includes(name))
      throw new UsageError(`--${name} does not belong to ${command}`);
};

async function* pages<Item extends z.ZodType>(
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

const all = async <Item>(source: AsyncGenerator<readonly Item[]>): Promise<Item[]> => {
  const found: Item[] = [];
  for await (const items of source) found.push(...items);
  return found;
};

type Address = { readonly companyId: string; readonly accountId: string; readonly connectionId?: string | undefined };

/** In a body null stands for lines that are on no connection. */
const bodyOf = ({ connectionId, ...address }: Address) => ({
  ...address,
  connectionId: connectionId === 'none' ? null : connectionId,
});

const listHeld = async (remote: Remote, companyId: string | undefined, json: boolean, { stdout }: Output) => {
  const source = pages(remote, '/v1/held', { companyId }, heldFeed);
  if (json) {
    for await (const items of source) for (const item of items) stdout.write(`${JSON.stringify(item)}\n`);
    return;
  }
  const items = await all(source);
  if (items.length === 0) {
    stdout.write('Nothing is held.\n');
    return;
  }
  const columns = [
    ['COMPANY', 'left'],
    ['ACCOUNT', 'left'],
    ['CONNECTION', 'left'],
    ['REASON', 'left'],
    ['LINES', 'right'],
    ['AGE', 'right'],
    ['POSSIBLE', 'left'],
  ] as const;
  const row = (item: HeldFeed): string[] => [
    item.companyId,
    item.accountId,
    item.connectionId ?? 'none',
    item.reason,
    String(item.lines),
    age(item.since, Date.now()),
    item.actions.join(', '),
  ];
  stdout.write(table(columns, items.map(row)));
};

const listCompany = async (remote: Remote, companyId: string, json: boolean, { stdout }: Output) => {
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
  const row = ({ accountId, connectionId, counts, skipped, waiting, held, lastDelivery }: z.infer<typeof feed>) => [
    accountId,
    connectionId ?? 'none',
    held ? `held: ${held.reason}` : waiting ? `waiting: ${waiting.reason}` : 'all delivered',
    String(counts.delivered),
    String(counts.waiting),
    String(counts.held),
    String(skipped ?? 0),
    lastDelivery?.at ?? '',
  ];
  stdout.write(items.length === 0 ? 'This company has no feeds.\n' : table(columns, items.map(row)));
};

/** Descriptions may have thousands of characters; a person looks for the line by its beginning. */
const longestShown = 60;

const linesOf = (count: number): string => `${count} ${count === 1 ? 'line' : 'lines'}`;

const show = async (remote: Remote, address: Address, json: boolean, { stdout }: Output): Promise<void> => {
  const holds = await all(pages(remote, '/v1/held', { ...address }, heldFeed));
  const lines = await all(pages(remote, '/v1/held/lines', { ...address }, line));
  if (json) {
    stdout.write(`${JSON.stringify({ holds, lines })}\n`);
    return;
  }
  if (holds.length === 0) stdout.write('Nothing is held.\n');
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

const skippable = ['stopped', 'late', 'waiting'];
const mostIds = 1000;

const skip = async (remote: Remote, address: Address, ids: readonly string[], { state, reason }: Given) => {
  if (reason === undefined) throw new UsageError('skip needs --reason: why these lines are not sent');
  if ((ids.length === 0) === (state === undefined)) throw new UsageError('skip takes ids of lines, or --state');
  if (state !== undefined && !skippable.includes(state))
    throw new UsageError(`--state must be one of ${skippable.join(', ')}`);
  const named =
    state === undefined
      ? ids
      : (await all(pages(remote, '/v1/held/lines', { ...address }, line))).flatMap((found) =>
          found.state === state ? [found.id] : [],
        );
  let lines = 0;
  let left: number | undefined;
  for (let start = 0; start < named.length; start += mostIds) {
    const part = named.slice(start, start + mostIds);
    const answer = await remote('POST', '/v1/held/skip', acted, { ...bodyOf(address), ids: part, reason });
    lines += answer.lines;
    ({ left } = answer);
  }
  return { lines, left };
};

const act = async (remote: Remote, action: string, address: Address, ids: readonly string[], given: Given) => {
  const body = bodyOf(address);
  if (action === 'retry') return remote('POST', '/v1/held/retry', acted, { ...body, notWritten: given['not-written'] });
  return remote('POST', '/v1/held/resume', acted, body);
};

/** Resolves to the exit code. */
export const feeds = (args: readonly string[], environment: Variables, output: Output): Promise<number> =>
  commanded('feeds', feedsUsage, output, async () => {
    const { values: given, positionals } = readArguments(args);
    const { stdout } = output;
    if (given.help) {
      stdout.write(`${feedsUsage}\n`);
      return;
    }
    const [command, companyId, accountId, ...ids] = positionals;
    const remoteOf = (): Remote => createRemote(target(environment, given.url));
    if (command === undefined) {
      allowOnly(given, 'feeds', ['company', 'held']);
      if (given.company === undefined || given.held) await listHeld(remoteOf(), given.company, given.json, output);
      else await listCompany(remoteOf(), given.company, given.json, output);
      return;
    }
    const allowed = { show: [], retry: ['not-written'], skip: ['reason', 'state'], resume: [] } as const;
    if (!(command === 'show' || command === 'retry' || command === 'skip' || command === 'resume'))
      throw new UsageError(`${command} is none of show, retry, skip, resume`);
    if (companyId === undefined || accountId === undefined)
      throw new UsageError(`${command} needs COMPANY and ACCOUNT`);
    if (command !== 'skip' && ids.length > 0) throw new UsageError(`${command} takes no ids of lines`);
    allowOnly(given, command, ['connection', ...allowed[command]]);
    const remote = remoteOf();
    const address: Address = { companyId, accountId, connectionId: given.connection };
    if (command === 'show') {
      await show(remote, address, given.json, output);
      return;
    }
    const { lines, left } =
      command === 'skip'
        ? await skip(remote, address, ids, given)
        : { ...(await act(remote, command, address, ids, given)), left: undefined };
    const done = { retry: 'to be sent again', skip: 'skipped', resume: lines === 1 ? 'goes on' : 'go on' }[command];
    const rest = left === undefined ? '' : `, ${left} left`;
    stdout.write(given.json ? `${JSON.stringify({ lines, left })}\n` : `${linesOf(lines)} ${done}${rest}.\n`);
  });
