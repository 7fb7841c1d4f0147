/**
 * Codat's limits: 1,000 requests a day and as many again for each company with a linked connection, until
 * midnight UTC; 1,000 a minute; ten at a time for one company. Every answer says where one stands.
 */
import type { Core } from '../core.ts';
import { ApiError } from './errors.ts';
import { dayMs, minuteMs } from '../durations.ts';

const perDay = 1000;
const perMinute = 1000;
const atATime = 10;

export interface Limits {
  /** Counts a request; answers how to end it. @throws {ApiError} 429 with Retry-After. */
  enter(companyId: string | undefined): () => void;
  headers(): Record<string, string>;
}

/** Everything is counted; only an enforcing one refuses. */
export function createLimits(core: Core, { enforced }: { readonly enforced: boolean }): Limits {
  let day = { end: 0, used: 0, reached: false, endPlanned: false };
  let minute = { end: 0, used: 0 };
  const running = new Map<string, number>();

  const quota = (): number => perDay * (1 + core.world.linkedCompanies());
  const today = () => {
    const now = core.clock.now();
    if (now >= day.end || now < day.end - dayMs) {
      day = { end: (Math.floor(now / dayMs) + 1) * dayMs, used: 0, reached: false, endPlanned: false };
    }
    return day;
  };
  const announce = (event: 'reached' | 'reset', expiry: number): void =>
    core.webhooks.emit(`client.rateLimit.${event}`, {
      dailyQuota: quota(),
      quotaRemaining: Math.max(quota() - today().used, 0),
      expiryDate: new Date(expiry).toISOString(),
    });
  const tooMany = (message: string, waitMs: number): ApiError =>
    new ApiError(429, message, { headers: { 'retry-after': String(Math.max(Math.ceil(waitMs / 1000), 1)) } });

  const checkDay = (now: number): void => {
    const current = today();
    if (current.used < quota()) {
      // Another company was linked since, and the quota grew with it.
      current.reached = false;
      return;
    }
    if (!current.reached) {
      current.reached = true;
      announce('reached', current.end);
      if (!current.endPlanned) core.clock.at(current.end, () => announce('reset', today().end));
      current.endPlanned = true;
    }
    throw tooMany('The daily quota of requests is used up.', current.end - now);
  };

  return {
    enter(companyId) {
      const now = core.clock.now();
      if (now >= minute.end || now < minute.end - minuteMs) minute = { end: now + minuteMs, used: 0 };
      const same = companyId === undefined ? 0 : (running.get(companyId) ?? 0);
      if (enforced) {
        checkDay(now);
        if (minute.used >= perMinute) throw tooMany('Too many requests in one minute.', minute.end - now);
        if (same >= atATime) throw tooMany('Too many requests at a time for this company.', 1000);
      }
      today().used += 1;
      minute.used += 1;
      if (companyId === undefined) return () => {};
      running.set(companyId, same + 1);
      return () => {
        const left = (running.get(companyId) ?? 1) - 1;
        if (left > 0) running.set(companyId, left);
        else running.delete(companyId);
      };
    },
    headers() {
      const { used, end } = today();
      return {
        'x-rate-limit-limit': String(quota()),
        'x-rate-limit-remaining': String(Math.max(quota() - used, 0)),
        'x-rate-limit-reset': new Date(end).toISOString(),
      };
    },
  };
}
