/** `bank-feed-proxy feeds`: what is held, and what people do about it, at a proxy that runs. */
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { all, line, linesOf, listCompany, listHeld, listWaiting, pages, show, type Address } from './feed-tables.ts';
import {
  commanded,
  createRemote,
  target,
  UsageError,
  wrongCall,
  type Output,
  type Remote,
  type Variables,
} from './remote.ts';

export const feedsUsage = `bank-feed-proxy feeds [--company ID] [--held | --waiting]
bank-feed-proxy feeds show   COMPANY ACCOUNT
bank-feed-proxy feeds retry  COMPANY ACCOUNT [--not-written]
bank-feed-proxy feeds skip   COMPANY ACCOUNT ID... --reason TEXT
bank-feed-proxy feeds skip   COMPANY ACCOUNT --state STATE --reason TEXT
bank-feed-proxy feeds resume COMPANY [ACCOUNT]

Without more: what is held anywhere, with --waiting what waits and goes by itself; with --company how all feeds of that
company stand. COMPANY is Codat's id, ACCOUNT your own. The proxy is the one at BANK_FEED_URL (or else
BANK_FEED_PUBLIC_URL), with BANK_FEED_SERVER_SECRET, or the file that BANK_FEED_SERVER_SECRET_FILE names.

  show      why a feed is held, which lines failed, and every line that is not delivered
  retry     sends the same lines again, under a new key
  skip      these lines are never sent; they are kept with the reason. --state takes all lines in one state of
            "show" (stopped, late or waiting)
  resume    goes on with what is left after a skip; without ACCOUNT with a company that is stopped after a restore

  --connection ID   where the account has lines on several connections; "none" for lines that are on none
  --not-written     retry: somebody looked, and the lines are not in the software
  --url URL         the proxy, instead of BANK_FEED_URL
  --json            answers as JSON; the list of feeds as one line of JSON each

Ends with 0 where it was done, 1 where the proxy says why not, 2 where it was called wrongly or cannot be reached.`;

const acted = z.looseObject({ lines: z.number(), left: z.optional(z.number()), resume: z.optional(z.boolean()) });

const options = {
  company: { type: 'string' },
  held: { type: 'boolean', default: false },
  waiting: { type: 'boolean', default: false },
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
    throw new UsageError(wrongCall(error));
  }
};
type Given = ReturnType<typeof readArguments>['values'];

/** Options that belong to another command are a mistake, never passed over. */
const allowOnly = (given: Given, command: string, allowed: readonly (keyof typeof options)[]): void => {
  for (const name of ['company', 'held', 'waiting', 'connection', 'not-written', 'reason', 'state'] as const)
    if (given[name] !== undefined && given[name] !== false && !allowed.includes(name))
      throw new UsageError(`--${name} does not belong to ${command}`);
};

/** In a body null stands for lines that are on no connection. */
const bodyOf = ({ connectionId, ...address }: Address) => ({
  ...address,
  connectionId: connectionId === 'none' ? null : connectionId,
});

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
  let resume: boolean | undefined;
  for (let start = 0; start < named.length; start += mostIds) {
    const part = named.slice(start, start + mostIds);
    const answer = await remote('POST', '/v1/held/skip', acted, { ...bodyOf(address), ids: part, reason });
    lines += answer.lines;
    ({ left, resume } = answer);
  }
  return { lines, left, resume };
};

const act = async (remote: Remote, action: string, address: Address, ids: readonly string[], given: Given) => {
  const body = bodyOf(address);
  if (action === 'retry') return remote('POST', '/v1/held/retry', acted, { ...body, notWritten: given['not-written'] });
  return remote('POST', '/v1/held/resume', acted, body);
};

/** Resolves to the exit code. */
export const feeds = (args: readonly string[], environment: Variables, output: Output): Promise<number> =>
  commanded('feeds', output, async () => {
    const { values: given, positionals } = readArguments(args);
    const { stdout } = output;
    if (given.help) {
      stdout.write(`${feedsUsage}\n`);
      return;
    }
    const [command, companyId, accountId, ...ids] = positionals;
    const remoteOf = (): Remote => createRemote(target(environment, given.url));
    if (command === undefined) {
      allowOnly(given, 'feeds', ['company', 'held', 'waiting']);
      if (given.held && given.waiting) throw new UsageError('give --held or --waiting');
      if (given.waiting) await listWaiting(remoteOf(), given.company, given.json, output);
      else if (given.company === undefined || given.held) await listHeld(remoteOf(), given.company, given.json, output);
      else await listCompany(remoteOf(), given.company, given.json, output);
      return;
    }
    const allowed = { show: [], retry: ['not-written'], skip: ['reason', 'state'], resume: [] } as const;
    if (!(command === 'show' || command === 'retry' || command === 'skip' || command === 'resume'))
      throw new UsageError(`${command} is none of show, retry, skip, resume`);
    if (companyId === undefined || (accountId === undefined && command !== 'resume'))
      throw new UsageError(`${command} needs COMPANY and ACCOUNT`);
    if (command !== 'skip' && ids.length > 0) throw new UsageError(`${command} takes no ids of lines`);
    allowOnly(given, command, ['connection', ...allowed[command]]);
    const remote = remoteOf();
    if (accountId === undefined) {
      const { lines } = await remote('POST', '/v1/held/resume', acted, { companyId });
      stdout.write(given.json ? `${JSON.stringify({ lines })}\n` : `The company goes on, with ${linesOf(lines)}.\n`);
      return;
    }
    const address: Address = { companyId, accountId, connectionId: given.connection };
    if (command === 'show') {
      await show(remote, address, given.json, output);
      return;
    }
    const { lines, left, resume } =
      command === 'skip'
        ? await skip(remote, address, ids, given)
        : { ...(await act(remote, command, address, ids, given)), left: undefined, resume: undefined };
    const done = { retry: 'to be sent again', skip: 'skipped', resume: lines === 1 ? 'goes on' : 'go on' }[command];
    const rest = left === undefined ? '' : `, ${left} left`;
    const next = resume === true ? ' It goes on with: feeds resume.' : '';
    const answer = given.json ? JSON.stringify({ lines, left, resume }) : `${linesOf(lines)} ${done}${rest}.${next}`;
    stdout.write(`${answer}\n`);
  });
