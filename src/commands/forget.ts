import { parseArgs } from 'node:util';
import * as z from 'zod';
import { commanded, createRemote, target, UsageError, wrongCall, type Output, type Variables } from './remote.ts';

export const forgetUsage = `bank-feed-proxy forget COMPANY --yes

Removes everything the proxy at BANK_FEED_URL keeps of a company: its transactions, also those that wait or are
held, its history and its events. At Codat nothing changes. The memory of what was delivered goes too: the same
transactions handed over again would be sent again. COMPANY is Codat's id. Ends with 1 where nothing is kept of it.

  --yes        do it
  --url URL    the proxy, instead of BANK_FEED_URL
  --json       answers as JSON`;

const readArguments = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        yes: { type: 'boolean', default: false },
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(wrongCall(error));
  }
};

/** Resolves to the exit code. */
export const forget = (args: readonly string[], environment: Variables, output: Output): Promise<number> =>
  commanded('forget', output, async () => {
    const { values, positionals } = readArguments(args);
    if (values.help) {
      output.stdout.write(`${forgetUsage}\n`);
      return;
    }
    const [companyId, ...others] = positionals;
    if (companyId === undefined || others.length > 0) throw new UsageError('give one COMPANY');
    if (!values.yes) throw new UsageError('this cannot be undone: say --yes');
    const remote = createRemote(target(environment, values.url));
    await remote('DELETE', `/v1/companies/${encodeURIComponent(companyId)}`, z.undefined());
    output.stdout.write(
      values.json ? `${JSON.stringify({ forgotten: companyId })}\n` : `Nothing is kept of ${companyId} any more.\n`,
    );
  });
