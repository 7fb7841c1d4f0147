import { toFeedApiError, type FeedErrorCode } from '../../client/errors.ts';
import type { FeedApi } from '../../client/feed-api.ts';
import type { Account, MapAccountBody } from '../../contract/schemas.ts';
import type { ActionController } from '../controllers/actions.ts';
import type { Drafts } from './drafts.ts';

export interface ChosenMapping {
  readonly account: Account;
  readonly body: MapAccountBody;
}

/** What one account meets here the next one would meet as well. */
const ends: ReadonlySet<FeedErrorCode | undefined> = new Set([
  'unauthenticated',
  'forbidden',
  'network',
  'timeout',
  'rate_limited',
  'connection_not_linked',
] as const);

interface Options {
  readonly connectionId: string;
  readonly actions: ActionController;
  readonly drafts: Drafts;
  readonly mapped: (account: Account) => void;
}

/** One mapping a request, one after another; a refused one keeps the others going. Resolves to how many were taken. */
export const sendDrafts = async (
  chosen: readonly ChosenMapping[],
  { connectionId, actions, drafts, mapped }: Options,
  signal: AbortSignal,
): Promise<number> => {
  let taken = 0;
  for (const { account, body } of chosen) {
    if (signal.aborted) break;
    const { id } = account;
    await actions.run(id, async ({ api }, own) => {
      const refusal = await ask(api, connectionId, id, body, own, drafts);
      if (own.aborted) return;
      if (refusal !== undefined) return drafts.refuse(id, body.targetId, refusal);
      taken++;
      mapped(account);
    });
    if (ends.has(actions.error(id)?.code)) break;
  }
  return taken;
};

/** The words of a refusal, which may come as an answer or as a failure; undefined where it was taken. */
const ask = async (
  api: FeedApi,
  connectionId: string,
  id: string,
  body: MapAccountBody,
  signal: AbortSignal,
  drafts: Drafts,
): Promise<string | undefined> => {
  try {
    const answer = await api.map(connectionId, id, body, { signal });
    if (answer.status === 'refused') return answer.refusal ?? '';
    if (!signal.aborted) drafts.take(answer);
    return undefined;
  } catch (thrown) {
    const { code, itemErrors } = toFeedApiError(thrown);
    if (code !== 'mapping_refused') throw thrown;
    return itemErrors.map(({ message }) => message).join(' ');
  }
};
