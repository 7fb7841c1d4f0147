import type { standing } from '../../sandbox/harness.ts';

/** A sandbox whose clock stands still, with nobody in it. */
export type Stage = ReturnType<typeof standing>;

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** One answer of one operation, and what has to be the case for it. */
export interface Situation {
  /** As the document names it. */
  readonly operation: string;
  readonly status: number;
  /** Ends the sentence "{operation} answers {status} …". */
  readonly when: string;
  /** Brings it about; answers the request that is then answered so. */
  readonly arrange: (stage: Stage) => Promise<ApiRequest>;
}

export const sentence = ({ operation, status, when }: Omit<Situation, 'arrange'>): string =>
  `${operation} answers ${status} ${when}`;

/** The path of a company that is there. */
export const someCompany = async ({ company }: Stage): Promise<string> => `/companies/${await company()}`;

export const somebodyElse = '00000000-0000-4000-8000-000000000000';
