import { isCodatError, type CodatError } from '../codat/index.ts';
import type { ProblemCode } from '../contract/problems.ts';
import { OutboxError } from '../outbox/outbox.ts';
import { isStoreAway } from '../store/database.ts';
import { plainWords } from './plain-words.ts';
import { Problem } from './problem.ts';

/** What a page learns when Codat cannot or will not: never its raw answer, only a refusal's own words. */
const codatProblem = (error: CodatError, words = plainWords): Problem => {
  const cause = error;
  switch (error.kind) {
    case 'http': {
      const facts = { correlationId: error.correlationId, cause };
      if (error.status === 401 || error.status === 402 || error.status === 403)
        return new Problem(
          'upstream_unauthorized',
          'The connection service does not accept the key of this site. The bank has to check it.',
          facts,
        );
      if (error.status === 404) return new Problem('not_found', 'There is nothing here for this session.', facts);
      if (error.status === 429)
        return new Problem('rate_limited', 'Too much at once. Try again in a moment.', {
          ...facts,
          retryAfterSeconds: Math.ceil((error.retryAfterMs ?? 30_000) / 1000),
        });
      if (error.status === 400 || error.status === 409 || error.status === 422) {
        // Without the item's id: towards Codat an account has the host's own, which may be its number.
        const items = error.validation.errors.flatMap(({ message }) =>
          message ? [{ code: 'upstream_refused', message: words(message) }] : [],
        );
        return new Problem('upstream_refused', words(error.error ?? 'The accounting software refused this.'), {
          ...facts,
          itemErrors: items.length > 0 ? items : undefined,
        });
      }
      return new Problem('upstream_unavailable', 'The connection service has a problem. Try again in a moment.', facts);
    }
    case 'connection':
    case 'timeout':
    case 'aborted':
      return new Problem('upstream_unavailable', 'The connection service did not answer. Try again in a moment.', {
        cause,
      });
    case 'invalid-response':
      return new Problem('upstream_invalid', 'The connection service gave an answer that makes no sense.', { cause });
    case 'invalid-request':
      return new Problem('invalid_request', error.message, { field: error.field, cause });
  }
};

/** Runs a call of Codat's whose refusal has its own way of being told: with the ids that are known taken out. */
export const inWords = async <Result>(
  words: (text: string) => string,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    throw isCodatError(error) && error.kind === 'http' ? codatProblem(error, words) : error;
  }
};

/** What is held is not in a state for the step, or a person has to confirm something first. */
const notNow: ReadonlySet<OutboxError['code']> = new Set(['not_held', 'not_allowed', 'confirmation_required']);

const outboxProblem = ({ code }: OutboxError): ProblemCode => {
  if (code === 'unknown_feed') return 'not_found';
  return notNow.has(code) ? 'action_not_possible' : 'invalid_request';
};

/** The same, where an error is about the account that was handed over; undefined where all has to end. */
export const refusalOf = (error: unknown): Problem | undefined => (isStoreAway(error) ? undefined : problemOf(error));

/** What the caller is told of an error; undefined where it is none of those that are meant for callers. */
export const problemOf = (error: unknown): Problem | undefined => {
  if (error instanceof Problem) return error;
  if (isCodatError(error)) return codatProblem(error);
  if (isStoreAway(error))
    return new Problem('store_unavailable', 'The store cannot be used just now. Repeat the request in a moment.', {
      cause: error,
      retryAfterSeconds: 5,
    });
  if (error instanceof OutboxError) return new Problem(outboxProblem(error), error.message, { field: error.field });
  return undefined;
};
