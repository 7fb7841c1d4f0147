/** How a push operation ends: its label, and the event that tells of it. */
import type { Core } from './core.ts';
import { read } from './reading.ts';
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
  const connection = core.world.connections.get(operation.connectionId);
  if (connection && status === 'Success' && operation.dataType === 'bankTransactions' && operation.syncOnSuccess) {
    read(core, connection);
  }
  const company = core.world.companies.get(operation.companyId);
  if (company === undefined) return;
  const { key: operationKey, connectionId, dataType } = operation;
  const written = {
    id: operationKey,
    type: 'Create',
    referenceCompany: companyReference(core, company),
    connectionId,
    requestedOnDate: utc(operation.requestedAt),
    completedOnDate: utc(operation.completedAt),
    status,
    record: operation.recordId === undefined ? undefined : { id: operation.recordId },
  };
  core.webhooks.emit(`${dataType}.write.${status === 'Success' ? 'successful' : 'unsuccessful'}`, written, company);
  core.webhooks.alert({ companyId: company.id, connectionId, operationKey, dataType, status }, company);
}
