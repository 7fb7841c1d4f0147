import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { Problem } from '../../../src/proxy/problem.ts';
import { createTokenSessions } from '../../../src/proxy/sessions.ts';

const secret = 'a token secret of more than thirty-two bytes';
const publicUrl = 'https://feeds.bank.example/api';
const origin = 'https://app.bank.example';
const companyId = '8a210b68-6988-11ed-a1eb-0242ac120002';
const start = Date.UTC(2026, 2, 1, 12);

const sessionsAt = (now: { at: number }, keys = [{ kid: 'one', secret }]) =>
  createTokenSessions({ keys, origins: [origin] }, publicUrl, { now: () => now.at, sleep: async () => {} });

const refused = (error: unknown): boolean =>
  error instanceof Problem && error.code === 'unauthenticated' && error.detail.startsWith('Ask for a new session');

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token of any header and claims, signed with the right secret, so that only what is wrong in it can refuse it. */
const forge = (header: object, claims: object, key = secret): string => {
  const text = `${base64url(header)}.${base64url(claims)}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
};
const goodHeader = { alg: 'HS256', kid: 'one', typ: 'bft+jwt' };
const seconds = start / 1000;
const goodClaims = {
  iss: 'bank-feed-elements',
  aud: publicUrl,
  sub: 'hash',
  cid: companyId,
  org: origin,
  scope: 'feeds:read',
  jti: 'a',
  iat: seconds,
  nbf: seconds,
  exp: seconds + 600,
};

test('a minted token opens its company, for its origin, until it expires', async () => {
  const now = { at: start };
  const sessions = sessionsAt(now);
  const { token, expiresAt } = await sessions.mint({ companyId, subject: 'ann@bank.example', origin });
  assert.equal(expiresAt, '2026-03-01T12:10:00.000Z');
  const session = await sessions.verify(token, origin);
  assert.equal(session.companyId, companyId);
  assert.deepEqual([...session.scopes], ['feeds:read', 'feeds:connect', 'feeds:map', 'feeds:disconnect']);
  assert.ok(
    !Buffer.from(token.split('.')[1] ?? '', 'base64url')
      .toString()
      .includes('ann@'),
    'the subject is hashed',
  );
  now.at = start + 599_000;
  await sessions.verify(token, origin);
  now.at = start + 600_000;
  await assert.rejects(sessions.verify(token, origin), refused);
});

test('the forged token that the next test varies is good by itself', async () => {
  const session = await sessionsAt({ at: start }).verify(forge(goodHeader, goodClaims), origin);
  assert.deepEqual([...session.scopes], ['feeds:read']);
});

const attacks: Record<string, string> = {
  'no token': '',
  'not a token': 'a.b.c',
  'alg none': `${base64url({ ...goodHeader, alg: 'none' })}.${base64url(goodClaims)}.`,
  'alg HS512': forge({ ...goodHeader, alg: 'HS512' }, goodClaims),
  'unknown kid': forge({ ...goodHeader, kid: 'two' }, goodClaims),
  'no kid': forge({ alg: 'HS256', typ: 'bft+jwt' }, goodClaims),
  'another typ': forge({ ...goodHeader, typ: 'JWT' }, goodClaims),
  jku: forge({ ...goodHeader, jku: 'https://evil.example/keys' }, goodClaims),
  jwk: forge({ ...goodHeader, jwk: { kty: 'oct', k: 'AA' } }, goodClaims),
  x5u: forge({ ...goodHeader, x5u: 'https://evil.example/cert' }, goodClaims),
  crit: forge({ ...goodHeader, crit: ['exp'] }, goodClaims),
  'another secret': forge(goodHeader, goodClaims, 'another secret of more than thirty-two bytes'),
  'another audience': forge(goodHeader, { ...goodClaims, aud: 'https://feeds.bank.example/other' }),
  'another issuer': forge(goodHeader, { ...goodClaims, iss: 'someone' }),
  'not yet valid': forge(goodHeader, { ...goodClaims, nbf: seconds + 1 }),
  expired: forge(goodHeader, { ...goodClaims, exp: seconds }),
  'no expiry': forge(goodHeader, { ...goodClaims, exp: undefined }),
  'no company': forge(goodHeader, { ...goodClaims, cid: undefined }),
  'another origin': forge(goodHeader, { ...goodClaims, org: 'https://evil.example' }),
  oversize: forge({ ...goodHeader }, { ...goodClaims, filler: 'x'.repeat(5000) }),
};
for (const [name, token] of Object.entries(attacks))
  test(`refused with the one constant answer: ${name}`, async () => {
    await assert.rejects(sessionsAt({ at: start }).verify(token, origin), refused);
  });

test('keys rotate: the first signs, the older one still verifies', async () => {
  const now = { at: start };
  const { token } = await sessionsAt(now).mint({ companyId, subject: 'user', origin });
  const rotated = sessionsAt(now, [
    { kid: 'two', secret: 'the next token secret, also over 32 bytes' },
    { kid: 'one', secret },
  ]);
  assert.equal((await rotated.verify(token, origin)).companyId, companyId);
  const next = await rotated.mint({ companyId, subject: 'user', origin });
  await assert.rejects(sessionsAt(now).verify(next.token, origin), refused);
});

for (const [field, input] of Object.entries({
  companyId: { companyId: 'not-a-uuid', subject: 'user', origin },
  subject: { companyId, subject: '', origin },
  origin: { companyId, subject: 'user', origin: 'https://evil.example' },
  'scopes.0': { companyId, subject: 'user', origin, scopes: ['feeds:all'] },
}))
  test(`minting names a wrong ${field}`, async () => {
    await assert.rejects(
      sessionsAt({ at: start }).mint(input),
      (error) => error instanceof Problem && error.code === 'invalid_request' && error.field === field,
    );
  });
