import type { FeedApi } from '../../client/feed-api.ts';
import type { Account, Push } from '../../contract/schemas.ts';
import type { FeedHealth } from '../../flow/feed-health.ts';

/** Reading must not cost a call for each of a thousand accounts that were refused for one reason. */
const most = 10;

/**
 * The software's own words for accounts whose lines it refused: those of their newest delivery, as nothing leaves after
 * one that was refused. Without them the sentence still stands.
 */
export const refusedWords = async (
  api: FeedApi,
  accounts: readonly Account[],
  healths: readonly FeedHealth[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Push['errors']>> => {
  const refused = accounts.filter((_, index) => {
    const fact = healths[index]?.fact;
    return fact?.kind === 'held' && fact.reason === 'refused';
  });
  const entries = refused.slice(0, most).map(async ({ id }): Promise<[string, Push['errors']]> => {
    const newest = await api.pushes(id, { limit: 1, signal }).catch(() => undefined);
    return [id, newest?.items[0]?.errors ?? []];
  });
  return new Map(await Promise.all(entries));
};
