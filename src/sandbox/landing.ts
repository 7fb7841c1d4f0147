import type { Core } from './core.ts';
import type { Delivery, SourceAccountRecord, TargetAccountRecord } from './records.ts';
import { utc } from './views.ts';

/** The lines stand in the software's books now; the balance of the last one is the account's. */
export function land(
  core: Core,
  account: SourceAccountRecord,
  target: TargetAccountRecord,
  deliveries: readonly Delivery[],
): void {
  const landedAt = utc(core.clock.now());
  const { companyId, connectionId, id: accountId } = account;
  for (const { operationKey, lines } of deliveries) {
    core.ledger.land({ companyId, connectionId, accountId, targetId: target.id, operationKey, landedAt, lines });
  }
  target.balance = deliveries.at(-1)?.lines.balance ?? target.balance;
  target.modified = core.clock.now();
}
