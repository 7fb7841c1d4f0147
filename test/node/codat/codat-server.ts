import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import {
  createCodatClient,
  isCodatError,
  type Clock,
  type CodatClientOptions,
  type CodatError,
} from '../../../src/codat/index.ts';
import { listenOnFreePort } from '../../support/free-ports.ts';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The client's end of the connection. */
  readonly port: number | undefined;
}

/** What the server does with one request: an answer, or anything at all. */
export type Script =
  | {
      readonly status?: number;
      readonly headers?: Record<string, string>;
      readonly json?: unknown;
      readonly text?: string;
    }
  | ((request: IncomingMessage, response: ServerResponse, body: string) => void);

function answer(script: Script, request: IncomingMessage, response: ServerResponse, body: string): void {
  if (typeof script === 'function') return script(request, response, body);
  const text = script.text ?? (script.json === undefined ? '' : JSON.stringify(script.json));
  const type = text === '' ? {} : { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(script.status ?? 200, { ...type, ...script.headers }).end(text);
}

/** Where a server listens. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port.');
  return address.port;
}

/** A real server that plays its scripts in order, the last one for ever. */
export async function playCodat(...scripts: readonly Script[]) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { method = '', url = '', headers } = request;
      const script = scripts[Math.min(seen.length, scripts.length - 1)] ?? {};
      seen.push({ method, url, headers, body, port: request.socket.remotePort });
      answer(script, request, response, body);
    });
  });
  const port = await listenOnFreePort(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Time that passes only by sleeping, and remembers each sleep. */
export function testClock(start = Date.parse('2026-01-05T10:00:00Z')) {
  let now = start;
  const slept: number[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: async (ms, signal) => {
      if (signal?.aborted === true) return;
      slept.push(ms);
      now += ms;
    },
  };
  return { ...clock, slept };
}

/** A client and its server; retries are not spread. */
export async function withCodat(scripts: readonly Script[], options: Partial<CodatClientOptions> = {}) {
  const server = await playCodat(...scripts);
  const clock = testClock();
  const client = createCodatClient({
    apiKey: 'a-key-for-tests',
    baseUrl: server.url,
    clock,
    random: () => 0,
    timeoutMs: 5_000,
    ...options,
  });
  return {
    client,
    clock,
    seen: server.seen,
    async [Symbol.asyncDispose]() {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The one error a call ends in. */
export async function errorOf(call: Promise<unknown>): Promise<CodatError> {
  const error: unknown = await call.then(
    () => assert.fail('it should have been rejected'),
    (reason: unknown) => reason,
  );
  assert.ok(isCodatError(error), String(error));
  return error;
}

/** Everything an async iteration yields. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

export const ids = {
  company: '8a210b68-6988-11ed-a1eb-0242ac120002',
  connection: '2e9d2c44-f675-40ba-8049-353bfcb5e171',
  operation: 'ec02a54d-8d3a-4b4c-8f6b-7d1e2b0c9a11',
} as const;

export const companyJson = {
  id: ids.company,
  name: 'Technicalium',
  description: '',
  platform: '',
  redirect: `https://link.codat.io/company/${ids.company}`,
  dataConnections: [],
  created: '2022-11-10T10:45:18.1950523Z',
  createdByUserName: null,
  products: ['spend-insights'],
};

export const connectionJson = {
  id: ids.connection,
  integrationId: 'bf083d72-62c7-493e-aec9-81b4dbba7e2c',
  integrationKey: 'gbol',
  sourceId: 'bdd831ce-eebd-4896-89a7-20e5ee8989ee',
  sourceType: 'Accounting',
  platformName: 'Xero',
  linkUrl: `https://link-api.codat.io/companies/${ids.company}/connections/${ids.connection}/start?otp=123456`,
  status: 'PendingAuth',
  created: '2022-10-27T09:53:29Z',
};

export const operationJson = {
  companyId: ids.company,
  pushOperationKey: ids.operation,
  dataConnectionKey: ids.connection,
  dataType: 'bankTransactions',
  requestedOnUtc: '2026-01-05T10:00:00.1234567Z',
  status: 'Pending',
  statusCode: 202,
  changes: null,
  errorMessage: null,
  timeoutInMinutes: null,
};

export const pageOf = (results: readonly unknown[], path: string) => ({
  results,
  pageNumber: 1,
  pageSize: 100,
  totalResults: results.length,
  _links: { self: { href: path }, current: { href: `${path}?page=1&pageSize=100` } },
});

export const errorJson = (statusCode: number, more: object = {}) => ({
  statusCode,
  service: 'PublicApi',
  error: 'Words of Codat.',
  correlationId: 'cor-1',
  validation: null,
  canBeRetried: 'False',
  detailedErrorCode: 7,
  ...more,
});
