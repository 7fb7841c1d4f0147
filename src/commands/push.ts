/** `bank-feed-proxy push FILE`: hands a file of transactions over to a proxy that runs. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { fileLines, FileError } from './array-lines.ts';
import { ofOneAccount } from './headers.ts';
import { createMeasure, createProgress } from './progress.ts';
import { reasonOf, refusedAs, seeHelp, target, UsageError, wrongCall, type Output, type Variables } from './remote.ts';
import { plain } from './text.ts';

export const pushUsage = `bank-feed-proxy push [options] FILE

Hands transactions over to the proxy that runs at BANK_FEED_URL (or else BANK_FEED_PUBLIC_URL), with
BANK_FEED_SERVER_SECRET, or the file that BANK_FEED_SERVER_SECRET_FILE names. FILE is a JSON array of
transactions, or has one transaction a line; - reads from standard input. Repeating a file is safe: what was taken
is not taken twice.

  --company ID      Codat's id of the company     } needed, unless the lines of the file
  --account ID      your own id of the account    } bring their own header lines
  --connection ID   Codat's id of the connection, where it has to be a certain one
  --dry-run         checks and answers, stores nothing
  --url URL         the proxy, instead of BANK_FEED_URL
  --json            answers as lines of JSON, every warning and every refused transaction among them

Ends with 0 where everything was taken, 1 where transactions were refused, 2 where it could not be finished.`;

interface Streams extends Output {
  readonly stdin: Readable;
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

const count = z.number();
const answer = z.union([
  z.object({
    type: z.literal('issue'),
    line: count,
    id: z.optional(z.string()),
    severity: z.string(),
    code: z.string(),
    field: z.string(),
    message: z.string(),
  }),
  z.object({ type: z.literal('progress'), line: count }),
  z.object({
    type: z.literal('summary'),
    lines: count,
    accepted: count,
    duplicates: count,
    held: count,
    skipped: count,
    refused: count,
    waiting: z.record(z.string(), count),
  }),
  z.object({ type: z.literal('problem'), detail: z.string() }),
]);
type Answer = z.infer<typeof answer>;
type Summary = Extract<Answer, { type: 'summary' }>;

const readArguments = (args: readonly string[]) => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        company: { type: 'string' },
        account: { type: 'string' },
        connection: { type: 'string' },
        url: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return { ...values, file: positionals.length === 1 ? positionals[0] : undefined };
  } catch (error) {
    throw new UsageError(wrongCall(error));
  }
};

async function* answersOf(response: Response): AsyncGenerator<Answer, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body ?? []) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const known = answer.safeParse(JSON.parse(line));
      // A newer proxy may say more.
      if (known.success) yield known.data;
    }
  }
}

/** A warning that tells what became of a line: it is named, the others are counted. */
const isNamed = (said: Extract<Answer, { type: 'issue' }>): boolean =>
  said.severity === 'error' || ['late', 'before_start', 'skipped'].includes(said.code);

/** Of one code so many are named; a file that is wrong throughout would fill the screen. */
const mostNamed = 20;

const table = (
  summary: Summary,
  warnings: ReadonlyMap<string, number>,
  named: ReadonlyMap<string, number>,
  dryRun: boolean,
): string => {
  const { lines, accepted, duplicates, held, skipped, refused, waiting } = summary;
  const rows: [string, number, string][] = [
    ['transactions', lines, dryRun ? 'a dry run: nothing was stored' : ''],
    ['accepted', accepted, ''],
    ['known already', duplicates, 'nothing to do'],
    ['held', held, 'stored, and not sent: the software would refuse them'],
    ['skipped', skipped, 'before the feed start date: never sent'],
    ['refused', refused, 'not stored: see above'],
    ...Object.entries(waiting).map(([reason, n]): [string, number, string] => ['waiting', n, reason]),
    ...[...named].map(([code, n]): [string, number, string] => ['not named', n - mostNamed, `${code}: see --json`]),
    ...[...warnings].map(([code, n]): [string, number, string] => ['warnings', n, code]),
  ];
  const shown = rows.filter(
    ([name, n]) => n > 0 || name === 'transactions' || name === 'accepted' || name === 'refused',
  );
  return shown
    .map(([name, n, said]) =>
      `${name.padEnd(14)}${n.toLocaleString('en').padStart(12)}  ${n > 0 ? said : ''}`.trimEnd(),
    )
    .join('\n');
};

