import type { Connection } from '../contract/schemas.ts';

export type AttemptProblem = 'refused' | 'failed';

/**
 * What the address says with which a customer came back (Codat's `{statusCode}`). Anybody can write an address: it is
 * a hint that makes an explained state show sooner, and none of its text is ever shown.
 */
export const returnHint = (search: string): AttemptProblem | undefined => {
  const status = /^[45]\d\d$/.exec(new URLSearchParams(search).get('statusCode') ?? '')?.[0];
  if (status === undefined) return undefined;
  return status === '401' || status === '403' ? 'refused' : 'failed';
};

/** How the last attempt ended, where it did not succeed; the server's word counts before the address's. */
export const attemptProblem = (
  { status, problem }: Pick<Connection, 'status' | 'problem'>,
  hint?: AttemptProblem,
): AttemptProblem | undefined => {
  if (status === 'linked') return undefined;
  if (problem) return problem.code === 'refused' ? 'refused' : 'failed';
  return status === 'pending' ? hint : undefined;
};
