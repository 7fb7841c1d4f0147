import type { CodatClient } from '../../codat/index.ts';
import type { PlatformKey } from '../../contract/platforms.ts';
import type { Clock } from '../../outbox/model.ts';
import type { Outbox } from '../../outbox/outbox.ts';
import type { AccountWatch } from '../account-watch.ts';
import type { Authenticate } from '../access.ts';
import type { Companies } from '../companies.ts';
import type { CompanyView } from '../company-view.ts';
import type { Hints } from '../hints.ts';
import type { HostHooks } from '../host-hooks.ts';
import type { WireIds } from '../ids.ts';
import type { NamesOfAccounts } from '../names-of-accounts.ts';
import type { ProxyDurations } from '../options.ts';
import type { OpenStreams } from '../stream-limits.ts';

/** What routes work with; made once by open-proxy.ts. */
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
  readonly hooks: HostHooks;
  readonly names: NamesOfAccounts;
  /** Aborts when the proxy stops: open streams end. */
  readonly streams: AbortController;
  readonly openStreams: OpenStreams;
  /** Hears that some session was revoked: open streams ask again whether they may go on. Answers how to stop. */
  readonly revoked: (listener: () => void) => () => void;
}
