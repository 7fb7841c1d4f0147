/**
 * Delivers: claims connections that want a sender and works through them, polls what Codat has not finished,
 * sweeps behind both. It decides nothing (decide.ts) and keeps nothing (ledger-port.ts).
 */
import { answered, operationMissing, operationRead, reconciled, type Outcome } from './decide.ts';
import type { Done, Lease, Ledger, PendingPush, SentPush, Work } from './ledger-port.ts';
import type { Clock, CreateAnswer, Durations, Upstream } from './model.ts';
import type { Probe } from './probe.ts';
import { createUpkeep, type PendingHours } from './upkeep.ts';

export type OutboxLog = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

export interface WorkerParts {
  readonly ledger: Ledger;
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly durations: Durations;
  readonly pendingHours: PendingHours;
  /** How many connections are served at a time. */
  readonly senders: number;
  readonly log: OutboxLog;
  readonly probe?: Probe | undefined;
}

export interface Worker {
  start(): Promise<void>;
  /** Takes no more work, lets requests under way end, for at most `graceMs`; then they go unanswered. */
  stop(graceMs?: number): Promise<void>;
  /** Something may be due now. */
  nudge(): void;
  /** Reads an operation again, whatever its poll was set to. */
  look(companyId: string, operationKey: string): Promise<void>;
}

/** A connection is given back after so many requests, so that the others get their turn. */
const stepsPerTurn = 16;
const pollsAtOnce = 16;
/** Before a store that failed is tried again, in milliseconds: it is soon back, or a person is called. */
const storeAway = 2_000;
/** So often what was learnt is kept for it; then it is learnt again, when the lease has run out or the next poll is due. */
const mostTries = 30;
/** Webhooks may come before the answer to the request; so many are remembered. */
const earlyWebhooks = 10_000;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The account by its end: a host's id of it may be its number. */
const nameOf = ({ id, key }: SentPush): string =>
  `push ${id} (company ${key.companyId}, connection ${key.connectionId}, account …${key.accountId.slice(-4)})`;

const saidOf = (answer: CreateAnswer): string => {
  if (answer.kind === 'unanswered') return `was not answered: ${answer.message}`;
  return 'status' in answer ? `was answered with ${answer.status}, ${answer.kind}` : `was answered with ${answer.kind}`;
};

