/**
 * Answers that the document does not list for an operation and that Codat nevertheless must give: its guides
 * describe the refusal, or HTTP leaves nothing else. Every one of them carries the documented error body.
 * An entry that no test sees any more is a fault of the check.
 */
export interface Beyond {
  readonly status: number;
  readonly operations: readonly string[] | 'every POST and PATCH';
  readonly reason: string;
}

export const beyond: readonly Beyond[] = [
  {
    status: 400,
    operations: ['replace-company', 'update-company', 'create-connection', 'generate-credentials'],
    reason: 'A body that is not what it should be, or no JSON at all.',
  },
  {
    status: 400,
    operations: ['unlink-connection'],
    reason: 'Only a connection that is Linked can be unlinked, and nothing else be made of it, says the text.',
  },
  {
    status: 400,
    operations: ['update-connection-authorization'],
    reason: 'An authorization without its id, or for another bank than the one Sage named.',
  },
  {
    status: 409,
    operations: 'every POST and PATCH',
    reason: 'The same Idempotency-Key while the first request is under way.',
  },
  { status: 422, operations: 'every POST and PATCH', reason: 'The same Idempotency-Key with another body.' },
];

/** Whether an entry speaks of this answer. */
export const isBeyond = ({ status: known, operations }: Beyond, operation: string, method: string, status: number) =>
  known === status &&
  (operations === 'every POST and PATCH' ? method === 'POST' || method === 'PATCH' : operations.includes(operation));
