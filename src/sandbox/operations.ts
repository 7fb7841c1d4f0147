/** When a push operation settles: in the software's own time, and with what was asked for when it runs late. */
import { settleBankAccount } from './account-opening.ts';
import type { Core } from './core.ts';
import { minuteMs } from './durations.ts';
import { finish } from './finishing.ts';
import type { Lines } from './lines.ts';
import { settleTransactions } from './posting.ts';
import type { OperationRecord, SourceAccountRecord, TransactionsOperation } from './records.ts';

/** Keeps the operation and sets the moment at which what it carries reaches the software. */
export function submit(core: Core, operation: OperationRecord): void {
  core.world.addOperation(operation);
  planOperation(core, operation);
  core.changed();
}

/** A push of lines on its way to one source account. */
export function submitTransactions(
  core: Core,
  { companyId, connectionId, id: accountId }: SourceAccountRecord,
  transactions: Lines,
  options: Pick<TransactionsOperation, 'timeoutInMinutes' | 'syncOnSuccess' | 'warnings'>,
): TransactionsOperation {
  const now = core.clock.now();
  const operation: TransactionsOperation = {
    dataType: 'bankTransactions',
    key: core.ids.next('operation'),
    companyId,
    connectionId,
    accountId,
    requestedAt: now,
    ...options,
    status: 'Pending',
    errors: [],
    waiting: { transactions, dueAt: now + core.delays.pushMs },
  };
  submit(core, operation);
  return operation;
}

/** Sets the moments of an operation that has not settled; also after a restart. */
export function planOperation(core: Core, operation: OperationRecord): void {
  if (operation.waiting === undefined) return;
  const { timeoutInMinutes: limit, waiting } = operation;
  const forgetLimit =
    limit === undefined || operation.status !== 'Pending'
      ? undefined
      : core.clock.at(operation.requestedAt + limit * minuteMs, () => timeOut(core, operation));
  core.clock.at(waiting.dueAt, () => {
    forgetLimit?.();
    settle(core, operation);
  });
}

/** Only the label: what was asked for may still land. */
function timeOut(core: Core, operation: OperationRecord): void {
  if (operation.status !== 'Pending' || !core.world.operations.has(operation.key)) return;
  finish(core, operation, {
    status: 'TimedOut',
    errorMessage: `The push operation did not complete within its time limit of ${operation.timeoutInMinutes} min.`,
  });
}

function settle(core: Core, operation: OperationRecord): void {
  if (!core.world.operations.has(operation.key)) return;
  if (operation.dataType === 'bankTransactions') settleTransactions(core, operation);
  else settleBankAccount(core, operation);
}
