/** What happens to transactions between the answer `Pending` and the software's books. */
import { type Behaviour, behaviourOf, oldestDay } from './behaviours.ts';
import { store } from './collecting.ts';
import type { Core } from './core.ts';
import type { EndingFault } from './faults.ts';
import { finish, type Outcome } from './finishing.ts';
import { land } from './landing.ts';
import { localDateTime } from './ledger.ts';
import { Lines, type TransactionRecord } from './lines.ts';
import type {
  ConnectionRecord,
  FindingRecord,
  SourceAccountRecord,
  TargetAccountRecord,
  TransactionsOperation,
} from './records.ts';

/** Why nothing can be written to this account now; undefined when it can. */
function obstacle(connection: ConnectionRecord | undefined, account: SourceAccountRecord | undefined) {
  if (connection?.status !== 'Linked' || account?.status !== 'connected') {
    return 'The account was disconnected before the transactions arrived.';
  }
  const { softwareName } = behaviourOf(connection);
  if (account.ending !== undefined) return `The user disconnected the account in ${softwareName}.`;
  if (connection.signInRevoked === true) {
    return `The credentials ${softwareName} was given were revoked. The user has to enter new ones there.`;
  }
  return undefined;
}

/** As Codat writes it: a transfer in goes as OTHER to software that would take it for money out. */
function written({ transferIsOut }: Behaviour, lines: Lines): Lines {
  if (!transferIsOut) return lines;
  const isTransferIn = ({ transactionType, amount }: TransactionRecord): boolean =>
    transactionType === 'Xfer' && !amount.startsWith('-');
  return new Lines(lines.read().map((line) => (isTransferIn(line) ? { ...line, transactionType: 'Other' } : line)));
}

/** The moment has come: the software takes the lines or Codat stores them for it, or they are refused as a whole. */
export function settleTransactions(core: Core, operation: TransactionsOperation): void {
  const lines = operation.waiting?.transactions;
  if (lines === undefined) return;
  delete operation.waiting;
  const account = core.world.account(operation.connectionId, operation.accountId);
  const connection = core.world.connections.get(operation.connectionId);
  const target = core.world.target(account?.targetId);
  const errorMessage = obstacle(connection, account);
  if (connection === undefined || account === undefined || target === undefined || errorMessage !== undefined) {
    finish(core, operation, { status: 'Failed', errorMessage });
    return;
  }
  const behaviour = behaviourOf(connection);
  const fault = core.ending({
    companyId: operation.companyId,
    connectionId: operation.connectionId,
    lineIds: () => lines.read().map(({ id }) => id),
  });
  if (fault?.status === 'Failed') {
    finish(core, operation, failure(behaviour, lines, fault));
    return;
  }
  const errors = refusals(behaviour, account, lines, {
    now: core.clock.now(),
    newest: newestOf(core, account, target),
  });
  if (errors.length > 0) {
    finish(core, operation, {
      status: 'Failed',
      errorMessage: `${behaviour.platformName} refused the bank transactions.`,
      errors,
    });
    return;
  }
  if (fault !== undefined && fault.effect !== true) {
    finish(core, operation, timeOver(fault));
    return;
  }
  const delivery = { operationKey: operation.key, lines: written(behaviour, lines) };
  if (behaviour.delivery === 'collected') store(core, connection, account, delivery);
  else land(core, account, target, [delivery]);
  account.balance = lines.balance ?? account.balance;
  finish(core, operation, fault ? timeOver(fault) : { status: 'Success', recordId: core.ids.next('record') });
}

/** As a fault wants it, in the software's manner. */
function failure({ platformName }: Behaviour, lines: Lines, { itemIds = [], message }: EndingFault): Outcome {
  const objection = message ?? `${platformName} refused the bank transaction.`;
  const errors = lines
    .read()
    .filter(({ id }) => itemIds.includes(id))
    .map(({ id }) => ({ itemId: id, message: objection, validatorName: 'Fault' }));
  const errorMessage =
    errors.length > 0 || message === undefined ? `${platformName} refused the bank transactions.` : message;
  return { status: 'Failed', errorMessage, errors };
}

const timeOver = ({ message }: EndingFault): Outcome => ({
  status: 'TimedOut',
  errorMessage: message ?? 'The push operation did not complete in time.',
});

/** The newest local date-time the account holds, or is about to. */
function newestOf(core: Core, { stored }: SourceAccountRecord, target: TargetAccountRecord): string | undefined {
  const landed = core.ledger.newestDate(target.id);
  const last = stored?.at(-1);
  const waiting = last && localDateTime(last.lines.newest);
  return waiting === undefined || (landed !== undefined && landed > waiting) ? landed : waiting;
}

/** The rules of the software itself: breaking one fails the whole operation, and nothing lands. */
function refusals(
  behaviour: Behaviour,
  account: SourceAccountRecord,
  lines: Lines,
  { now, newest }: { now: number; newest: string | undefined },
): FindingRecord[] {
  const oldest = behaviour.tooOld === 'fails' ? oldestDay(behaviour, now) : undefined;
  const start = behaviour.beforeStart === 'fails' ? account.feedStartDate?.slice(0, 10) : undefined;
  const finding = ({ id, date }: Pick<TransactionRecord, 'id' | 'date'>): FindingRecord | undefined => {
    const day = date.slice(0, 10);
    if (oldest !== undefined && day < oldest) {
      return {
        itemId: id,
        message: `The transaction of ${day} is older than ${behaviour.platformName} accepts: the oldest day is ${oldest}.`,
        validatorName: 'TransactionAge',
      };
    }
    if (start !== undefined && day < start) {
      return {
        itemId: id,
        message: `The transaction of ${day} is before the feed start date ${start}.`,
        validatorName: 'FeedStartDate',
      };
    }
    if (behaviour.olderThanNewest === 'fails' && newest !== undefined && localDateTime(date) < newest) {
      return {
        itemId: id,
        message: `The transaction of ${date} is older than the newest one in the account.`,
        validatorName: 'TransactionOrder',
      };
    }
    return undefined;
  };
  // The oldest line is the first that a rule would refuse.
  if (finding({ id: '', date: lines.oldest }) === undefined) return [];
  return lines
    .read()
    .map(finding)
    .filter((each) => each !== undefined);
}
