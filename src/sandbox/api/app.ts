/**
 * Codat's API as HTTP: authentication, limits, idempotency and the documented error body around the
 * operations of the document.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { Core } from '../core.ts';
import { observeAnswer } from '../observation.ts';
import { authorizationOperations } from './authorization.ts';
import { accessTokenOperations } from './access-token.ts';
import { bankAccountOperations } from './bank-accounts.ts';
import { parseBytes, readBytes } from './body.ts';
import { companyOperations } from './companies.ts';
import { connectionOperations } from './connections.ts';
import { ApiError, errorBody } from './errors.ts';
import { credentialOperations } from './credentials.ts';
import type { Idempotency } from './idempotency.ts';
import type { Limits } from './limits.ts';
import { managedSyncOperations } from './managed-syncs.ts';
import { mappingOperations } from './mapping.ts';
import { modelOperations } from './models.ts';
import type { Interceptor, Operation, Reply } from './operation.ts';
import { otpOperations } from './otp.ts';
import { pushOperations } from './push-operations.ts';
import { sourceAccountOperations } from './source-accounts.ts';
import { transactionOperations } from './transactions.ts';
import { webhookConsumerOperations } from './webhook-consumers.ts';
import { WrittenJson, writeJson } from './wire.ts';

/** In routing order. */
export const operations: readonly Operation[] = [
  ...companyOperations,
  ...accessTokenOperations,
  ...connectionOperations,
  ...authorizationOperations,
  ...credentialOperations,
  ...otpOperations,
  ...sourceAccountOperations,
  ...mappingOperations,
  ...bankAccountOperations,
  ...modelOperations,
  ...managedSyncOperations,
  ...transactionOperations,
  ...pushOperations,
  ...webhookConsumerOperations,
];

export interface ApiOptions {
  readonly core: Core;
  readonly apiKey: string;
  readonly limits: Limits;
  readonly idempotency: Idempotency;
  readonly interceptors: ReadonlySet<Interceptor>;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether the header carries the key: Basic, and the base64 of the key alone, without a user or a colon. */
export function authorized(header: string | null, apiKey: string): boolean {
  const [, given = ''] = /^Basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(header ?? '') ?? [];
  return timingSafeEqual(digest(given), digest(Buffer.from(apiKey).toString('base64')));
}

/** Path parameters that are UUIDs, and so the same in capitals; the ids of accounts are text of the integrator's. */
const uuids = new Set(['companyId', 'connectionId', 'pushOperationKey', 'syncId', 'webhookId']);

const readParams = (given: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, uuids.has(name) ? value.toLowerCase() : value]),
  );

const retired =
  'This way to set source accounts was retired in November 2023. Create accounts with POST …/bankFeedAccounts or POST …/bankFeedAccounts/batch, and change one with PATCH …/bankFeedAccounts/{accountId}.';

export function createApi({ core, apiKey, limits, idempotency, interceptors }: ApiOptions): Hono {
  const app = new Hono();

  const refusal = (error: unknown): Reply => {
    const known = error instanceof ApiError ? error : new ApiError(500, 'An unexpected error occurred.');
    if (known !== error) core.log('A request failed unexpectedly.', { error: String(error) });
    return { status: known.status, body: errorBody(known, core.ids.next('correlation')), headers: known.headers };
  };

  /** What every request passes, whether or not there is an operation behind it. */
  const gated = async (
    context: Context,
    { id: operationId, path }: { readonly id?: string; readonly path: string },
    perform: () => Promise<Reply>,
  ): Promise<Response> => {
    let leave = (): void => {};
    let reply: Reply;
    try {
      if (!authorized(context.req.header('authorization') ?? null, apiKey)) {
        throw new ApiError(
          401,
          'Unauthorized: send "Authorization: Basic " followed by the base64 of the API key alone.',
        );
      }
      leave = limits.enter(context.req.param('companyId')?.toLowerCase());
      reply = await perform();
    } catch (error) {
      reply = refusal(error);
    } finally {
      leave();
    }
    const { status, injected = false, forgotten } = reply;
    const body = reply.body instanceof WrittenJson ? reply.body.bytes : reply.body && writeJson(reply.body);
    if (forgotten !== true) observeAnswer({ operationId, method: context.req.method, path, status, body, injected });
    const headers = { ...limits.headers(), ...reply.headers };
    if (body === undefined) return new Response(null, { status, headers });
    return new Response(body, {
      status,
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    });
  };

  const run = async (operation: Operation, context: Context): Promise<Reply> => {
    const { method, raw } = context.req;
    const url = new URL(raw.url);
    const bytes =
      method === 'GET' || method === 'DELETE' || method === 'HEAD' ? new Uint8Array() : await readBytes(raw);
    const params = readParams(context.req.param());
    /** What the operation itself came to: its reply or its refusal. */
    let own: unknown;
    const effect = async (): Promise<Reply> => {
      try {
        const body = parseBytes(bytes);
        const reply = operation.handle({ core, params, query: url.searchParams, path: url.pathname, body });
        own = reply;
        return reply;
      } catch (error) {
        own = error;
        throw error;
      }
    };
    let chain = effect;
    for (const interceptor of interceptors) {
      const next = chain;
      chain = () => interceptor(operation.id, next, raw, params);
    }
    const answer = async (): Promise<Reply> => {
      try {
        const reply = await chain();
        return reply === own ? reply : { ...reply, injected: true };
      } catch (error) {
        return error === own ? refusal(error) : { ...refusal(error), injected: true };
      }
    };
    const key = context.req.header('idempotency-key');
    if (key === undefined || (method !== 'POST' && method !== 'PATCH')) return answer();
    if (key.length === 0 || key.length > 255) {
      throw new ApiError(400, 'The header Idempotency-Key must have 1 to 255 characters; a GUID is recommended.');
    }
    const fingerprint = createHash('sha256')
      .update(`${method} ${url.pathname}${url.search}\n`)
      .update(bytes)
      .digest('hex');
    const reply = await idempotency.once(key, fingerprint, answer);
    core.changed();
    return reply;
  };

  for (const operation of operations) {
    app.on(operation.method, operation.path, (context) => gated(context, operation, () => run(operation, context)));
  }
  for (const path of new Set(operations.map((operation) => operation.path))) {
    const allow = operations.filter((operation) => operation.path === path).map(({ method }) => method);
    app.all(path, (context) =>
      gated(context, { path }, () => {
        const isRetired = context.req.method === 'PUT' && path.endsWith('/bankFeedAccounts');
        const message = isRetired
          ? retired
          : `The method ${context.req.method} is not allowed here; use ${allow.join(', ')}.`;
        return Promise.reject(new ApiError(405, message, { headers: { allow: allow.join(', ') } }));
      }),
    );
  }
  app.notFound((context) =>
    gated(context, { path: context.req.path }, () =>
      Promise.reject(new ApiError(404, 'No operation of the Bank Feeds API is simulated at this path.')),
    ),
  );
  return app;
}
