import { SignJWT, decodeProtectedHeader, jwtVerify } from 'jose';
import * as z from 'zod';
import { scopes as allScopes, type Scope } from '../contract/schemas.ts';
import type { Clock } from '../outbox/model.ts';
import type { TokenOptions } from './options.ts';
import { codatId } from './codat-id.ts';
import { Problem, unauthenticated } from './problem.ts';

/** Who is calling, whichever mode found it out. */
export interface Session {
  readonly companyId: string;
  /** A hash; tells two users of a company apart without naming them. */
  readonly subject: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Milliseconds since the epoch; streams end here. */
  readonly expiresAt: number;
}

export interface MintInput {
  /** Codat's company id. */
  readonly companyId: string;
  /** The host's id of the user; hashed before it is put into the token. */
  readonly subject: string;
  /** The origin of the page that will use the token; one of the allowed origins. */
  readonly origin: string;
  /** All four where not given. */
  readonly scopes?: readonly Scope[] | undefined;
}

export interface MintedSession {
  readonly token: string;
  /** UTC, with Z. */
  readonly expiresAt: string;
}

export interface TokenSessions {
  /** Rejects with Problem `invalid_request`, naming the field. */
  mint(input: unknown): Promise<MintedSession>;
  /** Rejects with the one constant 401. `origin` is undefined where the browser sent none, same-origin. */
  verify(token: string, origin: string | undefined): Promise<Session>;
}

const type = 'bft+jwt';
const issuer = 'bank-feed-elements';
const maxTokenLength = 4096;
const headerNames = new Set(['alg', 'kid', 'typ']);

export const hashSubject = async (subject: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(subject));
  return Buffer.from(digest, 0, 16).toString('base64url');
};

const mintInput = z.object({
  companyId: codatId('must be the id of a company at Codat'),
  subject: z.string().min(1, 'is empty: give your id of the user').max(500),
  origin: z.string(),
  scopes: z.optional(z.array(z.enum(allScopes, `must be among ${allScopes.join(', ')}`))),
});

const claims = z.object({
  cid: z.string(),
  sub: z.string(),
  org: z.string(),
  scope: z.string(),
  exp: z.number(),
});

/** Short company-scoped tokens, HS256, minted and verified by the same proxy (docs/decisions/authentication.md). */
export const createTokenSessions = (options: TokenOptions, publicUrl: string, clock: Clock): TokenSessions => {
  const encoder = new TextEncoder();
  const keys = new Map(options.keys.map((key) => [key.kid, encoder.encode(key.secret)]));
  const signing = options.keys[0];
  const lifetime = options.lifetimeSeconds ?? 600;
  const ownOrigin = new URL(publicUrl).origin;
  if (signing === undefined) throw new TypeError('token.keys needs at least one key');

  return {
    async mint(input) {
      const checked = mintInput.safeParse(input);
      if (!checked.success) {
        const [issue] = checked.error.issues;
        throw new Problem('invalid_request', issue?.message ?? 'The session cannot be minted.', {
          field: issue?.path.join('.'),
        });
      }
      const { companyId, subject, origin, scopes } = checked.data;
      if (!options.origins.includes(origin))
        throw new Problem('invalid_request', 'origin is not among the allowed page origins (token.origins).', {
          field: 'origin',
        });
      const now = Math.floor(clock.now() / 1000);
      const token = await new SignJWT({
        cid: companyId,
        org: origin,
        scope: (scopes ?? allScopes).join(' '),
        sid: crypto.randomUUID(),
        auth_time: now,
      })
        .setProtectedHeader({ alg: 'HS256', kid: signing.kid, typ: type })
        .setIssuer(issuer)
        .setAudience(publicUrl)
        .setSubject(await hashSubject(subject))
        .setJti(crypto.randomUUID())
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(now + lifetime)
        .sign(encoder.encode(signing.secret));
      return { token, expiresAt: new Date((now + lifetime) * 1000).toISOString() };
    },

    async verify(token, origin) {
      if (token.length > maxTokenLength) throw unauthenticated();
      try {
        const header = decodeProtectedHeader(token);
        const secret = keys.get(header.kid ?? '');
        if (secret === undefined || Object.keys(header).some((name) => !headerNames.has(name))) throw unauthenticated();
        const { payload } = await jwtVerify(token, secret, {
          algorithms: ['HS256'],
          typ: type,
          issuer,
          audience: publicUrl,
          requiredClaims: ['exp', 'nbf', 'iat', 'jti'],
          currentDate: new Date(clock.now()),
        });
        const session = claims.parse(payload);
        if ((origin ?? ownOrigin) !== session.org) throw unauthenticated();
        return {
          companyId: session.cid,
          subject: session.sub,
          scopes: new Set(allScopes.filter((scope) => session.scope.split(' ').includes(scope))),
          expiresAt: session.exp * 1000,
        };
      } catch {
        // Whatever was wrong with it, the caller learns the same.
        throw unauthenticated();
      }
    },
  };
};
