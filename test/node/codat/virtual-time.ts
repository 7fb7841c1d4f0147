/** Time that stands still but for `advance`; what it wakes has run on before anything later happens. */
import type { Clock } from '../../../src/codat/index.ts';
import { createClock, type SandboxClock } from '../../../src/sandbox/index.ts';

export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export const noon = Date.parse('2026-06-10T12:00:00Z');

export function virtualTime(time: SandboxClock = createClock({ start: noon, running: false })) {
  const clock: Clock = {
    now: () => time.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const cancel = time.after(ms, async () => {
          resolve();
          await turn();
        });
        signal?.addEventListener('abort', () => {
          cancel();
          resolve();
        });
      }),
  };
  return { time, clock, advance: (ms: number) => time.advance(ms) };
}
