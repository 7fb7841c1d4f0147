/** What happens to transactions between the answer `Pending` and the software's books. */
import { type Behaviour, behaviourOf } from './behaviours.ts';
import type { Core } from './core.ts';
import { finish } from './finishing.ts';
import { localDateTime } from './ledger.ts';
import type { FindingRecord, SourceAccountRecord, TransactionRecord, TransactionsOperation } from './records.ts';
import { utc } from './views.ts';

/** The moment has come: the software takes the lines, or refuses them as a whole. */
export function settleTransactions(core: Core, operation: TransactionsOperation): void {
  const lines = operation.waiting?.transactions;
  if (lines === undefined) return;
  delete operation.waiting;
  const account = core.world.account(operation.connectionId, operation.accountId);
  const connection = core.world.connections.get(operation.connectionId);
  const target = core.world.target(account?.targetId);
  if (connection?.status !== 'Linked' || account?.status !== 'connected' || target === undefined) {
    const errorMessage = 'The account was disconnected before the transactions arrived.';
    finish(core, operation, { status: 'Failed', errorMessage });
    return;
  }
  const behaviour = behaviourOf(connection);
  const newest = core.ledger.newestDate(target.id);
  const errors = refusals(behaviour, account, lines, { now: core.clock.now(), newest });
  if (errors.length > 0) {
    const errorMessage = `${behaviour.platformName} refused the bank transactions.`;
    finish(core, operation, { status: 'Failed', errorMessage, errors });
    return;
  }
  const taken = lines.filter((line) => !leftOut(behaviour, account, line, core.clock.now()));
  const landedAt = utc(core.clock.now());
  const { companyId, connectionId, accountId, key: operationKey } = operation;
  core.ledger.land(
    taken.map((transaction) => ({
      companyId,
      connectionId,
      accountId,
      targetId: target.id,
      operationKey,
      landedAt,
      transaction,
    })),
  );
  const balance = taken.at(-1)?.balance;
  if (typeof balance === 'string') {
    account.balance = balance;
    target.balance = balance;
  }
  target.modified = core.clock.now();
  finish(core, operation, { status: 'Success', recordId: core.ids.next('record') });
}

const oldestDay = ({ history }: Behaviour, now: number): string | undefined => {
  if (history === null) return undefined;
  const day = new Date(now);
  if ('years' in history) day.setUTCFullYear(day.getUTCFullYear() - history.years);
  else day.setUTCDate(day.getUTCDate() - history.days);
  return utc(day.getTime()).slice(0, 10);
};

/** The rules of the software itself: breaking one fails the whole operation, and nothing lands. */
function refusals(
  behaviour: Behaviour,
  account: SourceAccountRecord,
  lines: readonly TransactionRecord[],
  { now, newest }: { now: number; newest: string | undefined },
): FindingRecord[] {
  const oldest = behaviour.tooOld === 'fails' ? oldestDay(behaviour, now) : undefined;
  const start = behaviour.beforeStart === 'fails' ? account.feedStartDate : undefined;
  const finding = ({ id, date }: TransactionRecord): FindingRecord | undefined => {
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
  return lines.map(finding).filter((each) => each !== undefined);
}

function leftOut(
  behaviour: Behaviour,
  account: SourceAccountRecord,
  { date }: TransactionRecord,
  now: number,
): boolean {
  const day = date.slice(0, 10);
  return (
    (behaviour.tooOld === 'left-out' && day < (oldestDay(behaviour, now) ?? '')) ||
    (behaviour.beforeStart === 'left-out' && day < (account.feedStartDate ?? ''))
  );
}
