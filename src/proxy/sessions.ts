import { SignJWT, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import * as z from 'zod';
import { parseJsonAsWritten } from '../codat/schemas/json.ts';
import { scopes as allScopes, type Scope } from '../contract/schemas.ts';
import type { Clock } from '../outbox/model.ts';
import type { TokenOptions } from './options.ts';
import type { WireIds } from './ids.ts';
import { check } from './checked.ts';
import { codatId } from './codat-id.ts';
import { Problem, unauthenticated } from './problem.ts';
import type { Revocations } from './revocations.ts';
import { Rate } from './rate.ts';
import { readVerifiers, signerAmong } from './token-keys.ts';

/** Who is calling, whichever mode found it out. */
export interface Session {
  readonly companyId: string;
  /** A hash; tells two users of a company apart without naming them. */
  readonly subject: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The only connections it may see, by Codat's id and by the wire's; all, and new ones, where not given. */
  readonly connections?: ReadonlyMap<string, string> | undefined;
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
  /** Codat's ids of the only connections it may see; it may then make no new one. */
  readonly connections?: readonly string[] | undefined;
  /** Names the host's own session, so that it can be ended by `revoke`; a new one with each token where not given. */
  readonly sessionId?: string | undefined;
  /** When the user signed in, UTC with Z; now where not given. No token is good for longer than eight hours after it. */
  readonly signedInAt?: string | undefined;
}

export interface MintedSession {
  readonly token: string;
  /** UTC, with Z. */
  readonly expiresAt: string;
  readonly sessionId: string;
  readonly tokenId: string;
}

export interface TokenSessions {
  /** Rejects with Problem `invalid_request`, naming the field. */
  mint(input: unknown): Promise<MintedSession>;
  /** Rejects with the one constant 401. `origin` is undefined where the browser sent none, same-origin. */
  verify(token: string, origin: string | undefined): Promise<Session>;
  /** Ends a company's tokens, a session or one token now, open streams included. Rejects with `invalid_request`. */
  revoke(input: unknown): Promise<void>;
}

const type = 'bft+jwt';
const issuer = 'bank-feed-elements';
const maxTokenLength = 4096;
/** Some forty megabytes where each is as long as a token may be, which has 4 KB, and its claims about as much again. */
const mostSigned = 5_000;
const headerNames = new Set(['alg', 'kid', 'typ']);
/** In seconds. */
const longestToken = 3600;
const longestSession = 8 * 3600;
/** How far the clock of the host may be ahead. */
const signInSkew = 60;

/** Of one user of one company: every tab of theirs asks for one in eight minutes. */
const mostMinted = 120;
const mintedWithin = 60_000;

/** After so many milliseconds nothing is left that could be revoked. */
export const longestRevocation = (longestSession + longestToken) * 1000;

export const hashSubject = async (subject: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(subject));
  return Buffer.from(digest, 0, 16).toString('base64url');
};

const mintInput = z.strictObject({
  companyId: codatId('must be the id of a company at Codat'),
  subject: z
    .string('must be your id of the user, as text')
    .min(1, 'is empty: give your id of the user')
    .max(500, 'is longer than 500'),
  origin: z.string('must be the origin of the page, as text'),
  scopes: z.optional(z.array(z.enum(allScopes, `must be among ${allScopes.join(', ')}`))),
  connections: z.optional(z.array(codatId('must be the id of a connection at Codat')).min(1, 'is empty').max(50)),
  sessionId: z.optional(z.string().min(1, 'is empty').max(200, 'is longer than 200')),
  signedInAt: z.optional(z.iso.datetime('must be UTC, such as 2026-03-01T12:00:00Z')),
});

const id = z.string().min(1, 'is empty').max(200, 'is longer than 200');
const revocation = z.union(
  [
    z.strictObject({ companyId: codatId('must be the id of a company at Codat') }),
    z.strictObject({ sessionId: id }),
    z.strictObject({ tokenId: id }),
  ],
  'has to name one of companyId, sessionId and tokenId, and nothing else.',
);

const claims = z.object({
  cid: codatId('must be the id of a company at Codat'),
  sub: z.string(),
  org: z.string(),
  scope: z.string(),
  con: z.optional(z.array(codatId('must be the ids of connections at Codat')).max(50)),
  sid: z.string(),
  jti: z.string(),
  iat: z.number(),
  nbf: z.number(),
  exp: z.number(),
  auth_time: z.number(),
});

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const unreadable = 'no token that can be read';

/** Throws where two readers could take a token for different ones: another spelling of its bytes, a member twice. */
const refuseAmbiguous = (token: string): void => {
  const parts = token.split('.').map((part) => {
    const bytes = Buffer.from(part, 'base64url');
    if (bytes.toString('base64url') !== part) throw unauthenticated(unreadable);
    return bytes;
  });
  for (const part of parts.slice(0, 2)) parseJsonAsWritten(decoder.decode(part));
};

/** In words of ours alone: a token may say anything. */
const whyOf = (error: unknown): string => {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature: another key has signed it';
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'aud' ? 'audience: the token is not for publicUrl' : `claim: ${error.claim}`;
  if (error instanceof z.ZodError) return `claim: ${String(error.issues[0]?.path[0])}`;
  return unreadable;
};

/** By Codat's id: the wire's. */
export const connectionNames = async (
  ids: Pick<WireIds, 'connection'>,
  companyId: string,
  connections: readonly string[],
): Promise<ReadonlyMap<string, string>> =>
  new Map(await Promise.all(connections.map(async (id) => [id, await ids.connection(companyId, id)] as const)));

