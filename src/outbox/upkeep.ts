/** What is done behind delivery, now and then: old rows go, and operations that nobody here sent are looked for. */
import type { PlatformKey } from '../contract/platforms.ts';
import type { Ledger } from './ledger-port.ts';
import type { Clock, Durations, Operation, Upstream } from './model.ts';
import type { UnfinishedPush } from './operating.ts';
import { strangerMessage, unfinishedMessage } from './told.ts';

const hour = 3_600_000;
export type PendingHours = Readonly<Record<PlatformKey, number>>;
/** So many steps of pruning in a row; the next round goes on. */
const mostSteps = 50;
/** How many rounds an operation is in view, so that one that was in doubt meanwhile is not missed. */
const rounds = 3;

/**
 * Operations that wrote, or may write, transactions on these connections, within a time, and belong to no push of
 * ours. Pure. One that failed wrote nothing.
 */
export const strangers = (
  operations: readonly Operation[],
  known: ReadonlySet<string>,
  connectionIds: ReadonlySet<string>,
  until: number,
): readonly Operation[] =>
  operations.filter(
    (operation) =>
      connectionIds.has(operation.connectionId) &&
      (operation.dataType === undefined || operation.dataType === 'bankTransactions') &&
      operation.status !== 'failed' &&
      operation.requestedAt < until &&
      !known.has(operation.key),
  );

/** How many hours a batch of this software may take; of software that is not known, the longest. */
const mostHours = (limits: PendingHours, platform: PlatformKey | undefined): number =>
  platform === undefined ? Math.max(...Object.values(limits)) : limits[platform];

/** Those that take too long. Pure. */
export const overdue = (
  pushes: readonly UnfinishedPush[],
  limits: PendingHours,
  now: number,
): readonly (UnfinishedPush & { readonly hours: number })[] =>
  pushes
    .map((push) => ({ ...push, hours: mostHours(limits, push.platform) }))
    .filter(({ sentAt, hours }) => now - sentAt >= hours * hour);

export const createUpkeep = ({
  ledger,
  upstream,
  clock,
  durations,
  pendingHours,
  log,
}: {
  readonly ledger: Ledger;
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly durations: Durations;
  readonly pendingHours: PendingHours;
  readonly log: (level: 'debug' | 'warn', message: string) => void;
}) => {
  const { operating } = ledger;

  const audit = async (signal: AbortSignal): Promise<void> => {
    const now = clock.now();
    if (!(await operating.claimAudit(now, durations.audit))) return;
    const { sendWindow, quietWindow, clockSkew } = durations;
    const pending = await operating.unfinished(now - Math.min(...Object.values(pendingHours)) * hour);
    for (const push of overdue(pending, pendingHours, now))
      await operating.alarm(now, push.key, push.operationKey, unfinishedMessage(push, push.hours));
    // By then its answer is recorded, or it is in doubt and its connection not looked at.
    const until = now - sendWindow - quietWindow - clockSkew;
    const since = until - rounds * durations.audit;
    const companies = new Map<string, Set<string>>();
    for (const { companyId, connectionId } of await operating.settledSince(since, until)) {
      const connectionIds = companies.get(companyId) ?? new Set();
      companies.set(companyId, connectionIds.add(connectionId));
    }
    for (const [companyId, connectionIds] of companies) {
      if (signal.aborted) return;
      try {
        const operations = await upstream.list(companyId, since, signal);
        const keys = operations.map(({ key }) => key);
        const known = await ledger.knownOperations(companyId, keys);
        for (const { key, connectionId, status } of strangers(operations, known, connectionIds, until)) {
          const feed = { companyId, connectionId, accountId: '' };
          await operating.alarm(clock.now(), feed, key, strangerMessage(key, status));
        }
      } catch (error) {
        // The next round looks at the same time again.
        log('debug', `operations of ${companyId} could not be listed: ${error instanceof Error ? error.message : ''}`);
      }
    }
  };

  /** What was sent after the backup stands in Codat's list and not in the store. */
  const lookAfterRestore = async (signal: AbortSignal): Promise<void> => {
    const { sendWindow, quietWindow, clockSkew } = durations;
    for (const company of await operating.restored()) {
      if (signal.aborted || clock.now() < company.closedAt + sendWindow + quietWindow) return;
      const { companyId, connectionIds, lastSealedAt } = company;
      try {
        const operations = await upstream.list(companyId, lastSealedAt - clockSkew, signal);
        const keys = operations.map(({ key }) => key);
        const known = await ledger.knownOperations(companyId, keys);
        const unknown = strangers(operations, known, new Set(connectionIds), Infinity).map(({ key }) => key);
        await operating.judgeRestored(clock.now(), company, unknown);
        log('warn', `company ${companyId}, restored: ${unknown.length} operations since the backup are not known`);
      } catch (error) {
        log('warn', `operations of ${companyId} could not be listed: ${error instanceof Error ? error.message : ''}`);
      }
    }
  };

  let running = false;
  return async (signal: AbortSignal): Promise<void> => {
    if (running) return;
    running = true;
    try {
      await lookAfterRestore(signal);
      await audit(signal);
      for (let step = 0; step < mostSteps && !signal.aborted; step += 1)
        if ((await operating.prune(clock.now())) === 0) break;
    } finally {
      running = false;
    }
  };
};
