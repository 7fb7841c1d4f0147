import type { Core } from './core.ts';
import type { SourceAccountRecord, TargetAccountRecord, TransactionRecord } from './records.ts';
import { utc } from './views.ts';

/** Lines on their way, each with the operation that brought it. */
export type Delivery = readonly { readonly operationKey: string; readonly transaction: TransactionRecord }[];

/** The lines stand in the software's books now; the balance of the last one is the account's. */
export function land(core: Core, account: SourceAccountRecord, target: TargetAccountRecord, lines: Delivery): void {
  const landedAt = utc(core.clock.now());
  const { companyId, connectionId, id: accountId } = account;
  core.ledger.land(
    lines.map(({ operationKey, transaction }) => ({
      companyId,
      connectionId,
      accountId,
      targetId: target.id,
      operationKey,
      landedAt,
      transaction,
    })),
  );
  const balance = lines.at(-1)?.transaction.balance;
  if (typeof balance === 'string') target.balance = balance;
  target.modified = core.clock.now();
}