/** Resolves to the exit code. `interrupted` ends it early. */
export const push = async (
  args: readonly string[],
  environment: Variables,
  { stdin, stdout, stderr }: Streams,
  interrupted: AbortSignal,
): Promise<number> => {
  const fail = (message: string): number => {
    stderr.write(`bank-feed-proxy push: ${message}\n`);
    return 2;
  };
  let dealtWith = 0;
  let progress = createProgress(stderr, undefined);
  try {
    const given = readArguments(args);
    if (given.help) {
      stdout.write(`${pushUsage}\n`);
      return 0;
    }
    const { file, company, account, connection, json } = given;
    if (file === undefined) throw new UsageError('give one file, or - for standard input');
    if ((company === undefined) !== (account === undefined))
      throw new UsageError('--company and --account belong together');
    const { url, secret } = target(environment, given.url);
    const post = (body: ReadableStream<Uint8Array> | '') => {
      const init: RequestInit & { readonly duplex: 'half' } = {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/x-ndjson' },
        body,
        duplex: 'half',
        redirect: 'error',
        signal: interrupted,
      };
      return fetch(`${url}/v1/push?dryRun=${given['dry-run']}`, init);
    };

    const total = file === '-' ? undefined : (await stat(file)).size;
    // Before the file is sent: a refusal in the midst of it might not be heard.
    const heard = await post('');
    if (!heard.ok) return fail(await refusedAs(heard));
    await heard.body?.cancel();

    let sent = 0;
    const counted = async function* (): AsyncGenerator<Buffer, void, undefined> {
      const source: AsyncIterable<Buffer> = file === '-' ? stdin : createReadStream(file);
      for await (const bytes of source) {
        sent += bytes.length;
        yield bytes;
      }
    };
    const { form, lines } = await fileLines(counted());
    if (form === 'array' && company === undefined)
      throw new UsageError('a JSON array says of no company and account: give --company and --account');
    const to =
      company === undefined || account === undefined
        ? undefined
        : { companyId: company, accountId: account, connectionId: connection };
    const place = form === 'array' ? 'item' : 'line';
    const header = to === undefined ? '' : `${JSON.stringify(to)}\n`;
    const shift = header === '' ? 0 : 1;
    const measure = createMeasure();
    let broken: unknown;
    const text = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      if (header !== '') yield Buffer.from(header);
      try {
        for await (const bytes of to === undefined ? lines : ofOneAccount(lines, to, place)) {
          measure.note(bytes, sent);
          yield bytes;
        }
      } catch (error) {
        broken = error;
        throw error;
      }
    };

    progress = createProgress(stderr, total);
    // Whoever listened may be gone, such as `head` after its lines.
    let unheard: Error | undefined;
    stdout.on('error', (error) => (unheard = error));
    const write = async (said: string): Promise<void> => {
      progress.clear();
      if (!stdout.write(`${said}\n`)) await once(stdout, 'drain');
      if (unheard !== undefined) throw unheard;
    };
    const warnings = new Map<string, number>();
    const named = new Map<string, number>();
    try {
      const response = await post(streamOf(text()));
      if (!response.ok) return fail(await refusedAs(response));
      for await (const said of answersOf(response)) {
        if (said.type === 'problem') return fail(`${said.detail} ${repeat(dealtWith, place)}`);
        if (said.type === 'summary') {
          progress.clear();
          await write(json ? JSON.stringify(said) : table(said, warnings, named, given['dry-run']));
          return said.refused > 0 ? 1 : 0;
        }
        const line = said.line - shift;
        if (json) await write(JSON.stringify({ ...said, line }));
        if (said.type === 'progress') {
          dealtWith = line;
        } else if (!json && isNamed(said)) {
          const before = named.get(said.code) ?? 0;
          named.set(said.code, before + 1);
          if (before >= mostNamed) continue;
          const id = said.id === undefined ? '' : ` (id ${said.id})`;
          await write(
            plain(`${place} ${line}${id}: ${said.code}${said.field ? ` in ${said.field}` : ''}: ${said.message}`),
          );
        } else warnings.set(said.code, (warnings.get(said.code) ?? 0) + 1);
        progress.show(measure.upTo(dealtWith), dealtWith);
      }
      return fail(`the answer broke off. ${repeat(dealtWith, place)}`);
    } catch (error) {
      if (unheard !== undefined) return fail(`standard output is closed. ${repeat(dealtWith, place)}`);
      if (interrupted.aborted) return fail(`interrupted. ${repeat(dealtWith, place)}`);
      throw broken ?? new Error(`${url} broke off (${reasonOf(error)}). ${repeat(dealtWith, place)}`);
    } finally {
      progress.clear();
    }
  } catch (error) {
    if (error instanceof UsageError) return fail(`${error.message}\n${seeHelp('push')}`);
    if (error instanceof FileError) return fail(`${error.message}. ${repeat(dealtWith, 'item')}`);
    return fail(interrupted.aborted ? 'interrupted before anything was handed over' : reasonOf(error));
  }
};

const repeat = (dealtWith: number, place: string): string =>
  `${dealtWith > 0 ? `Up to ${place} ${dealtWith} everything is dealt with` : 'Some may have been taken'}; repeating the whole file is safe.`;

const streamOf = (parts: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
