import type { PlatformKey } from '../contract/platforms.ts';
import type { Clock, Durations } from './model.ts';

/** What the outbox uses where the host says nothing. The reasons are in docs/push.md. */
export const defaultDurations: Durations = {
  lease: 15_000,
  heartbeat: 5_000,
  sendWindow: 7_500,
  linger: 100,
  loading: 60_000,
  keyLife: 80 * 60_000,
  quietWindow: 6 * 60_000,
  clockSkew: 60_000,
  pollFirst: 2_000,
  pollMax: 5 * 60_000,
  sweep: 60_000,
  look: 1_000,
  retryFirst: 500,
  retryMax: 60_000,
  unauthorizedPause: 5 * 60_000,
  operationLost: 60 * 60_000,
  audit: 60 * 60_000,
  keep: 90 * 86_400_000,
  keepUnread: 365 * 86_400_000,
};

/**
 * After how many hours a batch that Codat took and has not finished is an alarm. QuickBooks Online and Sage fetch when
 * they like, about once a day; software that is not known is taken to be like them.
 */
export const defaultPendingHours: Readonly<Record<PlatformKey, number>> = {
  quickbooks: 48,
  sage: 48,
  xero: 4,
  freeagent: 4,
  netsuite: 4,
  exact: 4,
};

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      // setTimeout turns anything above 2^31 into 1 ms.
      const timer = setTimeout(wake, Math.min(ms, 2_000_000_000));
      signal?.addEventListener('abort', wake, { once: true });
    }),
};
