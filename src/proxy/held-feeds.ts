import * as z from 'zod';
import type { FeedOverview } from '../outbox/model.ts';
import type { Acted, FeedLine, HeldFeed, Skipped, WaitingFeed } from '../outbox/operating.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { check, told } from './checked.ts';
import { codatId } from './codat-id.ts';

/** A feed as the host names it: Codat's company and connection, the host's own account. */
export interface FeedName {
  readonly companyId: string;
  readonly accountId: string;
  /** Needed where the account has lines on several connections; null for lines parked on none. */
  readonly connectionId?: string | null | undefined;
}

export interface HeldQuery {
  readonly companyId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly connectionId?: string | null | undefined;
  /** From `next` of the page before. */
  readonly after?: string | undefined;
  /** Feeds a page, 200 where not given. */
  readonly limit?: number | undefined;
}

/** What a host does about lines that are held. Everything rejects with Problem where it is not possible. */
export interface HeldFeeds {
  /** How the company's feeds stand. */
  list(companyId: string): Promise<readonly FeedOverview[]>;
  /** What keeps lines from leaving, of one company or of all, and what may be done about it. */
  held(query?: HeldQuery): Promise<{ readonly items: readonly HeldFeed[]; readonly next?: string | undefined }>;
  /** Lines that wait and will go by themselves, of one company or of all, and why they do not leave at once. */
  waiting(query?: HeldQuery): Promise<{ readonly items: readonly WaitingFeed[]; readonly next?: string | undefined }>;
  /** The lines of a feed that are not delivered, by date. */
  lines(
    feed: FeedName & { readonly offset?: number | undefined; readonly limit?: number | undefined },
  ): Promise<{ readonly items: readonly FeedLine[]; readonly more: boolean }>;
  /**
   * The same lines under a new key. Where they may have been written, only with `notWritten`: somebody looked. With
   * `since`, as `held` showed it, only that batch: a request that is repeated is never taken for a later one.
   */
  retry(
    feed: FeedName & { readonly notWritten?: boolean | undefined; readonly since?: string | undefined },
  ): Promise<Acted>;
  /** These lines are never sent; they are kept with the reason. At most 1,000 at a time, all or none. */
  skip(feed: FeedName & { readonly ids: readonly string[]; readonly reason: string }): Promise<Skipped>;
  /**
   * Goes on with what is left after a skip, or at once although Codat refused the key. Without `accountId`: where the
   * company as a whole is stopped, as after a restore.
   */
  resume(feed: Omit<FeedName, 'accountId'> & { readonly accountId?: string | undefined }): Promise<Acted>;
}

const companyId = codatId('must be the id of a company at Codat');
const accountId = z.string('must be your id of the account, as text').min(1, 'is empty: give your id of the account');
const connectionId = z.optional(z.nullable(codatId('must be the id of a connection at Codat, or null')));
const limit = z.optional(z.int('must be a whole number from 1 to 200').min(1).max(200));

const name = { companyId, accountId, connectionId };
const heldQuery = z.strictObject({
  companyId: z.optional(companyId),
  accountId: z.optional(accountId),
  connectionId,
  after: z.optional(z.string()),
  limit,
});
const linesQuery = z.strictObject({ ...name, offset: z.optional(z.int().min(0)), limit });
const retryInput = z.strictObject({
  ...name,
  notWritten: z.optional(z.boolean('must be true or false')),
  since: z.optional(z.string('must be as it was shown')),
});
const skipInput = z.strictObject({
  ...name,
  ids: z.array(z.string('must be ids of transactions'), 'must be an array of ids'),
  reason: z.string('must be text: why these lines are not sent'),
});
const resumeInput = z.strictObject({ ...name, accountId: z.optional(accountId) });

export const checkCompanyId = (given: unknown): string =>
  check(z.object({ companyId }), { companyId: given }).companyId;

/** Each takes what was given as it came, and checks it. */
export const createHeldFeeds = (outbox: Outbox) => ({
  list: async (company: unknown) => outbox.overview(checkCompanyId(company)),
  held: async (query: unknown = {}) => told(outbox.held(check(heldQuery, query))),
  waiting: async (query: unknown = {}) => told(outbox.waiting(check(heldQuery, query))),
  async lines(query: unknown) {
    const { offset, limit: most = 200, ...feed } = check(linesQuery, query);
    return told(outbox.lines(feed, { offset, limit: most }));
  },
  async retry(input: unknown) {
    const { notWritten, since, ...feed } = check(retryInput, input);
    return told(outbox.retry(feed, { notWritten, since }));
  },
  async skip(input: unknown) {
    const { ids, reason, ...feed } = check(skipInput, input);
    return told(outbox.skip(feed, ids, reason));
  },
  resume: async (input: unknown) => told(outbox.resume(check(resumeInput, input))),
});
