/**
 * Every error the proxy may answer with, in one table: HTTP status, a title, whether the same
 * request may succeed later, and who can fix it. Bodies are RFC 9457 problem details.
 */
export type Fixer = 'user' | 'partner' | 'support';

interface ProblemFacts {
  readonly status: number;
  readonly title: string;
  /** True where repeating the same request later may succeed. */
  readonly retry: boolean;
  readonly fixer: Fixer;
}

const table = {
  unauthenticated: { status: 401, title: 'The session is missing or has ended', retry: true, fixer: 'user' },
  forbidden: { status: 403, title: 'The session does not allow this', retry: false, fixer: 'partner' },
  not_found: { status: 404, title: 'Not found', retry: false, fixer: 'partner' },
  method_not_allowed: { status: 405, title: 'Method not allowed', retry: false, fixer: 'partner' },
  invalid_request: { status: 400, title: 'The request is not valid', retry: false, fixer: 'partner' },
  body_too_large: { status: 413, title: 'The body is too large', retry: false, fixer: 'partner' },
  rate_limited: { status: 429, title: 'Too many requests', retry: true, fixer: 'support' },
  platform_not_allowed: {
    status: 422,
    title: 'This accounting software is not offered',
    retry: false,
    fixer: 'partner',
  },
  connection_active: {
    status: 409,
    title: 'Another connection to accounting software is active',
    retry: false,
    fixer: 'user',
  },
  connection_not_linked: {
    status: 409,
    title: 'The accounting software is not connected',
    retry: false,
    fixer: 'user',
  },
  account_refused: { status: 422, title: 'The account was refused', retry: false, fixer: 'user' },
  mapping_refused: { status: 422, title: 'The accounting software refused the account', retry: false, fixer: 'user' },
  upstream_refused: { status: 422, title: 'Codat refused the request', retry: false, fixer: 'support' },
  source_accounts_invalid: {
    status: 500,
    title: 'The list of source accounts is not valid',
    retry: false,
    fixer: 'partner',
  },
  source_accounts_failed: {
    status: 502,
    title: 'The list of source accounts could not be read',
    retry: true,
    fixer: 'partner',
  },
  webhook_invalid: { status: 400, title: 'The webhook is not valid', retry: false, fixer: 'partner' },
  webhook_body_consumed: {
    status: 500,
    title: 'The raw body of the webhook is gone',
    retry: false,
    fixer: 'partner',
  },
  upstream_unauthorized: { status: 502, title: 'Codat does not accept the API key', retry: false, fixer: 'partner' },
  upstream_invalid: { status: 502, title: 'Codat gave an unexpected answer', retry: true, fixer: 'support' },
  upstream_unavailable: { status: 502, title: 'Codat could not be reached', retry: true, fixer: 'support' },
  store_unavailable: { status: 503, title: 'The store is not ready', retry: true, fixer: 'support' },
  internal: { status: 500, title: 'Something went wrong on our side', retry: true, fixer: 'support' },
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
