import { FeedApiError } from './errors.ts';
import type { Clock } from './clock.ts';

/** `first`: none yet. `refresh`: the one in use is about to expire. `rejected`: the proxy refused the one in use. */
export type TokenReason = 'first' | 'refresh' | 'rejected';

/**
 * Resolves to a session token for this page's user, minted by the host's backend; asked again before each expires.
 * `null`, or rejecting with an error whose name is `SessionEnded`, says that nobody is signed in. That ends the session
 * until the user asks to continue, and so does any other failure after a first token, or a refused token given twice.
 */
export type GetToken = (request: {
  readonly signal: AbortSignal;
  readonly reason: TokenReason;
}) => string | null | Promise<string | null>;

interface Token {
  readonly value: string;
  /** By this page's clock, milliseconds. */
  readonly refreshAt: number;
  readonly expiresAt: number;
}

/** A token this close to its end may expire on its way. */
const margin = 5_000;
const tokenTimeout = 30_000;

const badToken = (what: string, cause?: unknown): FeedApiError =>
  new FeedApiError('invalid_configuration', {
    detail: `getToken must resolve to the token string that your backend minted, but it resolved to ${what}.`,
    field: 'getToken',
    cause,
  });

const sessionExpired = (why: string, cause?: unknown): FeedApiError =>
  new FeedApiError('unauthenticated', { detail: `The session has expired: ${why}`, status: 401, cause });

/** The claims of a token, unverified: they only tell this page when to ask for the next one. */
function readToken(value: unknown, now: number, random: number): Token {
  if (typeof value !== 'string') {
    throw badToken(value instanceof Response ? 'a Response' : `a value of type ${typeof value}`);
  }
  if (value === '') throw badToken('an empty string');
  if (/^bearer\s/i.test(value)) throw badToken('a string that starts with "Bearer": leave that word out');
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(value)?.[1];
  if (payload === undefined) throw badToken('a string that is not a token (three base64url parts joined by dots)');

  let claims: unknown;
  try {
    claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
  } catch (error) {
    throw badToken('a token whose claims cannot be read', error);
  }
  const claim = (name: 'iat' | 'exp'): number | undefined => {
    const found: unknown = typeof claims === 'object' && claims !== null ? Reflect.get(claims, name) : undefined;
    return typeof found === 'number' && Number.isFinite(found) ? found * 1000 : undefined;
  };
  const exp = claim('exp');
  if (exp === undefined) throw badToken('a token without `exp`');
  const iat = claim('iat') ?? now;
  const life = Math.max(0, exp - iat);
  // Where this page's clock cannot be right, the token counts as fresh; the proxy has the last word anyway.
  const expiresAt = now < iat || now >= exp ? now + life : exp;
  return { value, expiresAt, refreshAt: expiresAt - life * (0.25 - 0.1 * random) };
}

/** Holds the page's token: one `getToken` at a time, asked again at about 80 % of the token's life. */
export class Session {
  readonly #getToken: GetToken;
  readonly #clock: Clock;
  readonly #random: () => number;
  #token: Token | undefined;
  #pending: { readonly promise: Promise<Token>; readonly abort: AbortController; waiting: number } | undefined;
  #quietUntil = 0;
  /** Nothing but a session that was good can end, unless `getToken` says so. */
  #began = false;

  constructor(options: { getToken: GetToken; clock: Clock; random?: (() => number) | undefined }) {
    this.#getToken = options.getToken;
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
  }

  /** A token to send now. Rejects with `unauthenticated` or `invalid_configuration`, or with the signal's reason. */
  async token(signal?: AbortSignal): Promise<string> {
    const token = this.#token;
    const now = this.#clock.now();
    if (token === undefined) return this.#ask('first', signal);
    if (now < token.refreshAt) return token.value;
    if (now >= token.expiresAt - margin) return this.#ask('refresh', signal);
    // Still good for a while: the next one is fetched beside the call, and a failure leaves this one in use.
    if (now >= this.#quietUntil) {
      this.#quietUntil = now + margin;
      this.#ask('refresh').catch(() => undefined);
    }
    return token.value;
  }

  /** After a 401: another token than `refused`. Rejects with `unauthenticated` where there is none. */
  async replace(refused: string, signal?: AbortSignal): Promise<string> {
    if (this.#token !== undefined && this.#token.value !== refused) return this.#token.value;
    const joined = this.#pending !== undefined;
    let value = await this.#ask('rejected', signal);
    // A refresh that was under way did not say that the token was refused, and may have given it once more.
    if (joined && value === refused) value = await this.#ask('rejected', signal);
    if (value === refused) throw this.end('getToken gave the refused token again.');
    return value;
  }

  /** Forgets the token and returns the error to throw; the next call starts a session afresh. */
  end(why: string): FeedApiError {
    this.#token = undefined;
    return sessionExpired(why);
  }

  /** Joins the question under way, or asks. What is asked is given up when nobody waits for it any more. */
  async #ask(reason: TokenReason, signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    if (this.#pending === undefined) {
      const abort = new AbortController();
      const promise = this.#fetch(reason, abort).finally(() => {
        if (this.#pending?.abort === abort) this.#pending = undefined;
      });
      promise.catch(() => undefined);
      this.#pending = { promise, abort, waiting: 0 };
    }
    const pending = this.#pending;
    pending.waiting += 1;
    let leave: (() => void) | undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal?.reason);
      signal?.addEventListener('abort', leave, { once: true });
    });
    try {
      return (await Promise.race([pending.promise, left])).value;
    } finally {
      if (leave !== undefined) signal?.removeEventListener('abort', leave);
      pending.waiting -= 1;
      if (pending.waiting === 0) {
        pending.abort.abort();
        if (this.#pending === pending) this.#pending = undefined;
      }
    }
  }

  async #fetch(reason: TokenReason, abort: AbortController): Promise<Token> {
    const { signal } = abort;
    const timeout = this.#clock.sleep(tokenTimeout, signal).then(() => {
      throw new FeedApiError('timeout', { detail: 'getToken gave no answer within 30 s.', field: 'getToken' });
    });
    const asked = (async () => this.#getToken({ signal, reason }))().catch((error: unknown) => {
      if (signal.aborted) throw signal.reason;
      const said = error instanceof Error ? error.message : String(error);
      if (this.#began || (error instanceof Error && error.name === 'SessionEnded'))
        throw sessionExpired(`getToken failed: ${said}`, error);
      throw new FeedApiError('invalid_configuration', {
        detail:
          `getToken failed: ${said}. Where nobody is signed in, let it resolve to null; ` +
          'otherwise see whether this page reaches your /session route (address, CORS, connect-src).',
        field: 'getToken',
        retry: true,
        cause: error,
      });
    });
    const value: unknown = await Promise.race([asked, timeout]);
    if (value === null) throw sessionExpired('getToken says that nobody is signed in.');
    const token = readToken(value, this.#clock.now(), this.#random());
    this.#token = token;
    this.#began = true;
    return token;
  }
}
