import { FeedApiError } from './errors.ts';

const wrong = (what: string): FeedApiError =>
  new FeedApiError('invalid_configuration', {
    detail:
      `endpoint ${what}. Give the proxy's address: an absolute URL such as "https://feeds.example.com", ` +
      'or a path such as "/bank-feed" where it is mounted in your own backend.',
    field: 'endpoint',
  });

/**
 * The proxy's address without a trailing slash; the routes (`/v1/…`) follow it. A path belongs to the page's origin.
 * Throws `invalid_configuration`.
 */
export function readEndpoint(value: unknown): string {
  if (value === undefined || value === null || value === '') throw wrong('is missing');
  if (typeof value !== 'string') throw wrong(`must be a string, but is of type ${typeof value}`);
  const isPath = /^\/(?![/\\])/.test(value);
  if (!isPath && !/^https?:\/\//i.test(value)) throw wrong('is neither an absolute http(s) URL nor a path');
  // Without a page (server rendering) a path stays one; nothing is fetched there.
  const base: string | undefined = globalThis.origin;
  if (isPath && base === undefined) return value.replace(/\/+$/, '');
  let url: URL;
  try {
    url = new URL(value, base);
  } catch {
    throw wrong('is not a valid URL');
  }
  if (url.username !== '' || url.password !== '') throw wrong('must not contain a user name or password');
  if (url.search !== '' || url.hash !== '') throw wrong('must not contain a query or a fragment');
  return (url.origin + url.pathname).replace(/\/+$/, '');
}
