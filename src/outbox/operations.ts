/** What the outbox offers to people who look after held lines: checks what they ask, then lets the ledger act. */
import type { Clock } from './model.ts';
import type {
  Acted,
  FeedLine,
  HeldAddress,
  HeldFeed,
  HeldFilter,
  Operating,
  ResumeAddress,
  Skipped,
  Standing,
  WaitingFeed,
} from './operating.ts';
import { OutboxError } from './outbox-error.ts';

export interface Operations {
  /** What keeps lines from leaving, and what may be done about it. Go on with `after` from `next`. */
  held(
    filter?: HeldFilter & { readonly after?: string | undefined; readonly limit?: number | undefined },
  ): Promise<{ readonly items: readonly HeldFeed[]; readonly next?: string | undefined }>;
  /** Lines that wait and will go by themselves, and why they do not leave at once. */
  waiting(
    filter?: HeldFilter & { readonly after?: string | undefined; readonly limit?: number | undefined },
  ): Promise<{ readonly items: readonly WaitingFeed[]; readonly next?: string | undefined }>;
  /** How much is held, and how much waits, over all companies. Every instance of a shared store is told the same. */
  standing(): Promise<readonly Standing[]>;
  /** The lines of a feed that are not delivered, by date. */
  lines(
    address: HeldAddress,
    page: { readonly offset?: number | undefined; readonly limit: number },
  ): Promise<{ readonly items: readonly FeedLine[]; readonly more: boolean }>;
  /**
   * The same lines under a new key. Where they may have been written it has to be said that they were not, and
   * Codat is asked once more before. `since`, as it was shown, keeps a word that comes twice or late from being taken
   * for one about another batch.
   */
  retry(
    address: HeldAddress,
    options?: { readonly notWritten?: boolean | undefined; readonly since?: string | undefined },
  ): Promise<Acted>;
  /** These lines are never sent; they are kept with the reason. At most 1,000 at a time, all or none. */
  skip(address: HeldAddress, ids: readonly string[], reason: string): Promise<Skipped>;
  /**
   * Goes on: with what is left after a skip, or at once although Codat refused the key. Without an account: where the
   * company as a whole is stopped, as after a restore.
   */
  resume(address: ResumeAddress): Promise<Acted>;
}

const mostHeld = 200;
const longestReason = 500;
const numeric = /^\d{1,18}$/;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controls = /[\u0000-\u001f\u007f]/;

const checkReason = (reason: string): string => {
  const trimmed = reason.trim();
  const fault =
    trimmed === ''
      ? 'is empty: say why these lines are not sent'
      : trimmed.length > longestReason
        ? `is longer than ${longestReason} characters`
        : controls.test(trimmed) || !trimmed.isWellFormed()
          ? 'has control or broken characters'
          : undefined;
  if (fault !== undefined) throw new OutboxError('invalid_reason', 'reason', `reason ${fault}.`);
  return trimmed;
};

const checkAfter = (after: string | undefined): void => {
  if (after !== undefined && !numeric.test(after))
    throw new OutboxError('invalid_cursor', 'after', 'after must be the next of the page before.');
};

export const createOperations = (
  ledger: Operating,
  clock: Pick<Clock, 'now'>,
  look: (companyId: string, operationKey: string) => Promise<void>,
): Operations => ({
  async held({ after, limit = mostHeld, ...filter } = {}) {
    checkAfter(after);
    return ledger.held(clock.now(), filter, after, limit);
  },
  async waiting({ after, limit = mostHeld, ...filter } = {}) {
    checkAfter(after);
    return ledger.waiting(clock.now(), filter, after, limit);
  },
  standing: () => ledger.standing(clock.now()),
  lines: (address, { offset = 0, limit }) => ledger.lines(address, offset, limit),
  async retry(address, { notWritten = false, since } = {}) {
    const operationKey = notWritten ? await ledger.doubtfulOperation(address) : undefined;
    if (operationKey !== undefined) await look(address.companyId, operationKey);
    return ledger.retry(clock.now(), address, notWritten, since);
  },
  async skip(address, ids, reason) {
    if (ids.length === 0) throw new OutboxError('invalid_ids', 'ids', 'ids is empty: name the lines to skip.');
    return ledger.skip(clock.now(), address, ids, checkReason(reason));
  },
  resume: (address) => ledger.resume(clock.now(), address),
});
