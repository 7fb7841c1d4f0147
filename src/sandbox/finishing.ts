/** How a push operation ends: its label, and the event that tells of it. */
import type { Core } from './core.ts';
import type { FindingRecord, OperationRecord } from './records.ts';
import { companyReference, utc } from './views.ts';

export interface Outcome {
  readonly status: 'Success' | 'Failed' | 'TimedOut';
  readonly errorMessage?: string;
  readonly errors?: FindingRecord[];
  /** The id of what was made in the software, on success. */
  readonly recordId?: string;
}

/** A label once given stays: what settles after a time-out lands silently. */
export function finish(core: Core, operation: OperationRecord, outcome: Outcome): void {
  core.changed();
  if (operation.status !== 'Pending') return;
  const { status } = outcome;
  Object.assign(operation, outcome);
  operation.completedAt = core.clock.now();
  const company = core.world.companies.get(operation.companyId);
  if (company === undefined) return;
  core.webhooks.emit(`${operation.dataType}.write.${status === 'Success' ? 'successful' : 'unsuccessful'}`, {
    id: operation.key,
    type: 'Create',
    referenceCompany: companyReference(core, company),
    connectionId: operation.connectionId,
    requestedOnDate: utc(operation.requestedAt),
    completedOnDate: utc(operation.completedAt),
    status,
    record: operation.recordId === undefined ? undefined : { id: operation.recordId },
  });
}
