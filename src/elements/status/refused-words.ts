import type { FeedApi } from '../../client/feed-api.ts';
import type { Account, Push } from '../../contract/schemas.ts';
import type { FeedHealth } from '../../flow/feed-health.ts';

/** Reading must not cost a call for each of a thousand accounts that were refused for one reason. */
const most = 10;

interface Words {
  /** The refusal they are about: as long as it is the same, they are not asked for again. */
  readonly about: string;
  readonly words: Push['errors'];
}
/** By account. */
export type RefusedWords = ReadonlyMap<string, Words>;

/**
 * The software's own words for accounts whose lines it refused: those of their newest delivery, as nothing leaves after
 * one that was refused. Without them the sentence still stands. `known` are those of the read before.
 */
export const refusedWords = async (
  api: FeedApi,
  accounts: readonly Account[],
  healths: readonly FeedHealth[],
  known: RefusedWords,
  signal: AbortSignal,
): Promise<RefusedWords> => {
  const refused = accounts.flatMap(({ id }, index) => {
    const fact = healths[index]?.fact;
    return fact?.kind === 'held' && fact.reason === 'refused' ? [{ id, about: `${fact.since} ${fact.lines}` }] : [];
  });
  const entries = refused.slice(0, most).map(async ({ id, about }): Promise<[string, Words][]> => {
    const before = known.get(id);
    if (before?.about === about) return [[id, before]];
    const newest = await api.pushes(id, { limit: 1, signal }).catch(() => undefined);
    return newest ? [[id, { about, words: newest.items[0]?.errors ?? [] }]] : [];
  });
  return new Map((await Promise.all(entries)).flat());
};
