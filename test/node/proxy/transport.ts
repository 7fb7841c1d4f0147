import type { ProxyOptions } from '../../../src/proxy/index.ts';

type Transport = NonNullable<ProxyOptions['transport']>;

type CodatResponse = Awaited<ReturnType<Transport>>;

/** The way to the sandbox, for tests that stand in it. */
export const overFetch: Transport = async ({ method, url, headers, body }) => {
  const init: RequestInit = { method, headers, body: typeof body === 'string' ? body : null };
  const response = await fetch(url, init);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
};

/** An answer of Codat's own making. */
export const answer = (status: number, value: unknown): CodatResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: new TextEncoder().encode(JSON.stringify(value)),
});
