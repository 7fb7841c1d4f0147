/** Tokens that nobody gave out. */
import { verify } from 'node:crypto';
import { makeCompany } from './companies.ts';
import { claimsOf, forge, forgeries, headerOf, hmac, json, signed, type Facts, type Members } from './forged-tokens.ts';
import { Findings, type Suite } from './suite.ts';
import { hostKeys, openWorld, pageOrigin, tokenSecrets, type Handler } from './world.ts';

/** A token in clear, whoever may have signed it. */
const readLoosely = (
  token: string,
): { header: Members; claims: Members; text: string; signature: string } | undefined => {
  try {
    const [head = '', body = '', signature = ''] = token.split('.');
    const read = (part: string): Members => {
      const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
      if (typeof value !== 'object' || value === null) throw new TypeError('no members');
      return { ...value };
    };
    return { header: read(head), claims: read(body), text: `${head}.${body}`, signature };
  } catch {
    return undefined;
  }
};

type Read = NonNullable<ReturnType<typeof readLoosely>>;

/** What a verifier looks at; each planted hole leaves out one of these. */
const checks: Readonly<Record<string, (read: Read, publicUrl: string, origin: string) => boolean>> = {
  signature: ({ header, text, signature }) => {
    const { kid } = header;
    if (kid === 'host') return verify(null, Buffer.from(text), hostKeys.publicKey, Buffer.from(signature, 'base64url'));
    return (kid === 'one' || kid === 'two') && hmac(text, tokenSecrets[kid]) === signature;
  },
  algorithm: ({ header }) => header['alg'] === (header['kid'] === 'host' ? 'EdDSA' : 'HS256'),
  'the members of the header': ({ header }) =>
    Object.keys(header).every((name) => ['alg', 'kid', 'typ'].includes(name)),
  type: ({ header }) => header['typ'] === 'bft+jwt',
  audience: ({ claims }, publicUrl) => claims['aud'] === publicUrl,
  issuer: ({ claims }) => claims['iss'] === 'bank-feed-elements',
  expiry: ({ claims }) => Number(claims['exp']) > Date.now() / 1000,
  'the time before': ({ claims }) => Number(claims['nbf']) <= Date.now() / 1000,
  'the length of its life': ({ claims }) => Number(claims['exp']) - Number(claims['iat']) <= 3600,
  'the time since the sign-in': ({ claims }) =>
    Number(claims['auth_time']) <= Number(claims['iat']) && Number(claims['auth_time']) + 8 * 3600 > Date.now() / 1000,
  origin: ({ claims }, _publicUrl, origin) => claims['org'] === origin,
};

export const tokens: Suite = {
  name: 'tokens',
  cases: 20_000,
  async run({ random, cases }) {
    const findings = new Findings();
    const planted = new Map<string, number>();
    const world = await openWorld();
    try {
      const own = await makeCompany(world, 'own', ['xero']);
      const other = await makeCompany(world, 'other', ['xero']);
      const { url: publicUrl } = world;
      const { tokenId, token: accepted } = await world.proxy.sessions.mint({
        companyId: own.id,
        subject: 'user',
        origin: pageOrigin,
      });
      const facts: Facts = { random, publicUrl, companyId: own.id, otherId: other.id, accepted };
      const send = async (handler: Handler, token: string, origin: string) =>
        handler(new Request(`${world.url}/v1/feeds`, { headers: { origin, authorization: `Bearer ${token}` } }));

      /** Answers how many were let in. */
      const attack = async (handler: Handler, count: number, found: Findings): Promise<void> => {
        const constant = new Set<string>();
        for (let n = 0; n < count; n += 1) {
          const { kind, token, origin = pageOrigin } = forge(forgeries[n % forgeries.length] ?? '', facts);
          found.tried();
          let answer: Response;
          try {
            answer = await send(handler, token, origin);
          } catch (error) {
            // No header may hold it, so that it cannot be sent.
            if (error instanceof TypeError) continue;
            throw error;
          }
          const text = await answer.text();
          if (answer.status === 401) constant.add(text);
          found.expect(answer.status === 401, () => `${kind}: answered ${answer.status}\n${token}\n${origin}`);
          found.expect(
            constant.size <= 1 || answer.status !== 401,
            () => `${kind}: tells more than the others: ${text}`,
          );
        }
      };

      // What is varied is good by itself, or the rest proves nothing.
      for (const kid of ['one', 'two', 'host'] as const) {
        const claims = claimsOf(world.url, own.id, random);
        const { status } = await send(world.proxy.fetch, signed(json(headerOf(kid)), json(claims), kid), pageOrigin);
        findings.tried();
        findings.expect(status === 200, () => `a good token of the key ${kid} is answered ${status}`);
      }
      const again = await send(world.proxy.fetch, accepted, pageOrigin);
      findings.expect(again.status === 200, () => `a minted token is answered ${again.status}`);
      world.recorder.take();
      await attack(world.proxy.fetch, cases, findings);
      findings.expect(world.recorder.take().length === 0, () => 'a forged token led to Codat');
      await world.proxy.sessions.revoke({ tokenId });
      findings.tried();
      const over = await send(world.proxy.fetch, accepted, pageOrigin);
      findings.expect(over.status === 401, () => `a token that was revoked is answered ${over.status}`);

      for (const left of Object.keys(checks)) {
        const careless: Handler = async (request, env) => {
          const token = (request.headers.get('authorization') ?? '').replace('Bearer ', '');
          const origin = request.headers.get('origin') ?? '';
          const read = readLoosely(token);
          const passes =
            read !== undefined &&
            Object.entries(checks).every(([name, holds]) => name === left || holds(read, world.url, origin));
          return passes ? Response.json({ items: [] }) : world.proxy.fetch(request, env);
        };
        const found = new Findings();
        await attack(careless, Math.min(cases, 1_500), found);
        // Of those that were let in; a careless verifier tells no more than the other in its refusals.
        planted.set(`nobody looks at ${left}`, found.faults);
      }
      const remembers: Handler = async (request, env) => {
        const [, , signature] = (request.headers.get('authorization') ?? '').split('.');
        return signature === accepted.split('.')[2] ? Response.json({ items: [] }) : world.proxy.fetch(request, env);
      };
      const found = new Findings();
      await attack(remembers, Math.min(cases, 1_500), found);
      planted.set('what was let in is remembered by its signature alone', found.faults);
    } finally {
      await world.stop();
    }
    return { findings, planted };
  },
};
