/**
 * Tests run against the real proxy and the sandbox, which start with the first company asked for and stay for the
 * run. A test makes a company of its own and gives `endpoint` and `getToken` to the part under test:
 *
 *     const company = await testCompany();            // token mode, another origin than the page
 *     const api = new HttpFeedApi(company);           // or: <bank-feed-provider> with both properties
 *     const { connection, accounts } = await company.connected();   // skip the steps before the one under test
 *     const { username, password } = await api.credentials(connection.id);
 *     await company.enterCredentials({ username, password });       // the customer, inside QuickBooks
 *     await company.push('host-current', lines(3));   // the host hands transactions over
 *     await company.gate('expired');                  // or 'hold', 'down', and 'open' again
 *
 * `scripted.ts` is for answers that a healthy proxy never gives.
 */
import { executeServerCommand } from '@web/test-runner-commands';
import { HttpFeedApi } from '../../../src/client/index.ts';
import type { GetToken } from '../../../src/client/index.ts';
import type { Account, Connection, Scope } from '../../../src/contract/schemas.ts';
import type { PlatformKey } from '../../../src/contract/platforms.ts';
import type { PushResult, TransactionInput } from '../../../src/outbox/model.ts';
import type { EnteredCredentials, EnteredPassword } from '../../node/sandbox/software-user.ts';
import type { Fault, GateMode } from './plugins/real-backend.ts';

export interface CompanyOptions {
  /** What the host's `sourceAccounts` hook answers; two accounts and a card in pounds where not given. */
  readonly accounts?: unknown;
  readonly scopes?: readonly Scope[];
  readonly name?: string;
}

/** What the sandbox's accounting software received. */
export interface Landed {
  readonly accountId: string;
  readonly transaction: { readonly id: string; readonly amount: string; readonly date: string };
}

export interface TestCompany {
  /** Codat's id; it never appears on the wire. */
  readonly companyId: string;
  readonly endpoint: string;
  readonly getToken: GetToken;
  /** How often and why `getToken` was asked. */
  readonly reasons: readonly string[];
  /** The endpoint of the mounted proxy, on the page's own origin; sets the cookie that is its session. */
  mounted(): Promise<string>;
  /** Consents in the accounting software, for the newest connection that waits for it or could be connected again. */
  authorize(): Promise<void>;
  /** Follows that connection's link, and refuses. */
  refuse(): Promise<void>;
  /**
   * Signs in to the bank inside QuickBooks, ticks the accounts and connects them, each to a new account where
   * `targets` names none. Rejects with QuickBooks's own words where it refuses.
   */
  enterCredentials(entered: EnteredCredentials): Promise<void>;
  /** Signs in to the bank inside Sage and connects one account. Rejects with the page's own words where it refuses. */
  enterOneTimePassword(entered: EnteredPassword): Promise<void>;
  /** QuickBooks takes what was delivered, as it does once a day; answers how many lines. */
  collect(): Promise<number>;
  /** Withdraws the consent in the accounting software. */
  revoke(): Promise<void>;
  /** Hands transactions over as the host's backend does; `accountId` is the host's own. */
  push(accountId: string, transactions: readonly TransactionInput[]): Promise<PushResult>;
  /** All that landed in the books of this company, in landing order. */
  ledger(): Promise<Landed[]>;
  /** Changes what the host's `sourceAccounts` hook answers. */
  setAccounts(accounts: unknown): Promise<void>;
  /** Codat answers these operations with errors; an empty call heals it. */
  faults(...faults: readonly Fault[]): Promise<void>;
  /** `expired` refuses every session, `hold` keeps answers back, `down` resets connections, `open` ends each. */
  gate(mode: GateMode): Promise<void>;
  /** Makes a connection and consents. */
  linked(platform?: PlatformKey): Promise<Connection>;
  /** The same, and chooses all offered accounts. */
  chosen(platform?: PlatformKey): Promise<{ connection: Connection; accounts: Account[] }>;
  /** For QuickBooks and Sage: all offered accounts are chosen, the software knows nothing of it yet. */
  begunInside(platform: 'quickbooks' | 'sage'): Promise<{ connection: Connection; accounts: Account[] }>;
  /** The same, and the customer connected the first account inside the software; the others stay pending. */
  linkedInside(platform: 'quickbooks' | 'sage'): Promise<{ connection: Connection; accounts: Account[] }>;
  /** All offered accounts chosen, and each connected to a new account (in Sage: to one that is there). */
  connected(platform?: PlatformKey): Promise<{ connection: Connection; accounts: Account[] }>;
}

