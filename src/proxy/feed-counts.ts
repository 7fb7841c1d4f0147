import type { FeedOverview } from '../outbox/model.ts';

/** As a page is told: what went where the account led before it was mapped anew is not told as delivered. */
export const countsOf = ({ counts, former = 0 }: FeedOverview): FeedOverview['counts'] => ({
  ...counts,
  delivered: counts.delivered - former,
});

/**
 * Of a company as a whole: what the accounts of the present connection got that `stand`, and all that waits or is held,
 * also on connections before, so that nothing goes unseen.
 */
export const sumOf = (
  overview: readonly FeedOverview[],
  connectionId: string | undefined,
  stand: ReadonlySet<string>,
): FeedOverview['counts'] => {
  const sum = { delivered: 0, waiting: 0, held: 0 };
  for (const feed of overview) {
    const { delivered, waiting, held } = countsOf(feed);
    if (feed.connectionId === connectionId && stand.has(feed.accountId)) sum.delivered += delivered;
    sum.waiting += waiting;
    sum.held += held;
  }
  return sum;
};
