import type * as z from 'zod';
import type { Core } from '../core.ts';
import type { CompanyRecord, ConnectionRecord, OrganizationRecord, SourceAccountRecord } from '../records.ts';
import { ApiError, quote } from './errors.ts';
import { plainly } from './fields.ts';

/** One request, after authentication: path parameters decoded, the body read but not yet judged. */
export interface Call {
  readonly core: Core;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The path as Codat would show it in links. */
  readonly path: string;
  readonly body: unknown;
}

export interface Reply {
  readonly status: number;
  /** Absent: an answer without a body. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a fault answered in the operation's place. */
  readonly injected?: boolean;
  /** Nothing was carried out and nobody is told: the request's Idempotency-Key stays free. */
  readonly forgotten?: boolean;
}

/** One operation of the document. Its handler runs in one go, so that nothing is ever half done. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with `:name` parameters. */
  readonly path: string;
  readonly handle: (call: Call) => Reply;
}

/**
 * Stands between a request and its operation: may answer in its place, before it or after it, or make it
 * wait. What it answers is kept under the request's Idempotency-Key like any answer.
 */
export type Interceptor = (
  operationId: string,
  next: () => Promise<Reply>,
  request: Request,
  /** Path parameters, decoded. */
  params: Readonly<Record<string, string>>,
) => Promise<Reply>;

export const ok = (body: object): Reply => ({ status: 200, body });

export function companyOf({ core, params }: Call): CompanyRecord {
  const company = core.world.companies.get(params['companyId'] ?? '');
  if (company !== undefined) return company;
  throw new ApiError(404, `No company was found with ID ${quote(params['companyId'] ?? '')}`, {
    service: 'ClientsApi',
  });
}

export function connectionOf(call: Call): ConnectionRecord {
  const company = companyOf(call);
  const connection = call.core.world.connections.get(call.params['connectionId'] ?? '');
  if (connection?.companyId === company.id) return connection;
  throw new ApiError(404, `Data connection ${quote(call.params['connectionId'] ?? '')} not found`, {
    service: 'ClientsApi',
  });
}

export function accountOf(call: Call, accountId = call.params['accountId'] ?? ''): SourceAccountRecord {
  const account = call.core.world.account(connectionOf(call).id, accountId);
  if (account !== undefined) return account;
  throw new ApiError(404, `No source account was found with ID ${quote(accountId)}`, { service: 'BankFeedsApi' });
}

/** The books behind a connection that is Linked; a refusal otherwise. */
export function linkedOrganization(call: Call): { connection: ConnectionRecord; organization: OrganizationRecord } {
  const connection = connectionOf(call);
  const organization = call.core.world.organizationOf(connection);
  if (connection.status === 'Linked' && organization !== undefined) return { connection, organization };
  throw new ApiError(
    400,
    `The connection is ${connection.status}. It must be Linked: send the user to the connection's linkUrl first.`,
    { service: 'BankFeedsApi' },
  );
}

/** At most this many faults are named in one answer. */
const mostFindings = 100;
/** A message may name members of the caller's, and those can be of any length. */
const longestMessage = 300;

/** The body as the schema reads it, or a 400 that names each member at fault. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body, { error: plainly });
  if (result.success) return result.data;
  if (body === undefined) {
    throw new ApiError(400, 'The request has no body; this operation needs one, as JSON.', {
      findings: [{ itemId: 'body', message: 'is required', validatorName: 'RequestBody' }],
    });
  }
  const findings = result.error.issues.slice(0, mostFindings).map((issue) => ({
    itemId: quote(issue.path.join('.')) || 'body',
    message: quote(issue.message, longestMessage),
    validatorName: 'RequestBody',
  }));
  const first = findings[0];
  throw new ApiError(400, `The request body is not valid: ${first?.itemId}: ${first?.message}`, { findings });
}
