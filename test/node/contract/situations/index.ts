import { companies } from './companies.ts';
import { connections } from './connections.ts';
import { managedSyncs } from './managed-syncs.ts';
import type { Situation } from './situation.ts';
import { software } from './software.ts';
import { sourceAccounts } from './source-accounts.ts';
import { transactions } from './transactions.ts';

/** What each operation has of its own; the first of an operation is a success. */
export const situations: readonly Situation[] = [
  ...companies,
  ...connections,
  ...sourceAccounts,
  ...software,
  ...transactions,
  ...managedSyncs,
];
