import type { ProblemCode } from '../contract/problems.ts';

/** The `title` of each problem, for developers who read an answer; browsers have no use for them. */
export const problemTitles: Readonly<Record<ProblemCode, string>> = {
  unauthenticated: 'The session or the server secret is missing or not valid',
  forbidden: 'The session does not allow this',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  invalid_request: 'The request is not valid',
  encoding_not_supported: 'The body is compressed',
  body_too_large: 'The body is too large',
  rate_limited: 'Too many requests',
  platform_not_allowed: 'This accounting software is not offered',
  connection_active: 'Another connection to accounting software is active',
  connection_not_linked: 'The accounting software is not connected',
  account_refused: 'The account was refused',
  mapping_refused: 'The accounting software refused the account',
  action_not_possible: 'This cannot be done about these lines',
  upstream_refused: 'Codat refused the request',
  source_accounts_invalid: 'The list of source accounts is not valid',
  source_accounts_failed: 'The list of source accounts could not be read',
  webhook_invalid: 'The webhook is not valid',
  webhook_body_consumed: 'The raw body of the webhook is gone',
  upstream_unauthorized: 'Codat does not accept the API key',
  upstream_invalid: 'Codat gave an unexpected answer',
  upstream_unavailable: 'Codat could not be reached',
  store_unavailable: 'The store is not ready',
  internal: 'Something went wrong on our side',
};