export async function testCompany(options: CompanyOptions = {}): Promise<TestCompany> {
  const { origin } = location;
  // A busy machine may take longer to start all this than a page waits for a command.
  await until(() => executeServerCommand<boolean, unknown>('company:ready', { origin }).catch(noAnswer));
  const { key, companyId, endpoint } = await executeServerCommand<
    { key: string; companyId: string; endpoint: string },
    unknown
  >('company:create', { origin, ...options });
  const command = <Answer>(name: string, payload: object = {}): Promise<Answer> =>
    executeServerCommand(`company:${name}`, { key, ...payload });
  const reasons: string[] = [];
  const getToken: GetToken = ({ reason }) => {
    reasons.push(reason);
    return command('token', { origin });
  };
  const api = new HttpFeedApi({ endpoint, getToken: () => command('token', { origin }) });

  const enterInside = async ({ id }: Connection, platform: 'quickbooks' | 'sage', count: number): Promise<void> => {
    const hostIds = await command<string[]>('host-ids');
    if (platform === 'quickbooks') {
      const { username, password } = await api.credentials(id);
      return company.enterCredentials({ username, password, accountIds: hostIds.slice(0, count) });
    }
    // Sage takes one account at a time, each with a password of its own.
    for (const accountId of hostIds.slice(0, count)) {
      const { codatConnectionId, otp = '' } = await api.oneTimePassword(id);
      await company.enterOneTimePassword({ codatConnectionId, otp, accountId });
    }
  };

  const connectedCount = (id: string, count: number): Promise<{ connection: Connection; accounts: Account[] }> =>
    until(async () => {
      const { accounts, connections } = await api.state();
      const connection = connections.find((each) => each.id === id && each.status === 'linked');
      const done = count > 0 && accounts.filter(({ status }) => status === 'connected').length >= count;
      return done && connection ? { connection, accounts } : undefined;
    });

  const company: TestCompany = {
    companyId,
    endpoint,
    getToken,
    reasons,
    async mounted() {
      document.cookie = `test_company=${key}; path=/; samesite=strict`;
      return command('mount', { origin });
    },
    authorize: () => command('authorize'),
    refuse: () => command('refuse'),
    enterCredentials: (entered) => command('credentials', entered),
    enterOneTimePassword: (entered) => command('otp', entered),
    collect: () => command('collect'),
    revoke: () => command('revoke'),
    push: (accountId, transactions) => command('push', { accountId, transactions }),
    ledger: () => command('ledger'),
    setAccounts: (accounts) => command('accounts', { accounts }),
    faults: (...faults) => command('faults', { faults }),
    gate: (mode) => command('gate', { mode }),
    async linked(platform = 'xero') {
      const { id } = await api.createConnection(platform);
      await company.authorize();
      return until(async () =>
        (await api.state()).connections.find((each) => each.id === id && each.status === 'linked'),
      );
    },
    async chosen(platform) {
      const connection = await company.linked(platform);
      const offered = await api.accounts(connection.id);
      const chosen = await api.chooseAccounts(
        connection.id,
        offered.items.map(({ id }) => id),
      );
      return { connection, accounts: chosen.items };
    },
    async begunInside(platform) {
      const connection = await api.createConnection(platform);
      const offered = await api.accounts(connection.id);
      const chosen = await api.chooseAccounts(
        connection.id,
        offered.items.map(({ id }) => id),
      );
      return { connection, accounts: chosen.items };
    },
    async linkedInside(platform) {
      const { connection } = await company.begunInside(platform);
      await enterInside(connection, platform, 1);
      return connectedCount(connection.id, 1);
    },
    async connected(platform = 'xero') {
      if (platform === 'quickbooks' || platform === 'sage') {
        const { connection, accounts } = await company.begunInside(platform);
        await enterInside(connection, platform, accounts.length);
        return connectedCount(connection.id, accounts.length);
      }
      const { connection, accounts } = await company.chosen(platform);
      for (const { id } of accounts) await api.map(connection.id, id, { targetId: null });
      return connectedCount(connection.id, accounts.length);
    },
  };
  return company;
}

const noAnswer = (error: unknown): false => {
  if (error instanceof Error && error.message.includes('Did not receive a server response')) return false;
  throw error;
};

/** Asks until there is an answer. The sandbox takes its time over what a user would wait for. */
export async function until<Value>(ask: () => Promise<Value | undefined> | Value | undefined): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** Plain transactions, oldest first, one a day up to yesterday; the balance runs along. */
export function lines(count: number, prefix = 'line'): TransactionInput[] {
  const day = 86_400_000;
  return Array.from({ length: count }, (_, index) => ({
    id: `${prefix}-${index + 1}`,
    date: new Date(Date.now() - (count - index) * day).toISOString().slice(0, 10),
    amount: '10.25',
    balance: (1000 + 10.25 * (index + 1)).toFixed(2),
    description: `Line ${index + 1}`,
  }));
}
