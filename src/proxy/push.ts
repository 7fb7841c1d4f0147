import * as z from 'zod';
import type { Outbox } from '../outbox/outbox.ts';
import type { PushResult, TransactionInput } from '../outbox/model.ts';
import { check } from './checked.ts';
import { codatId } from './codat-id.ts';
import { currentConnection, type ConnectionView } from './company-view.ts';
import { Problem } from './problem.ts';
import type { HostAccount } from './source-accounts.ts';

/** Speaks Codat's company id and the host's own account id. */
export interface PushInput {
  readonly companyId: string;
  readonly accountId: string;
  /** Codat's connection id; where not given, the connection on which the account is or will be connected. */
  readonly connectionId?: string | undefined;
  readonly transactions: readonly TransactionInput[];
  /** Checks and answers, stores nothing. */
  readonly dryRun?: boolean | undefined;
  /** Refuses the lines of an account that is not connected yet; without it they wait until it is. */
  readonly refuseNotConnected?: boolean | undefined;
  /**
   * This is a part of a load. With true nothing of the account leaves before the next part, or a minute: so parts may
   * come in any order of dates. The last part says false; without it the minute is waited out.
   */
  readonly more?: boolean | undefined;
}

const pushInput = z.strictObject({
  companyId: codatId('must be the id of a company at Codat'),
  accountId: z.string('must be your id of the account, as text'),
  connectionId: z.optional(codatId('must be the id of a connection at Codat')),
  transactions: z
    .array(z.unknown(), 'must be an array of transactions')
    .min(1, 'is empty: there is nothing to deliver'),
  dryRun: z.optional(z.boolean('must be true or false')),
  refuseNotConnected: z.optional(z.boolean('must be true or false')),
  more: z.optional(z.boolean('must be true or false')),
});

/** The words for a page would tell a server nothing. */
const askedInVain = (error: unknown): never => {
  if (!(error instanceof Problem) || !error.code.startsWith('source_accounts_')) throw error;
  const what = error.code === 'source_accounts_failed' ? 'did not answer' : 'gave a list that cannot be used';
  throw new Problem(
    error.code,
    `This account is new here, and whoever is asked for the accounts of this company (sourceAccounts, ` +
      `BANK_FEED_SOURCE_ACCOUNTS_URL) ${what}; the log says why. Nothing was stored: hand it over again.`,
    { cause: error },
  );
};

/**
 * Hands transactions over. Resolves when they are stored; from then on they are delivered or visibly held.
 * Rejects with Problem `invalid_request` where the call itself is wrong; single lines are answered in the result.
 */
export const createPush = (parts: {
  readonly outbox: Outbox;
  /** The company's connections; undefined where Codat does not say so in time. Rejects where it knows no such company. */
  readonly connections: (companyId: string) => Promise<readonly ConnectionView[] | undefined>;
  readonly sourceAccounts: (companyId: string) => Promise<readonly HostAccount[]>;
  readonly awaitAccount: (companyId: string) => void;
  /** Takes in now what Codat says of the company's accounts; resolves also where it does not answer in time. */
  readonly look: (companyId: string, accountId: string) => Promise<void>;
}) => {
  const { outbox, connections, sourceAccounts, awaitAccount, look } = parts;
  return async (input: unknown): Promise<PushResult> => {
    const given = check(pushInput, input, 'a push');
    const { companyId, accountId, connectionId, transactions, dryRun, refuseNotConnected, more } = given;
    const listed = await connections(companyId);
    // An account nobody offers would wait for ever: better said now.
    let feeds = await outbox.feedKeys(companyId);
    // Connected before this proxy heard of it, or with an empty store: better known before the answer than after it.
    const isNew = feeds.every((feed) => feed.accountId !== accountId);
    if (isNew && listed?.some(({ status, platform }) => status === 'linked' && platform !== undefined)) {
      await look(companyId, accountId);
      feeds = await outbox.feedKeys(companyId);
    }
    if (!feeds.some((feed) => feed.accountId === accountId)) {
      const offered = await sourceAccounts(companyId).catch(askedInVain);
      if (!offered.some(({ id }) => id === accountId))
        throw new Problem(
          'invalid_request',
          'accountId is not among the accounts that sourceAccounts() gives for this company.',
          { field: 'accountId' },
        );
    }
    const known = (id: string): boolean => feeds.some((feed) => feed.connectionId === id);
    if (connectionId !== undefined && listed?.every(({ id }) => id !== connectionId) && !known(connectionId))
      throw new Problem('invalid_request', 'connectionId is not among the connections of this company.', {
        field: 'connectionId',
      });
    const carries = ({ id, status }: ConnectionView): boolean =>
      status === 'linked' && feeds.some((feed) => feed.connectionId === id && feed.accountId === accountId);
    const platform =
      connectionId === undefined
        ? (listed?.find(carries) ?? currentConnection(listed ?? []))?.platform
        : listed?.find(({ id }) => id === connectionId)?.platform;
    const address = { companyId, accountId, connectionId };
    const result = await outbox.accept(address, transactions, { dryRun, platform, refuseNotConnected, more });
    if (result.waiting === 'not-connected' && result.accepted > 0 && !dryRun) awaitAccount(companyId);
    return result;
  };
};