/** What a token says, and who that is. */
interface Signed {
  readonly claims: z.infer<typeof claims>;
  readonly session: Session;
}

/** Short company-scoped tokens, minted here or signed by the host (docs/decisions/authentication.md). */
export const createTokenSessions = (
  options: TokenOptions,
  publicUrl: string,
  clock: Clock,
  revocations: Revocations,
  ids: Pick<WireIds, 'connection'>,
): TokenSessions => {
  const verifiers = readVerifiers(options.keys);
  const signer = signerAmong(options.keys);
  const lifetime = options.lifetimeSeconds ?? 600;
  const ownOrigin = new URL(publicUrl).origin;
  const minted = new Rate(() => clock.now(), mostMinted, mintedWithin);
  /** Whose signature was found good: a page sends the same token for minutes. The rest is checked each time. */
  const signed = new Map<string, Signed>();

  const readSigned = async (token: string): Promise<Signed> => {
    refuseAmbiguous(token);
    const header = decodeProtectedHeader(token);
    const verifier = await verifiers.get(header.kid ?? '');
    if (verifier === undefined) throw unauthenticated('key: there is none of this kid in token.keys');
    if (Object.keys(header).some((name) => !headerNames.has(name)))
      throw unauthenticated('header: it has more than alg, kid and typ');
    const { payload } = await jwtVerify(token, verifier.key, {
      algorithms: [verifier.algorithm],
      typ: type,
      issuer,
      audience: publicUrl,
      requiredClaims: ['exp', 'nbf', 'iat', 'jti'],
      currentDate: new Date(clock.now()),
    });
    const read = claims.parse(payload);
    const { cid: companyId, sub: subject, con, scope, exp, auth_time } = read;
    const scopes = new Set(allScopes.filter((name) => scope.split(' ').includes(name)));
    const connections = con && (await connectionNames(ids, companyId, con));
    const expiresAt = Math.min(exp, auth_time + longestSession) * 1000;
    const found: Signed = { claims: read, session: { companyId, subject, scopes, connections, expiresAt } };
    if (signed.size >= mostSigned)
      for (const oldest of [...signed.keys()].slice(0, mostSigned / 10)) signed.delete(oldest);
    signed.set(token, found);
    return found;
  };

  return {
    async mint(input) {
      if (!signer)
        throw new Problem('invalid_request', 'token.keys holds public keys only: your backend signs the tokens.');
      const given = check(mintInput, input, 'a session');
      const { companyId, subject, origin, scopes, connections, signedInAt, sessionId = crypto.randomUUID() } = given;
      if (!options.origins.includes(origin))
        throw new Problem('invalid_request', 'origin is not among the allowed page origins (token.origins).', {
          field: 'origin',
        });
      const subjectHash = await hashSubject(subject);
      const retryAfterSeconds = minted.take(`${companyId} ${subjectHash}`);
      if (retryAfterSeconds > 0)
        throw new Problem('rate_limited', 'Too many tokens were minted for this user. Use the one you have.', {
          retryAfterSeconds,
        });
      const now = clock.now() / 1000;
      const said = signedInAt === undefined ? now : Date.parse(signedInAt) / 1000;
      if (said > now + signInSkew)
        throw new Problem('invalid_request', 'signedInAt is in the future: give when the user signed in, in UTC.', {
          field: 'signedInAt',
        });
      const signedIn = Math.min(now, said);
      const expires = Math.floor(Math.min(now + lifetime, signedIn + longestSession));
      if (expires <= now)
        throw new Problem('invalid_request', 'The user signed in more than eight hours ago and has to sign in again.', {
          field: 'signedInAt',
        });
      const tokenId = crypto.randomUUID();
      const token = await new SignJWT({
        cid: companyId,
        org: origin,
        scope: (scopes ?? allScopes).join(' '),
        ...(connections && { con: connections }),
        sid: sessionId,
        auth_time: Math.floor(signedIn),
      })
        .setProtectedHeader({ alg: 'HS256', kid: signer.kid, typ: type })
        .setIssuer(issuer)
        .setAudience(publicUrl)
        .setSubject(subjectHash)
        .setJti(tokenId)
        // With its fraction: what is minted right after a revocation is not taken for what was revoked.
        .setIssuedAt(now)
        .setNotBefore(Math.floor(now))
        .setExpirationTime(expires)
        .sign(signer.key);
      return { token, expiresAt: new Date(expires * 1000).toISOString(), sessionId, tokenId };
    },

    async verify(token, origin) {
      if (token.length > maxTokenLength) throw unauthenticated('longer than a token may be');
      try {
        const { claims: said, session } = signed.get(token) ?? (await readSigned(token));
        const now = clock.now() / 1000;
        const revoked = revocations.has({
          companyId: said.cid,
          sessionId: said.sid,
          tokenId: said.jti,
          issuedAt: said.iat * 1000,
        });
        if (revoked) throw unauthenticated('revoked');
        if ((origin ?? ownOrigin) !== said.org) throw unauthenticated('origin: the token is for another page');
        if (session.expiresAt <= clock.now()) throw unauthenticated('expired');
        if (
          said.exp - said.iat > longestToken ||
          said.auth_time > said.iat ||
          said.nbf > now ||
          // What is to come counts for no time: its life would not be limited. Within a second, as with nbf.
          Math.floor(said.iat) > now
        )
          throw unauthenticated('times: good for too long, or not yet');
        return session;
      } catch (error) {
        // Whatever was wrong with it, the caller learns the same.
        throw error instanceof Problem ? error : unauthenticated(whyOf(error));
      }
    },

    async revoke(input) {
      await revocations.add(check(revocation, input));
    },
  };
};
