/** Tokens that are right but for one thing. */
import { createHmac, createPublicKey, randomBytes, sign } from 'node:crypto';
import type { Random } from '../sim/random.ts';
import { hostKeys, hostPublicKey, otherOrigin, pageOrigin, tokenSecrets } from './world.ts';

export type Members = Readonly<Record<string, unknown>>;
type Kid = 'one' | 'two' | 'host';

interface Forged {
  /** What is wrong with it. */
  readonly kind: string;
  readonly token: string;
  /** The Origin it comes with; the page's where not given. */
  readonly origin?: string | undefined;
}

const base64url = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64url');
export const json = (members: Members): string => JSON.stringify(members);

export const hmac = (text: string, secret: string | Buffer, hash = 'sha256'): string =>
  createHmac(hash, secret).update(text).digest('base64url');
const signatureOf = (text: string, kid: Kid): string =>
  kid === 'host'
    ? sign(null, Buffer.from(text), hostKeys.privateKey).toString('base64url')
    : hmac(text, tokenSecrets[kid]);

/** From the very text of both parts, signed with the right key. */
export const signed = (header: string, claims: string, kid: Kid): string => {
  const text = `${base64url(header)}.${base64url(claims)}`;
  return `${text}.${signatureOf(text, kid)}`;
};

export const headerOf = (kid: Kid): Members => ({ alg: kid === 'host' ? 'EdDSA' : 'HS256', kid, typ: 'bft+jwt' });

export const claimsOf = (publicUrl: string, companyId: string, random: Random): Members => {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: 'bank-feed-elements',
    aud: publicUrl,
    sub: 'hash',
    cid: companyId,
    org: pageOrigin,
    scope: 'feeds:read feeds:connect feeds:map feeds:disconnect',
    sid: random.uuid(),
    jti: random.uuid(),
    auth_time: now - 60,
    iat: now - 30,
    nbf: now - 30,
    exp: now + 570,
  };
};

/** One bit of a part, in its bytes. */
const flipped = (token: string, part: number, random: Random): string => {
  const parts = token.split('.');
  const bytes = Buffer.from(parts[part] ?? '', 'base64url');
  const at = random.int(0, bytes.length - 1);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(0, 7));
  return parts.with(part, base64url(bytes)).join('.');
};

const alphabet = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.~ %');
/** One character of the whole. */
const respelled = (token: string, random: Random): string => {
  const at = random.int(0, token.length - 1);
  const others = alphabet.filter((sign) => sign !== token[at]);
  return token.slice(0, at) + random.pick(others) + token.slice(at + 1);
};

/** A member twice: what one reader takes for the value, another passes over. */
const doubled = (members: Members, name: string, value: unknown): string => {
  const text = json(members);
  return `${text.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`;
};
const doubledFirst = (members: Members, name: string, value: unknown): string =>
  `{${JSON.stringify(name)}:${JSON.stringify(value)},${json(members).slice(1)}`;

const without = (members: Members, name: string): Members =>
  Object.fromEntries(Object.entries(members).filter(([own]) => own !== name));

export interface Facts {
  /** Was let in a moment ago: whatever is remembered of that must not let in another. */
  readonly accepted: string;
  readonly random: Random;
  readonly publicUrl: string;
  readonly companyId: string;
  readonly otherId: string;
}

const publicDer = createPublicKey(hostPublicKey).export({ type: 'spki', format: 'der' });
const publicJwk = createPublicKey(hostPublicKey).export({ format: 'jwk' });
const rawPublic = Buffer.from(publicJwk.x ?? '', 'base64url');

/** One of each kind: drawn anew each time. */
const kinds: Readonly<
  Record<
    string,
    (
      facts: Facts & { readonly kid: Kid; readonly header: Members; readonly claims: Members },
    ) => string | Omit<Forged, 'kind'>
  >
