/**
 * Every error the proxy may answer with, in one table: HTTP status, whether the same request may
 * succeed later, and who can fix it. Bodies are RFC 9457 problem details, their titles in `proxy/problem-titles.ts`.
 */
export type Fixer = 'user' | 'partner' | 'support';

interface ProblemFacts {
  readonly status: number;
  /** True where repeating the same request later may succeed. */
  readonly retry: boolean;
  readonly fixer: Fixer;
}

const table = {
  unauthenticated: { status: 401, retry: true, fixer: 'user' },
  forbidden: { status: 403, retry: false, fixer: 'partner' },
  not_found: { status: 404, retry: false, fixer: 'partner' },
  method_not_allowed: { status: 405, retry: false, fixer: 'partner' },
  invalid_request: { status: 400, retry: false, fixer: 'partner' },
  encoding_not_supported: { status: 415, retry: false, fixer: 'partner' },
  body_too_large: { status: 413, retry: false, fixer: 'partner' },
  rate_limited: { status: 429, retry: true, fixer: 'support' },
  platform_not_allowed: { status: 422, retry: false, fixer: 'partner' },
  connection_active: { status: 409, retry: false, fixer: 'user' },
  connection_not_linked: { status: 409, retry: false, fixer: 'user' },
  account_refused: { status: 422, retry: false, fixer: 'user' },
  mapping_refused: { status: 422, retry: false, fixer: 'user' },
  action_not_possible: { status: 409, retry: false, fixer: 'partner' },
  upstream_refused: { status: 422, retry: false, fixer: 'support' },
  source_accounts_invalid: { status: 500, retry: false, fixer: 'partner' },
  source_accounts_failed: { status: 502, retry: true, fixer: 'partner' },
  webhook_invalid: { status: 400, retry: false, fixer: 'partner' },
  webhook_body_consumed: { status: 500, retry: false, fixer: 'partner' },
  upstream_unauthorized: { status: 502, retry: false, fixer: 'partner' },
  upstream_invalid: { status: 502, retry: true, fixer: 'support' },
  upstream_unavailable: { status: 502, retry: true, fixer: 'support' },
  store_unavailable: { status: 503, retry: true, fixer: 'support' },
  internal: { status: 500, retry: true, fixer: 'support' },
} as const satisfies Record<string, ProblemFacts>;

export type ProblemCode = keyof typeof table;

export const problems: Readonly<Record<ProblemCode, ProblemFacts>> = Object.freeze(table);

export const isProblemCode = (value: unknown): value is ProblemCode =>
  typeof value === 'string' && Object.hasOwn(table, value);

/** One line of a request that was refused, by its place and, where it has one, its id. */
export interface ItemError {
  readonly itemId?: string | undefined;
  readonly code: string;
  readonly field?: string | undefined;
  readonly message: string;
}