export const createWorker = ({
  ledger,
  upstream,
  clock,
  durations,
  pendingHours,
  senders,
  log,
  probe,
}: WorkerParts): Worker => {
  const stopping = new AbortController();
  const cutOff = new AbortController();
  const active = new Set<Promise<void>>();
  const early = new Set<string>();
  /** Since when Codat has not known the operation of a push. */
  const missing = new Map<string, number>();
  let nudged = new AbortController();
  let looping: Promise<void> | undefined;
  let serving = 0;
  let polling = 0;
  let nextSweep = 0;
  let isAway = false;

  const upkeep = createUpkeep({ ledger, upstream, clock, durations, pendingHours, log });

  /** With a reason of its own: making the usual one takes longer than all else here. */
  const nudge = (): void => nudged.abort('nudged');

  const background = (job: () => Promise<void>, what: string): void => {
    const task = job()
      .catch((error: unknown) => log('error', `${what} failed and is tried again: ${textOf(error)}`))
      .finally(() => {
        active.delete(task);
        nudge();
      });
    active.add(task);
  };

  const wentAway = (error: unknown): void => {
    isAway = true;
    log('error', `the store could not be used: ${textOf(error)}`);
  };
  const isBack = (): void => {
    if (isAway) log('info', 'the store can be used again');
    isAway = false;
  };

  /** Keeps what was learnt for a store that is away: a lease would have to run out, an answer would be in doubt. */
  const insist = async <Result>(write: () => Promise<Result>): Promise<Result> => {
    for (let tries = 1; ; tries += 1) {
      try {
        const result = await write();
        isBack();
        return result;
      } catch (error) {
        if (tries >= mostTries || stopping.signal.aborted) throw error;
        wentAway(error);
        await clock.sleep(storeAway, stopping.signal);
      }
    }
  };

  // ---- Sending ----------------------------------------------------------------------------------

  const post = async (lease: LiveLease, work: Extract<Work, { kind: 'send' }>, openedAt: number): Promise<Outcome> => {
    const { push, body } = work;
    let answer: CreateAnswer;
    try {
      answer = await upstream.create({
        ...push.key,
        body,
        idempotencyKey: push.id,
        // A process that was frozen past its lease must not complete a request.
        commit: () => {
          void probe?.('before-last-byte');
          const may = !lease.lost && clock.now() - openedAt < durations.sendWindow;
          // The byte is written before any promise is looked at.
          if (may && probe !== undefined) queueMicrotask(() => void probe('after-last-byte'));
          return may;
        },
        signal: cutOff.signal,
      });
    } catch (error) {
      answer = { kind: 'unanswered', message: textOf(error) };
    }
    if (probe !== undefined) await probe('after-answer');
    if (answer.kind !== 'accepted') log('warn', `${nameOf(push)} ${saidOf(answer)}`);
    return answered(push.state, answer, clock.now(), durations);
  };

  const reconcile = async (push: SentPush, since: number): Promise<Outcome> => {
    const { companyId, connectionId } = push.key;
    try {
      const operations = await upstream.list(companyId, since, cutOff.signal);
      const known = await ledger.knownOperations(
        companyId,
        operations.map((operation) => operation.key),
      );
      const outcome = reconciled(push.state, connectionId, operations, known, clock.now(), durations);
      const why = 'message' in outcome ? ` (${outcome.message})` : '';
      log(
        'warn',
        `${nameOf(push)} was in doubt: ${outcome.kind}${why} after ${operations.length} operations were listed`,
      );
      return outcome;
    } catch (error) {
      log('warn', `${nameOf(push)} is in doubt and operations could not be listed: ${textOf(error)}`);
      return { kind: 'reconcile', at: clock.now() + durations.retryMax };
    }
  };

  const serve = async (lease: LiveLease): Promise<void> => {
    let done: Done | undefined;
    for (let steps = 0; ; steps += 1) {
      let openedAt = 0;
      const learnt = done;
      const work = await insist(() => {
        openedAt = clock.now();
        return ledger.step(lease, learnt, openedAt, steps < stepsPerTurn && !stopping.signal.aborted);
      });
      if (done) {
        announce(done.companyId, done.outcome);
        if (probe !== undefined) await probe('after-record-commit');
      }
      if (work.kind === 'idle' || work.kind === 'lost') return;
      const { push } = work;
      if (probe !== undefined && work.kind === 'send') await probe('after-seal-commit');
      const outcome = work.kind === 'send' ? await post(lease, work, openedAt) : await reconcile(push, work.since);
      done = { pushId: push.id, attempt: push.state.attempts, outcome, companyId: push.key.companyId };
    }
  };

  /** A webhook that was here before the answer told the key: the operation is read right away. */
  const announce = (companyId: string, outcome: Outcome): void => {
    if (outcome.kind !== 'pending') return;
    if (early.delete(`${companyId}/${outcome.operationKey}`))
      background(() => look(companyId, outcome.operationKey), 'reading an operation');
  };

  const serveUnderLease = async (claimed: Lease): Promise<void> => {
    const lease: LiveLease = { ...claimed, lost: false };
    const ended = new AbortController();
    const heartbeat = (async () => {
      for (;;) {
        await clock.sleep(durations.heartbeat, ended.signal);
        if (ended.signal.aborted) return;
        const kept = await ledger.renew(lease).catch(() => true);
        if (!kept) lease.lost = true;
      }
    })();
    try {
      await serve(lease);
    } finally {
      ended.abort('ended');
      await heartbeat;
    }
  };

  // ---- Polling ------------------------------------------------------------------------------------

  const read = async ({ id, companyId, operationKey, state }: PendingPush, told: boolean): Promise<void> => {
    const operation = await upstream.get(companyId, operationKey, cutOff.signal, told);
    const now = clock.now();
    if (operation === undefined) {
      log('warn', `company ${companyId}: Codat does not know push operation ${operationKey} any more`);
      const since = missing.get(id) ?? now;
      missing.set(id, since);
      const lost = operationMissing(operationKey, since, now, durations);
      if (lost === undefined) return;
      missing.delete(id);
      if (await insist(() => ledger.settle(now, id, lost))) nudge();
      return;
    }
    missing.delete(id);
    const outcome = operationRead(state, operation, clock.now(), durations);
    if (probe !== undefined) await probe('before-settle');
    if (await insist(() => ledger.settle(clock.now(), id, outcome))) nudge();
    if (probe !== undefined) await probe('after-settle-commit');
  };

  const look = async (companyId: string, operationKey: string): Promise<void> => {
    const push = await ledger.findOperation(companyId, operationKey);
    if (push !== undefined) return read(push, true);
    early.add(`${companyId}/${operationKey}`);
    for (const oldest of early) {
      if (early.size <= earlyWebhooks) break;
      early.delete(oldest);
    }
  };

  // ---- The loop -----------------------------------------------------------------------------------

  const pass = async (): Promise<number> => {
    const now = clock.now();
    if (now >= nextSweep) {
      await ledger.sweep(now);
      nextSweep = now + durations.sweep;
      background(() => upkeep(stopping.signal), 'upkeep');
    }
    // Most nudges come to nothing: one question instead of three.
    const due = (await ledger.untilDue(now)) ?? durations.sweep;
    if (due > 0) return Math.min(due, nextSweep - now);
    const leases = serving < senders ? await ledger.claim(now, senders - serving) : [];
    for (const lease of leases) {
      serving += 1;
      background(() => serveUnderLease(lease).finally(() => (serving -= 1)), 'sending');
    }
    const polls = polling < pollsAtOnce ? await ledger.claimPolls(now, pollsAtOnce - polling) : [];
    for (const push of polls) {
      polling += 1;
      background(() => read(push, false).finally(() => (polling -= 1)), 'reading an operation');
    }
    // There may be more. Where all are busy, whichever ends first nudges; what the others could do waits so long at most.
    return serving < senders && polling < pollsAtOnce ? 0 : Math.min(durations.look, nextSweep - now);
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      nudged = new AbortController();
      let pause = storeAway;
      try {
        pause = await pass();
        isBack();
      } catch (error) {
        wentAway(error);
      }
      // At least a moment, so that a connection another instance holds does not make this one spin.
      await clock.sleep(Math.max(pause, 5), nudged.signal);
    }
  };

  return {
    nudge,
    look,
    async start() {
      if (looping !== undefined) return;
      await ledger.clearLeases();
      looping = loop();
    },
    async stop(graceMs = 5000) {
      stopping.abort();
      nudge();
      await looping;
      const graceOver = new AbortController();
      const grace = clock.sleep(graceMs, graceOver.signal).then(() => cutOff.abort());
      while (active.size > 0) await Promise.all(active);
      graceOver.abort();
      await grace;
    },
  };
};

interface LiveLease extends Lease {
  /** Set by the heartbeat where somebody else took over. */
  lost: boolean;
}
