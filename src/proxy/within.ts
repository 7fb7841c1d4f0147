import type { Clock } from '../outbox/model.ts';

/** What `call` answers, or an error after `ms`; then what it answers later is dropped. */
export const within = async <Value>(
  clock: Clock,
  ms: number,
  what: string,
  call: () => Value | Promise<Value>,
): Promise<Value> => {
  const ended = new AbortController();
  const tooLate = async (): Promise<never> => {
    await clock.sleep(ms, ended.signal);
    throw new Error(`${what} did not answer within ${ms} ms`);
  };
  try {
    return await Promise.race([(async () => call())(), tooLate()]);
  } finally {
    // With a reason: without one an error is made, with its stack, for nobody to read.
    ended.abort('answered');
  }
};
