import assert from 'node:assert/strict';
import { createClock, createSandbox, type SandboxOptions } from '../../../src/sandbox/index.ts';

/** A morning in the week, far from midnight and month ends. */
export const morning = Date.parse('2026-06-10T09:30:00Z');

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Tests read answers as deep as they like.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** A sandbox whose clock stands still, and calls against it at the level of HTTP. */
export function standing(options: SandboxOptions = {}) {
  const clock = options.clock ?? createClock({ start: morning, running: false });
  const sandbox = createSandbox({
    seed: 'tests',
    apiKey: 'a-key',
    publicUrl: 'http://sandbox.test',
    ...options,
    clock,
  });
  const authorization = `Basic ${Buffer.from(sandbox.apiKey).toString('base64')}`;

  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await sandbox.fetch(
      new Request(`http://sandbox.test${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : undefined };
  };

  const company = async (name = 'Brightwater Trading'): Promise<string> =>
    (await call('POST', '/companies', { name })).body.id;

  /** A company with a connection that is Linked. */
  const linked = async (platformKey = 'gbol') => {
    const companyId = await company();
    const connectionId: string = (await call('POST', `/companies/${companyId}/connections`, { platformKey })).body.id;
    sandbox.control.authorize(companyId, connectionId);
    return { companyId, connectionId, base: `/companies/${companyId}/connections/${connectionId}` };
  };

  /** …and a source account that is connected to a new account in the software. */
  const connected = async (platformKey = 'gbol', account: object = sourceAccount()) => {
    const made = await linked(platformKey);
    const created = await call('POST', `${made.base}/connectionInfo/bankFeedAccounts`, account);
    assert.equal(created.status, 200, created.text);
    sandbox.control.authorize(made.companyId, made.connectionId, {
      accountIds: [created.body.id],
      feedStartDate: '2026-06-01',
    });
    const push = `${made.base}/push/bankAccounts/${encodeURIComponent(created.body.id)}/bankTransactions`;
    return { ...made, accountId: String(created.body.id), push };
  };

  return { sandbox, clock, call, company, linked, connected };
}

export const sourceAccount = (more: object = {}) => ({
  id: 'acc-1',
  accountName: 'Everyday account',
  accountType: 'checking',
  accountNumber: '31510604',
  sortCode: '040004',
  currency: 'GBP',
  balance: 12.5,
  ...more,
});

export const line = (index: number, more: object = {}) => ({
  id: `t-${index}`,
  date: `2026-06-0${1 + Math.floor(index / 1000)}T08:00:00`,
  description: `Purchase ${index}`,
  amount: -1.25,
  balance: 1000 - index,
  transactionType: 'Debit',
  ...more,
});
