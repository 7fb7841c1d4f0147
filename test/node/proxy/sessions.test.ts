import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { after, test } from 'node:test';
import type { TokenKey } from '../../../src/proxy/token-keys.ts';
import { Problem, problemResponse } from '../../../src/proxy/problem.ts';
import { silentLog } from '../../../src/proxy/log.ts';
import { createWireIds } from '../../../src/proxy/ids.ts';
import { createRevocations } from '../../../src/proxy/revocations.ts';
import { createTokenSessions, longestRevocation } from '../../../src/proxy/sessions.ts';
import { openFresh } from '../support/stores.ts';

const secret = 'a token secret of more than thirty-two bytes';
const publicUrl = 'https://feeds.bank.example/api';
const origin = 'https://app.bank.example';
const companyId = '8a210b68-6988-11ed-a1eb-0242ac120002';
const start = Date.UTC(2026, 2, 1, 12);

const database = await openFresh('pglite');
after(() => database.close());

const ids = await createWireIds(new Uint8Array(32));

const revocationsAt = (now: { at: number }) =>
  createRevocations({
    database,
    clock: { now: () => now.at, sleep: async () => {} },
    interval: 1_000,
    longest: longestRevocation,
    log: silentLog,
  });
const sessionsAt = (
  now: { at: number },
  keys: readonly TokenKey[] = [{ kid: 'one', secret }],
  revocations = revocationsAt(now),
) =>
  createTokenSessions(
    { keys, origins: [origin] },
    publicUrl,
    { now: () => now.at, sleep: async () => {} },
    revocations,
    ids,
  );

