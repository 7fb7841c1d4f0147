import type { SandboxClock } from './clock.ts';
import type { Ending } from './faults.ts';
import type { Ids } from './ids.ts';
import type { WritableLedger } from './ledger.ts';
import type { ManagedTransactions } from './managed-transactions.ts';
import type { Delays, Log } from './settings.ts';
import type { Webhooks } from './webhooks.ts';
import type { World } from './world.ts';

/** What every part of the sandbox works on. */
export interface Core {
  readonly world: World;
  readonly clock: SandboxClock;
  readonly ids: Ids;
  readonly ledger: WritableLedger;
  readonly webhooks: Webhooks;
  /** A fault that is planned for the end of a push. */
  readonly ending: Ending;
  readonly delays: Delays;
  readonly log: Log;
  /** Says that there is something new to keep. */
  readonly changed: () => void;
  /** Where a browser reaches this sandbox, without a slash at the end. */
  readonly baseUrl: () => string;
  /** The name under which users find the bank in QuickBooks and Sage. */
  readonly bankName: string;
  /** The bank's own sign-in page, to which Sage sends its users. */
  readonly sageLoginUrl: string | undefined;
  /** Where a user goes after consent; placeholders as Codat documents them. */
  readonly redirectUrl: () => string | undefined;
  /** Where managed syncs find lines; undefined: with the account, where they were offered. */
  readonly managedTransactions: () => ManagedTransactions | undefined;
}
