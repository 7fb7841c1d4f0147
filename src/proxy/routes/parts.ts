import type { CodatClient } from '../../codat/index.ts';
import type { PlatformKey } from '../../contract/platforms.ts';
import type { Clock } from '../../outbox/model.ts';
import type { Outbox } from '../../outbox/outbox.ts';
import type { AccountWatch } from '../account-watch.ts';
import type { Authenticate } from '../access.ts';
import type { Companies } from '../companies.ts';
import type { CompanyView } from '../company-view.ts';
import type { Hints } from '../hints.ts';
import type { WireIds } from '../ids.ts';
import type { NamesOfAccounts } from '../names-of-accounts.ts';
import type { CompanyRef, ProxyDurations } from '../options.ts';
import type { OpenStreams } from '../stream-limits.ts';
import type { HostAccount } from '../source-accounts.ts';

/** What routes work with; made once by create-proxy.ts. */
export interface RouteParts {
  readonly authenticate: Authenticate;
  readonly codat: CodatClient;
  readonly companies: Companies;
  readonly view: CompanyView;
  readonly watch: AccountWatch;
  readonly hints: Hints;
  /** Something of a connection was written: forget what was listed, tell open pages. */
  readonly changed: (companyId: string, connectionId: string) => Promise<void>;
  readonly ids: WireIds;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly durations: ProxyDurations;
  /** Offered accounting software, in the host's order. */
  readonly platforms: readonly PlatformKey[];
  /** The host's accounts of a company, checked. */
  readonly sourceAccounts: (companyId: string) => Promise<readonly HostAccount[]>;
  /** Ids of those accounts that are payments processors; as it last said where it does not answer soon. */
  readonly processors: (companyId: string) => Promise<ReadonlySet<string>>;
  readonly names: NamesOfAccounts;
  /** Takes along what the host calls accounts by now; waits a moment for it, and never rejects. */
  readonly followNames: (companyId: string) => Promise<void>;
  readonly timeZone: (company: CompanyRef) => Promise<string | undefined>;
  /** Aborts when the proxy stops: open streams end. */
  readonly streams: AbortController;
  readonly openStreams: OpenStreams;
  /** Hears that some session was revoked: open streams ask again whether they may go on. Answers how to stop. */
  readonly revoked: (listener: () => void) => () => void;
}
