import { FeedApiError } from '../../client/errors.ts';
import type { FeedApi } from '../../client/feed-api.ts';
import type { Connection } from '../../contract/schemas.ts';
import { platformOf } from '../../flow/connection-view.ts';
import { BankFeedNavigateEvent, type NavigateReason } from '../events/navigate.ts';
import { noteLeaving } from './leaving.ts';

/**
 * Goes to the page behind a connection, unless the host opens it elsewhere: then it resolves to the end of the link's
 * life, where that is known. The link is fetched at the click and kept nowhere: it holds a one-time password.
 */
export const followLink = async (
  host: EventTarget,
  api: FeedApi,
  connection: Connection,
  reason: NavigateReason,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const { url, expiresAt = endOfLink(connection) } = await api.link(connection.id, { signal });
  if (signal.aborted) return undefined;
  if (!/^https?:\/\//i.test(url))
    throw new FeedApiError('invalid_response', {
      detail: 'The link to the page of the connection is not a web address.',
    });
  if (!host.dispatchEvent(new BankFeedNavigateEvent(url, reason, expiresAt))) return expiresAt;
  if (reason !== 'map') noteLeaving(connection.id);
  location.assign(url);
  await leftThePage(signal);
  return undefined;
};

/** Where nobody says how long a link opens, what is known of the software counts. */
const endOfLink = ({ platform }: Connection): string | undefined => {
  const minutes = platformOf(platform)?.linkMinutes;
  return minutes === undefined ? undefined : new Date(Date.now() + minutes * 60_000).toISOString();
};

/** A page on its way to another one still takes clicks for a moment; so long the button stays as it is. */
const atMost = 5_000;

/** Resolves when the page was shown again, or was not left after all; an end of the element ends it. */
const leftThePage = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener('pageshow', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, atMost);
    addEventListener('pageshow', done);
    signal.addEventListener('abort', done);
  });