> = {
  'a bit of the header': ({ header, claims, kid, random }) =>
    flipped(signed(json(header), json(claims), kid), 0, random),
  'a bit of the claims': ({ header, claims, kid, random }) =>
    flipped(signed(json(header), json(claims), kid), 1, random),
  'a bit of the signature': ({ header, claims, kid, random }) =>
    flipped(signed(json(header), json(claims), kid), 2, random),
  'a character': ({ header, claims, kid, random }) => respelled(signed(json(header), json(claims), kid), random),
  'one that was let in, changed': ({ accepted, random }) =>
    random.chance(0.5) ? flipped(accepted, random.int(0, 2), random) : respelled(accepted, random),
  'one that was let in, from another page': ({ accepted, random }) => ({
    token: accepted,
    origin: random.pick([otherOrigin, 'null', 'https://evil.example', `${pageOrigin}/`]),
  }),
  'a part is missing': ({ header, claims, kid, random }) =>
    signed(json(header), json(claims), kid).split('.').with(random.int(0, 2), '').join('.'),
  'more or fewer parts': ({ header, claims, kid, random }) => {
    const token = signed(json(header), json(claims), kid);
    return random.pick([
      `${token}.`,
      `.${token}`,
      `${token}.x`,
      `${token}.e30`,
      token.split('.').slice(0, 2).join('.'),
    ]);
  },
  'alg none': ({ header, claims, random }) => {
    const alg = random.pick(['none', 'None', 'NONE', 'nOnE', '', null, 0, [], ['HS256']]);
    const text = `${base64url(json({ ...header, alg }))}.${base64url(json(claims))}`;
    return random.pick([`${text}.`, text, `${text}.${hmac(text, '')}`, `${text}.AA`]);
  },
  'another algorithm, well signed': ({ header, claims, random, kid }) => {
    const [alg, hash] = random.pick([
      ['HS384', 'sha384'],
      ['HS512', 'sha512'],
      ['HS1', 'sha1'],
      ['hs256', 'sha256'],
      ['HS256 ', 'sha256'],
      ['ES256', 'sha256'],
      ['RS256', 'sha256'],
    ] as const);
    const text = `${base64url(json({ ...header, alg, kid: kid === 'host' ? 'one' : kid }))}.${base64url(json(claims))}`;
    return `${text}.${hmac(text, tokenSecrets[kid === 'two' ? 'two' : 'one'], hash)}`;
  },
  'the public key as a secret': ({ header, claims, random }) => {
    const text = `${base64url(json({ ...header, alg: random.pick(['HS256', 'HS512', 'EdDSA']), kid: 'host' }))}.${base64url(json(claims))}`;
    const secret = random.pick([
      hostPublicKey,
      hostPublicKey.trim(),
      publicDer,
      rawPublic,
      publicJwk.x ?? '',
      publicDer.toString('base64'),
    ]);
    return `${text}.${hmac(text, secret)}`;
  },
  'another key than kid names': ({ header, claims, random, kid }) => {
    const others = (['one', 'two', 'host'] as const).filter((other) => other !== kid);
    const other = random.pick(others);
    return signed(json({ ...header, alg: random.pick(['HS256', 'EdDSA']), kid }), json(claims), other);
  },
  'a kid that nobody has': ({ header, claims, random, kid }) => {
    const strange = random.pick([
      undefined,
      null,
      '',
      0,
      'three',
      'ONE',
      'one ',
      ' one',
      'one\0',
      '../one',
      "' or 1=1",
      '__proto__',
      'constructor',
      'get',
      ['one'],
      { one: 1 },
      'x'.repeat(500),
    ]);
    return signed(json({ ...header, kid: strange }), json(claims), kid);
  },
  'a key that nobody knows': ({ header, claims, random }) => {
    const text = `${base64url(json(header))}.${base64url(json(claims))}`;
    const secret = random.pick([
      '',
      ' ',
      'secret',
      'one',
      tokenSecrets.one.toUpperCase(),
      randomBytes(32).toString('hex'),
    ]);
    return `${text}.${hmac(text, secret)}`;
  },
  'a key in the header': ({ header, claims, random, kid }) => {
    const member = random.pick<Members>([
      { jwk: publicJwk },
      { jwk: { kty: 'oct', k: base64url(tokenSecrets.one) } },
      { jku: 'http://127.0.0.1:1/keys' },
      { x5u: 'http://127.0.0.1:1/cert' },
      { x5c: [publicDer.toString('base64')] },
      { x5t: 'AA' },
      { 'x5t#S256': 'AA' },
    ]);
    return signed(json({ ...header, ...member }), json(claims), kid);
  },
  'crit, b64 and others': ({ header, claims, random, kid }) => {
    const member = random.pick<Members>([
      { crit: ['exp'] },
      { crit: [] },
      { crit: ['b64'], b64: false },
      { crit: ['b64'], b64: true },
      { b64: false },
      { b64: true },
      { zip: 'DEF' },
      { cty: 'JWT' },
      { enc: 'A128GCM' },
      { iss: 'bank-feed-elements' },
      { exp: 9e9 },
    ]);
    return signed(json({ ...header, ...member }), json(claims), kid);
  },
  'not encoded claims, as b64 has it': ({ header, claims, kid }) => {
    const text = `${base64url(json({ ...header, b64: false, crit: ['b64'] }))}.${json(claims)}`;
    return `${text}.${signatureOf(text, kid)}`;
  },
  'a member of the header twice': ({ header, claims, random, kid }) => {
    const [name, value] = random.pick([
      ['alg', 'none'],
      ['typ', 'JWT'],
      ['kid', 'nobody'],
      ['jwk', publicJwk],
    ] as const);
    return signed(random.pick([doubled, doubledFirst])(header, name, value), json(claims), kid);
  },
  'a claim twice': ({ header, claims, random, kid, otherId }) => {
    const now = Math.floor(Date.now() / 1000);
    const [name, value] = random.pick([
      ['cid', otherId],
      ['exp', now + 3000],
      ['org', otherOrigin],
      ['scope', 'feeds:read'],
      ['aud', 'x'],
      ['sub', 'y'],
    ] as const);
    return signed(json(header), random.pick([doubled, doubledFirst])(claims, name, value), kid);
  },
  'a claim is missing': ({ header, claims, random, kid }) =>
    signed(json(header), json(without(claims, random.pick(Object.keys(claims)))), kid),
  'a claim of another type': ({ header, claims, random, kid }) => {
    const name = random.pick(Object.keys(claims));
    const odd: readonly unknown[] = [
      null,
      true,
      {},
      [],
      [[claims[name]]],
      name === 'aud' ? 7 : typeof claims[name] === 'number' ? String(claims[name]) : 7,
    ];
    return signed(json(header), json({ ...claims, [name]: random.pick(odd) }), kid);
  },
  'numbers that are none': ({ header, claims, random, kid }) => {
    const name = random.pick(['exp', 'nbf', 'iat', 'auth_time']);
    const text = json({ ...claims, [name]: 0 }).replace(
      `"${name}":0`,
      `"${name}":${random.pick(['1e400', '-1e400', 'NaN', 'Infinity', '1e999', '0x7fffffff', '9007199254740993000'])}`,
    );
    return signed(json(header), text, kid);
  },
  'expired by a second': ({ header, claims, random, kid }) => {
    const now = Math.floor(Date.now() / 1000);
    return signed(json(header), json({ ...claims, exp: now - random.pick([0, 0, 1, 2, 60]) }), kid);
  },
  'not yet valid': ({ header, claims, random, kid }) => {
    const now = Math.floor(Date.now() / 1000);
    return signed(json(header), json({ ...claims, nbf: now + random.pick([3, 4, 60, 3600]) }), kid);
  },
  'too long a life, too old a session': ({ header, claims, random, kid }) => {
    const now = Math.floor(Date.now() / 1000);
    return signed(
      json(header),
      json({
        ...claims,
        ...random.pick<Members>([
          { exp: now + 3571 },
          { exp: now + 90_000 },
          { auth_time: now - 8 * 3600 - 1 },
          { auth_time: now - 29 },
          { auth_time: now + 3600 },
          { iat: now + 3 },
          { iat: now + 9e8, auth_time: now + 9e8, exp: now + 9e8 },
        ]),
      }),
      kid,
    );
  },
  'another audience, issuer or type': ({ header, claims, random, kid, publicUrl }) => {
    const aud = [
      `${publicUrl}/`,
      `${publicUrl}x`,
      publicUrl.toUpperCase(),
      publicUrl.replace('http', 'https'),
      '',
      '*',
      [],
      ['x'],
      `${publicUrl}/v1`,
    ];
    const typ = ['JWT', 'jwt', 'at+jwt', 'bft', 'bft+jwt ', 'BFT+JWS', '', null, ['bft+jwt']];
    const iss = ['', 'bank-feed-elements ', 'Bank-Feed-Elements', ['x'], null, 'someone'];
    switch (random.int(0, 2)) {
      case 0:
        return signed(json(header), json({ ...claims, aud: random.pick<unknown>(aud) }), kid);
      case 1:
        return signed(json({ ...header, typ: random.pick<unknown>(typ) }), json(claims), kid);
      default:
        return signed(json(header), json({ ...claims, iss: random.pick<unknown>(iss) }), kid);
    }
  },
  'of another page': ({ header, claims, random, kid }) => {
    const token = signed(json(header), json(claims), kid);
    const origin = random.pick([
      otherOrigin,
      'null',
      'https://evil.example',
      `${pageOrigin}.evil.example`,
      `${pageOrigin}:8443`,
      pageOrigin.replace('https', 'http'),
      `${pageOrigin}/`,
      pageOrigin.toUpperCase(),
      `${pageOrigin}, ${otherOrigin}`,
      '*',
    ]);
    return random.chance(0.8)
      ? { token, origin }
      : { token: signed(json(header), json({ ...claims, org: origin }), kid) };
  },
  'too large': ({ header, claims, random, kid }) =>
    signed(json(header), json({ ...claims, filler: 'x'.repeat(random.int(3_000, 12_000)) }), kid),
  'not JSON': ({ header, claims, random, kid }) => {
    const odd = random.pick([
      '',
      'null',
      '[]',
      '7',
      '"x"',
      '{',
      `${json(claims)}x`,
      `\uFEFF${json(claims)}`,
      `${json(claims)}\0`,
      json(claims).replace('"cid"', 'cid'),
    ]);
    return random.chance(0.5) ? signed(json(header), odd, kid) : signed(odd === '' ? ' ' : odd, json(claims), kid);
  },
  'another spelling of the same bytes': ({ header, claims, random, kid }) => {
    const [head = '', body = '', signature = ''] = signed(json(header), json(claims), kid).split('.');
    return random.pick([
      `${head}.${body}.${signature}=`,
      `${head}.${body}.${signature}==`,
      `${head}=.${body}.${signature}`,
      `${head}.${body}=.${signature}`,
      `${head}.${body}.${signature.slice(0, 10)}\t${signature.slice(10)}`,
      `${head}.${body}.${Buffer.from(signature, 'base64url').toString('hex')}`,
      `${head}.${body}.${signature}AA`,
      `${head}.${body}.${signature.slice(0, -2)}`,
    ]);
  },
};

export const forge = (kind: string, facts: Facts): Forged => {
  const kid = facts.random.pick(['one', 'two', 'host'] as const);
  const claims = claimsOf(facts.publicUrl, facts.companyId, facts.random);
  const made = kinds[kind]?.({ ...facts, kid, header: headerOf(kid), claims }) ?? '';
  return typeof made === 'string' ? { kind, token: made } : { kind, ...made };
};

export const forgeries: readonly string[] = Object.keys(kinds);
