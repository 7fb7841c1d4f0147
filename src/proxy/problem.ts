import { problems, type ItemError, type ProblemCode } from '../contract/problems.ts';
import { addHeaders, TextResponse } from './answer.ts';
import { problemTitles } from './problem-titles.ts';

/** Thrown anywhere below a route; becomes one problem+json answer. `detail` is shown to people: it leaks nothing. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly detail: string;
  readonly field: string | undefined;
  readonly itemErrors: readonly ItemError[] | undefined;
  /** Codat's correlation id, for a header; never in the body. */
  readonly correlationId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** For the log alone, in words of ours: what a caller must not be told apart. */
  readonly why: string | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    facts: {
      field?: string | undefined;
      itemErrors?: readonly ItemError[] | undefined;
      correlationId?: string | undefined;
      retryAfterSeconds?: number | undefined;
      why?: string | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(`${code}: ${detail}`, { cause: facts.cause });
    this.code = code;
    this.detail = detail;
    this.field = facts.field;
    this.itemErrors = facts.itemErrors;
    this.correlationId = facts.correlationId;
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.why = facts.why;
  }
}

/** "Not yours" and "does not exist" must not be told apart: one problem for both. */
export const notFound = (): Problem => new Problem('not_found', 'There is nothing here for this session.');

/** The path is there, for other methods. */
export const methodNotAllowed = (allowed: readonly string[]): Response => {
  const answer = problemResponse(new Problem('method_not_allowed', `This address takes ${allowed.join(', ')} only.`));
  addHeaders(answer, { allow: allowed.join(', ') });
  return answer;
};

/** One constant 401, whatever was wrong with the session: `why` is for the log. */
export const unauthenticated = (why: string): Problem =>
  new Problem('unauthenticated', 'Ask for a new session and repeat the request.', { why });

/** RFC 9457 problem details. */
export const problemBody = (problem: Problem): Readonly<Record<string, unknown>> => ({
  type: `urn:bank-feed:problem:${problem.code}`,
  title: problemTitles[problem.code],
  status: problems[problem.code].status,
  code: problem.code,
  detail: problem.detail,
  field: problem.field,
  itemErrors: problem.itemErrors,
});

export const problemResponse = (problem: Problem): Response => {
  const { status } = problems[problem.code];
  const answer = new TextResponse(JSON.stringify(problemBody(problem)), status, 'application/problem+json');
  // Codat's text: anything but a plain id cannot stand in a header.
  if (/^[\x21-\x7e]{1,200}$/.test(problem.correlationId ?? ''))
    addHeaders(answer, { 'x-codat-correlation-id': problem.correlationId ?? '' });
  if (problem.retryAfterSeconds !== undefined) addHeaders(answer, { 'retry-after': String(problem.retryAfterSeconds) });
  return answer;
};
