import { isProblemCode, problems } from '../contract/problems.ts';
import type { Fixer, ItemError, ProblemCode } from '../contract/problems.ts';

/** What can go wrong on this side of the wire, beside the proxy's own problems. */
const clientProblems = {
  /** No answer at all: offline, blocked by CORS or by a content security policy, connection broken. */
  network: { retry: true, fixer: 'user' },
  timeout: { retry: true, fixer: 'support' },
  /** An answer that is not the wire's: often an `endpoint` that leads somewhere else. */
  invalid_response: { retry: true, fixer: 'partner' },
  /** `endpoint` or `getToken` is missing or wrong; `field` says which. */
  invalid_configuration: { retry: false, fixer: 'partner' },
  /** A code or status this version does not know. */
  unknown: { retry: false, fixer: 'support' },
} as const satisfies Record<string, { retry: boolean; fixer: Fixer }>;

export type FeedErrorCode = ProblemCode | keyof typeof clientProblems;

export interface FeedErrorFacts {
  /** What happened and what to do, for a developer or the support desk; elements show their own words by `code`. */
  readonly detail: string;
  readonly status?: number | undefined;
  readonly field?: string | undefined;
  readonly itemErrors?: readonly ItemError[] | undefined;
  readonly requestId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly retry?: boolean | undefined;
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** Why a call of `FeedApi` failed. Aborted calls reject with the signal's reason instead. */
export class FeedApiError extends Error {
  override readonly name = 'FeedApiError';
  readonly code: FeedErrorCode;
  readonly detail: string;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** The field of the request, property or attribute at fault. */
  readonly field: string | undefined;
  /** Refusals of single accounts or lines, in Codat's own words. */
  readonly itemErrors: readonly ItemError[];
  /** `x-request-id` of the proxy's answer. */
  readonly requestId: string | undefined;
  /** Codat's correlation id, what its support asks for. */
  readonly correlationId: string | undefined;
  /** True where the same call may succeed later. */
  readonly retry: boolean;
  /** Milliseconds to wait before that, where the proxy gave a Retry-After. */
  readonly retryAfter: number | undefined;
  readonly fixer: Fixer;

  constructor(code: FeedErrorCode, facts: FeedErrorFacts) {
    super(facts.detail, facts.cause === undefined ? undefined : { cause: facts.cause });
    const known = isProblemCode(code) ? problems[code] : clientProblems[code];
    this.code = code;
    this.detail = facts.detail;
    this.status = facts.status;
    this.field = facts.field;
    this.itemErrors = facts.itemErrors ?? [];
    this.requestId = facts.requestId;
    this.correlationId = facts.correlationId;
    this.retry = facts.retry ?? known.retry;
    this.retryAfter = facts.retryAfter;
    this.fixer = known.fixer;
  }
}

/** Any thrown value as a `FeedApiError`: a host's own `FeedApi` may throw what it likes. */
export const toFeedApiError = (thrown: unknown): FeedApiError =>
  thrown instanceof FeedApiError
    ? thrown
    : new FeedApiError('unknown', { detail: thrown instanceof Error ? thrown.message : String(thrown), cause: thrown });
