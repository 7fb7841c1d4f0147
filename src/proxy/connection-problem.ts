import type { Connection as CodatConnection } from '../codat/schemas/connection.ts';
import type { Connection } from '../contract/schemas.ts';
import { utcInstant } from './utc-instant.ts';

export type ConnectionProblem = NonNullable<Connection['problem']>;

/** Codat keeps a failure until the connection is linked. After a day, the life of a link, nobody asks about it any more. */
const toldFor = 86_400_000;

/**
 * How the last attempt to authorize a connection ended: the newest of Codat's errors that is not resolved. Its words
 * stay here. Codat does not say when an attempt begins: `Attempts` knows of those that begin on this instance.
 */
export const connectionProblem = (
  { status, dataConnectionErrors }: Pick<CodatConnection, 'status' | 'dataConnectionErrors'>,
  now: number,
): ConnectionProblem | undefined => {
  if (status === 'Linked') return undefined;
  const [newest] = (dataConnectionErrors ?? [])
    .filter((error) => error.status !== 'Resolved' && !error.resolvedOnUtc)
    // That the software took its consent back is what `Deauthorized` says, and was no attempt.
    .filter(({ statusCode }) => status !== 'Deauthorized' || statusCode !== '401')
    .map((error) => ({ error, at: utcInstant(error.erroredOnUtc) }))
    .toSorted((one, other) => (other.at ?? '').localeCompare(one.at ?? ''));
  if (newest === undefined || (newest.at !== undefined && now - Date.parse(newest.at) > toldFor)) return undefined;
  const { statusCode, statusText, errorMessage } = newest.error;
  const refused =
    statusCode === '403' || [statusText, errorMessage].some((text) => /^user cancelled/i.test(text ?? ''));
  return { code: refused ? 'refused' : 'failed', at: newest.at };
};

/** Attempts that began here. What failed before them is over, also while Codat still remembers it. */
export class Attempts {
  readonly #overtaken = new Map<string, string | undefined>();

  begin(connectionId: string, problem: ConnectionProblem | undefined): void {
    if (problem === undefined) return;
    if (this.#overtaken.size >= 10_000) this.#overtaken.clear();
    this.#overtaken.set(connectionId, problem.at);
  }

  /** The failure, unless a later attempt is under way. Compared by Codat's own instants: clocks may differ. */
  left(connectionId: string, problem: ConnectionProblem | undefined): ConnectionProblem | undefined {
    return this.#overtaken.has(connectionId) && this.#overtaken.get(connectionId) === problem?.at ? undefined : problem;
  }
}