const refused = (error: unknown): boolean =>
  error instanceof Problem && error.code === 'unauthenticated' && error.detail.startsWith('Ask for a new session');

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token of any header and claims, signed with the right secret, so that only what is wrong in it can refuse it. */
const forge = (header: object, claims: object, key = secret): string => {
  const text = `${base64url(header)}.${base64url(claims)}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
};
/** The same, from the very text of its parts. */
const forgeText = (header: string, claims: string): string => {
  const text = [header, claims].map((part) => Buffer.from(part).toString('base64url')).join('.');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
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
  sid: 's',
  jti: 'a',
  auth_time: seconds,
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
  'no session': forge(goodHeader, { ...goodClaims, sid: undefined }),
  'no sign-in': forge(goodHeader, { ...goodClaims, auth_time: undefined }),
  'signed in after it was issued': forge(goodHeader, { ...goodClaims, auth_time: seconds + 1 }),
  'issued in the future': forge(goodHeader, { ...goodClaims, iat: seconds + 1 }),
  'issued in the far future, and good for as long': forge(goodHeader, {
    ...goodClaims,
    iat: seconds + 9e8,
    auth_time: seconds + 9e8,
    exp: seconds + 9e8,
  }),
  'good for more than an hour': forge(goodHeader, { ...goodClaims, exp: seconds + 3601 }),
  'signed in eight hours ago': forge(goodHeader, { ...goodClaims, auth_time: seconds - 8 * 3600 }),
  'a company that is none': forge(goodHeader, { ...goodClaims, cid: '../companies' }),
  'a claim twice': forgeText(JSON.stringify(goodHeader), `{"cid":"another",${JSON.stringify(goodClaims).slice(1)}`),
  'a member of the header twice': forgeText(
    `{"alg":"none",${JSON.stringify(goodHeader).slice(1)}`,
    JSON.stringify(goodClaims),
  ),
  'a byte order mark': forgeText(JSON.stringify(goodHeader), `\uFEFF${JSON.stringify(goodClaims)}`),
  'a padded signature': `${forge(goodHeader, goodClaims)}=`,
  'valid since for ever': forgeText(
    JSON.stringify(goodHeader),
    JSON.stringify({ ...goodClaims, nbf: 0 }).replace('"nbf":0', '"nbf":-1e400'),
  ),
  oversize: forge({ ...goodHeader }, { ...goodClaims, filler: 'x'.repeat(5000) }),
};
for (const [name, token] of Object.entries(attacks))
  test(`refused with the one constant answer: ${name}`, async () => {
    await assert.rejects(sessionsAt({ at: start }).verify(token, origin), refused);
  });

/** The answer as it goes out, and what the log is told of it. */
const toldOf = async (verified: Promise<unknown>): Promise<readonly [answer: string, why: string | undefined]> => {
  try {
    await verified;
    return ['taken', undefined];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return [await problemResponse(error).text(), error.why];
  }
};

test('why a token was refused is for the log alone: the answers are the same bytes', async () => {
  const now = { at: start };
  const sessions = sessionsAt(now);
  const { token, tokenId } = await sessions.mint({ companyId, subject: 'user', origin });
  const told = [await toldOf(sessions.verify(token, 'https://evil.example'))];
  await sessions.revoke({ tokenId });
  told.push(await toldOf(sessions.verify(token, origin)));
  for (const name of ['expired', 'another secret', 'unknown kid', 'another audience', 'no session', 'not a token'])
    told.push(await toldOf(sessions.verify(attacks[name] ?? '', origin)));
  assert.equal(new Set(told.map(([answer]) => answer)).size, 1);
  assert.deepEqual(
    told.map(([, why]) => why?.split(':')[0]),
    ['origin', 'revoked', 'expired', 'signature', 'key', 'audience', 'claim', 'no token that can be read'],
  );
});

test('a token that was good is refused all the same once it is another page’s, changed or over', async () => {
  const now = { at: start };
  const sessions = sessionsAt(now);
  const { token } = await sessions.mint({ companyId, subject: 'user', origin });
  await sessions.verify(token, origin);
  await assert.rejects(sessions.verify(token, 'https://evil.example'), refused);
  await assert.rejects(sessions.verify(`${token}x`, origin), refused);
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const another = base64url({ ...claims, cid: 'dbc451e4-40dd-48c4-a54e-f0cedf02c665' });
  await assert.rejects(sessions.verify([header, another, signature].join('.'), origin), refused);
  now.at = start - 1_000;
  await assert.rejects(sessions.verify(token, origin), refused);
  now.at = start + 600_000;
  await assert.rejects(sessions.verify(token, origin), refused);
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

test('a slip in the name of a member mints no token that may do more', async () => {
  const sessions = sessionsAt({ at: start });
  for (const [field, more] of [
    ['scope', { scope: ['feeds:read'] }],
    ['connection', { connection: companyId }],
  ] as const)
    await assert.rejects(sessions.mint({ companyId, subject: 'user', origin, ...more }), {
      code: 'invalid_request',
      field,
      detail: `${field} is no member of a session, which has companyId, subject, origin, scopes, connections, sessionId, signedInAt.`,
    });
});

test('nobody signed in tomorrow, though clocks differ by some seconds', async () => {
  const sessions = sessionsAt({ at: start });
  const mint = (seconds: number) =>
    sessions.mint({
      companyId,
      subject: 'user',
      origin,
      signedInAt: new Date(start + seconds * 1000).toISOString(),
    });
  assert.equal((await mint(30)).expiresAt, '2026-03-01T12:10:00.000Z');
  await assert.rejects(mint(86_400), { code: 'invalid_request', field: 'signedInAt' });
});

test('no token outlasts eight hours since the user signed in', async () => {
  const now = { at: start };
  const sessions = sessionsAt(now);
  const signedInAt = new Date(start - (8 * 3600 - 60) * 1000).toISOString();
  const { token, expiresAt } = await sessions.mint({ companyId, subject: 'user', origin, signedInAt });
  assert.equal(expiresAt, '2026-03-01T12:01:00.000Z');
  now.at = start + 60_000;
  await assert.rejects(sessions.verify(token, origin), refused);
  await assert.rejects(
    sessions.mint({ companyId, subject: 'user', origin, signedInAt }),
    (error) => error instanceof Problem && error.field === 'signedInAt',
  );
});

const host = generateKeyPairSync('ed25519');
const publicKey = host.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const signedByHost = (header: object, claims: object): string => {
  const text = `${base64url(header)}.${base64url(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), host.privateKey).toString('base64url')}`;
};
const hostHeader = { alg: 'EdDSA', kid: 'host', typ: 'bft+jwt' };

test('a host signs its tokens with its own key, and the proxy can make none', async () => {
  const sessions = sessionsAt({ at: start }, [{ kid: 'host', publicKey }]);
  assert.equal((await sessions.verify(signedByHost(hostHeader, goodClaims), origin)).companyId, companyId);
  await assert.rejects(
    sessions.mint({ companyId, subject: 'user', origin }),
    (error) => error instanceof Problem && /your backend signs/.test(error.detail),
  );
});

test('a host may write the id of a company in capitals: it is the same company, also when it is revoked', async () => {
  const sessions = sessionsAt({ at: start }, [{ kid: 'host', publicKey }]);
  const token = signedByHost(hostHeader, { ...goodClaims, cid: companyId.toUpperCase() });
  assert.equal((await sessions.verify(token, origin)).companyId, companyId);
  await sessions.revoke({ companyId });
  await assert.rejects(sessions.verify(token, origin), refused);
});

test('a key is good for its own algorithm alone', async () => {
  const sessions = sessionsAt({ at: start }, [
    { kid: 'one', secret },
    { kid: 'host', publicKey },
  ]);
  for (const token of [
    // The classic confusion: the public key as the secret.
    forge({ ...goodHeader, kid: 'host' }, goodClaims, publicKey),
    forge({ ...hostHeader, alg: 'HS256' }, goodClaims, publicKey),
    signedByHost({ ...hostHeader, kid: 'one' }, goodClaims),
    signedByHost({ ...hostHeader, alg: 'HS256' }, goodClaims),
  ])
    await assert.rejects(sessions.verify(token, origin), refused);
});

test('a company, a session and a token are over once they are revoked, and no other', async () => {
  const now = { at: start };
  const sessions = sessionsAt(now);
  const mint = (sessionId?: string) => sessions.mint({ companyId, subject: 'user', origin, sessionId });
  const [first, same, other] = [await mint('host-session'), await mint('host-session'), await mint()];
  assert.equal(first.sessionId, 'host-session');
  await sessions.revoke({ tokenId: first.tokenId });
  await assert.rejects(sessions.verify(first.token, origin), refused);
  await sessions.verify(same.token, origin);
  await sessions.revoke({ sessionId: 'host-session' });
  await assert.rejects(sessions.verify(same.token, origin), refused);
  await sessions.verify(other.token, origin);
  await sessions.revoke({ companyId });
  await assert.rejects(sessions.verify(other.token, origin), refused);
  now.at += 1;
  const next = await mint();
  await sessions.verify(next.token, origin);
  // Another instance, or this one after a restart.
  const again = revocationsAt(now);
  await again.start();
  const beside = sessionsAt(now, undefined, again);
  for (const { token } of [first, same, other]) await assert.rejects(beside.verify(token, origin), refused);
  await beside.verify(next.token, origin);
});

test('what no token can have outlived is forgotten', async () => {
  const now = { at: start };
  const revocations = revocationsAt(now);
  await revocations.add({ sessionId: 'long ago' });
  now.at += longestRevocation + 1;
  await revocations.add({ sessionId: 'now' });
  const { rows } = await database.query<{ id: string }>(
    `select id from revocation where kind = 'session' and id in ('long ago', 'now')`,
  );
  assert.deepEqual(rows, [{ id: 'now' }]);
  assert.equal(revocations.has({ companyId, sessionId: 'long ago', tokenId: '', issuedAt: now.at }), false);
});

for (const input of [{}, { companyId: 'not-a-uuid' }, { sessionId: '' }, { companyId, sessionId: 'both' }, 'all'])
  test(`revoking refuses ${JSON.stringify(input)}`, async () => {
    await assert.rejects(
      sessionsAt({ at: start }).revoke(input),
      (error) => error instanceof Problem && error.code === 'invalid_request',
    );
  });

test('more tokens than the tabs of one user ask for are refused for a while', async () => {
  const now = { at: start };
  const sessions = sessionsAt(now);
  const mint = (subject: string) => sessions.mint({ companyId, subject, origin });
  for (let n = 0; n < 120; n += 1) await mint('user');
  await assert.rejects(
    mint('user'),
    (error) => error instanceof Problem && error.code === 'rate_limited' && error.retryAfterSeconds === 60,
  );
  await mint('another');
  now.at += 60_000;
  await mint('user');
});
