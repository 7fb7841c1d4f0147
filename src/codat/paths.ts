/**
 * Paths towards Codat. Account ids are the host's free text, and `new URL` collapses `..` and `%2e%2e`:
 * an id must never turn one call into another (`DELETE …/bankFeedAccounts/credentials` revokes every
 * set of credentials). So each part is checked, encoded, and the whole compared after parsing.
 */
import { CodatInvalidRequestError } from './errors.ts';

export const longestId = 200;

/** Names that Codat's own routes have where an account id stands; its routing ignores case. */
const reserved = new Set(['batch', 'credentials']);

/** Undefined where the id can be a path segment, else what is wrong with it. */
function faultOf(id: string): string | undefined {
  if (typeof id !== 'string') return 'must be text';
  if (id === '') return 'is empty';
  if (id.length > longestId) return `is longer than ${longestId} characters`;
  if (id === '.' || id === '..') return 'must not be "." or ".."';
  if (/\p{Cc}/u.test(id)) return 'holds a control character';
  if (!id.isWellFormed()) return 'is not well-formed text';
  return undefined;
}

/** An id of Codat's, encoded as one segment. */
export function segment(field: string, id: string): string {
  const fault = faultOf(id);
  if (fault !== undefined) throw new CodatInvalidRequestError(field, fault);
  return encodeURIComponent(id);
}

/** A source account's id, which the host has chosen, encoded as one segment. */
export function accountSegment(field: string, id: string): string {
  const encoded = segment(field, id);
  if (reserved.has(id.toLowerCase())) {
    throw new CodatInvalidRequestError(field, `must not be "${id}", which is a route of Codat's`);
  }
  return encoded;
}

/** Where this client sends: an absolute http(s) URL without credentials, query or fragment. */
export function checkBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.username + url.password + url.search + url.hash !== ''
  ) {
    throw new CodatInvalidRequestError('baseUrl', 'must be an absolute http(s) URL without user, query or fragment');
  }
  return url.href.replace(/\/+$/, '');
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The whole URL; refuses one that would be read differently than it is written. */
export function buildUrl(baseUrl: string, path: string, query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (!String(value).isWellFormed()) throw new CodatInvalidRequestError(name, 'is not well-formed text');
    return [`${name}=${encodeURIComponent(value).replaceAll("'", '%27')}`];
  });
  const url = baseUrl + path + (pairs.length === 0 ? '' : `?${pairs.join('&')}`);
  if (new URL(url).href !== url) throw new CodatInvalidRequestError('path', 'would be read as another path');
  return url;
}
