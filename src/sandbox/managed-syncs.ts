/** What happens in a managed sync: Codat fetches the lines itself and pushes them like anybody's. */
import * as z from 'zod';
import { behaviourOf } from './behaviours.ts';
import type { Core } from './core.ts';
import { lineFaults, mostLines, signWarnings, statementLine } from './line-rules.ts';
import { Lines, type TransactionRecord } from './lines.ts';
import { submitTransactions } from './operations.ts';
import type { ManagedSyncRecord, SourceAccountRecord } from './records.ts';
import { utc } from './views.ts';

type SyncStatus = 'Started' | 'Failed' | 'SuccessDataPushed' | 'SuccessNoDataPushed' | 'PartialSuccessDataPushed';

/** Where a sync stands. It ends when the last of its pushes has. */
export interface SyncState {
  readonly status: SyncStatus;
  readonly endedAt?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

export function stateOf(core: Core, { fetched }: ManagedSyncRecord): SyncState {
  if (fetched === undefined) return { status: 'Started' };
  const { at, error, operationKeys } = fetched;
  if (error !== undefined) return { status: 'Failed', endedAt: at, error };
  const pushes = operationKeys.map((key) => core.world.operations.get(key)).filter((each) => each !== undefined);
  if (pushes.some(({ status }) => status === 'Pending')) return { status: 'Started' };
  const endedAt = Math.max(at, ...pushes.map(({ completedAt }) => completedAt ?? at));
  if (pushes.length === 0) return { status: 'SuccessNoDataPushed', endedAt };
  const failed = pushes.filter(({ status }) => status !== 'Success');
  const [first] = failed;
  if (first === undefined) return { status: 'SuccessDataPushed', endedAt };
  const status = failed.length < pushes.length ? 'PartialSuccessDataPushed' : 'Failed';
  return { status, endedAt, error: { code: 'PushFailed', message: first.errorMessage ?? 'A push failed.' } };
}

/** A new sync, from where the last successful one ended, or from the feed start date. */
export function startSync(core: Core, { companyId, connectionId, ...account }: SourceAccountRecord): ManagedSyncRecord {
  const now = core.clock.now();
  const last = core.world.syncsOf(connectionId, account.id).findLast((sync) => {
    const { status } = stateOf(core, sync);
    return status === 'SuccessDataPushed' || status === 'SuccessNoDataPushed';
  });
  const sync: ManagedSyncRecord = {
    id: core.ids.next('managed sync'),
    companyId,
    connectionId,
    accountId: account.id,
    periodStart: last?.periodEnd ?? Math.min(Date.parse(account.feedStartDate ?? '') || now, now),
    periodEnd: now,
    startedAt: now,
    dueAt: now + core.delays.syncMs,
  };
  core.world.addSync(sync);
  planSync(core, sync);
  core.changed();
  return sync;
}

/** Sets the moment at which the lines are fetched; also after a restart. */
export function planSync(core: Core, sync: ManagedSyncRecord): void {
  if (sync.fetched === undefined) core.clock.at(sync.dueAt, () => execute(core, sync));
}

async function execute(core: Core, sync: ManagedSyncRecord): Promise<void> {
  const end = (outcome: Omit<NonNullable<ManagedSyncRecord['fetched']>, 'at'>): void => {
    sync.fetched = { at: core.clock.now(), ...outcome };
    core.changed();
  };
  const fail = (code: string, message: string): void => end({ operationKeys: [], error: { code, message } });

  let lines: TransactionRecord[];
  try {
    lines = await fetchLines(core, sync);
  } catch (error) {
    fail('FetchFailed', `The transactions could not be fetched: ${error instanceof Error ? error.message : 'unknown'}`);
    return;
  }
  const connection = core.world.connections.get(sync.connectionId);
  const account = core.world.account(sync.connectionId, sync.accountId);
  if (connection?.status !== 'Linked' || account?.status !== 'connected') {
    fail('AccountDisconnected', 'The account was disconnected before the transactions were fetched.');
    return;
  }
  const { balance, platformName } = behaviourOf(connection);
  const [fault] = lineFaults(core.clock.now(), lines, balance === 'required' ? platformName : undefined);
  if (fault !== undefined) {
    fail('InvalidTransactions', `Transaction ${fault.itemId}: ${fault.message}`);
    return;
  }
  end({ operationKeys: push(core, account, lines) });
  if (core.managedTransactions() === undefined) delete account.offered;
}

const decimalText = z.string().regex(/^-?\d{1,100}(?:\.\d{1,100})?$/, 'must be a decimal number in a string');
const fetchedLines = z.array(statementLine.extend({ amount: decimalText, balance: decimalText.nullish() }));

async function fetchLines(core: Core, sync: ManagedSyncRecord): Promise<TransactionRecord[]> {
  const { companyId, connectionId, accountId, periodStart, periodEnd } = sync;
  const period = { startUtc: utc(periodStart), endUtc: utc(periodEnd) };
  const bank = core.managedTransactions();
  const lines = bank
    ? await bank({ companyId, connectionId, accountId }, period)
    : (core.world.account(connectionId, accountId)?.offered ?? []);
  const result = fetchedLines.safeParse(lines);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new TypeError(`${issue?.path.join('.')}: ${issue?.message}`);
}

/** As many pushes as it takes; their keys, in order. */
function push(core: Core, account: SourceAccountRecord, lines: readonly TransactionRecord[]): string[] {
  const keys: string[] = [];
  for (let start = 0; start < lines.length; start += mostLines) {
    const some = lines.slice(start, start + mostLines);
    const options = { syncOnSuccess: true, warnings: signWarnings(some) };
    keys.push(submitTransactions(core, account, new Lines(some), options).key);
  }
  return keys;
}
