/**
 * Answers that the document does not list for an operation and that Codat nevertheless must give: its guides
 * describe the refusal, or HTTP leaves nothing else. Every one of them carries the documented error body.
 */
interface Beyond {
  readonly status: number;
  /** Where it may be given; absent: everywhere. */
  readonly operations?: readonly string[];
  readonly methods?: readonly string[];
  readonly reason: string;
}

const beyond: readonly Beyond[] = [
  {
    status: 400,
    operations: ['replace-company', 'update-company', 'create-connection', 'unlink-connection'],
    reason: 'A body that is malformed, or an unlinking where nothing is linked: the texts describe the refusals.',
  },
  {
    status: 400,
    operations: ['list-source-accounts', 'get-bank-account-mapping', 'get-create-bankAccounts-model'],
    reason: 'The connection must be Linked: the guides say so for everything that reads the software.',
  },
  {
    status: 400,
    operations: ['update-connection-authorization'],
    reason: 'An authorization without its id, or for another bank than the one Sage named.',
  },
  { status: 400, methods: ['POST', 'PATCH'], reason: 'An Idempotency-Key that is empty or too long.' },
  { status: 409, methods: ['POST', 'PATCH'], reason: 'The same Idempotency-Key while the first request is under way.' },
  { status: 422, methods: ['POST', 'PATCH'], reason: 'The same Idempotency-Key with another body.' },
];

/** Why this status is right although the document does not list it; undefined where nothing says so. */
export const reasonBeyond = (operation: string, method: string, status: number): string | undefined =>
  beyond.find(
    ({ status: known, operations, methods }) =>
      known === status && (operations?.includes(operation) ?? true) && (methods?.includes(method) ?? true),
  )?.reason;
