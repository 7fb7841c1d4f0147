import { FeedApiError } from '../../../src/client/index.ts';

/** The `FeedApiError` that a promise rejects with; anything else fails the test. */
export async function feedError(promise: Promise<unknown>): Promise<FeedApiError> {
  const outcome = await promise.then(
    (value) => new Error(`It resolved, to ${JSON.stringify(value)}.`),
    (error: unknown) => error,
  );
  if (outcome instanceof FeedApiError) return outcome;
  throw outcome;
}
