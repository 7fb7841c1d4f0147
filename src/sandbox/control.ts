/**
 * The sandbox's own controls, apart from Codat's API: what a user would do by clicking, and what a test
 * wants to bring about.
 */
import { checkHttpUrl } from './addresses.ts';
import type { Interceptor } from './api/operation.ts';
import { behaviourOf, findBehaviour } from './behaviours.ts';
import { collect } from './collecting.ts';
import type { Core } from './core.ts';
import { renewSignIn } from './credentials.ts';
import { endFromSoftware } from './ending.ts';
import type { Faults } from './faults.ts';
import { beginConnecting, completeConnecting, currencyRefusal, usualStart } from './feeds.ts';
import type { WebhookRule } from './legacy-rules.ts';
import type { TransactionRecord } from './lines.ts';
import { link, linkingObstacle, organizationsFor, unlink } from './linking.ts';
import type { ManagedTransactions } from './managed-transactions.ts';
import { read } from './reading.ts';
import type { CompanyRecord, ConnectionRecord, OrganizationRecord, SourceAccountRecord } from './records.ts';
import { seedCompany, type Seeded, type SeedOptions } from './seeding.ts';
import { changeDelays, type Delays, type DelaySettings } from './settings.ts';
import { utc } from './views.ts';
import type { ConsumerPrototype, WebhookConsumer } from './webhooks.ts';

export interface AuthorizeOptions {
  /** Source accounts to connect at once, each to a new account in the software. */
  readonly accountIds?: readonly string[] | undefined;
  /** `YYYY-MM-DD`; today, unless given. */
  readonly feedStartDate?: string | undefined;
  /**
   * Whose books; unless given, those it was linked to before, or the first that this company's user would find.
   * May be another company's.
   */
  readonly organizationId?: string | undefined;
}

/** A connection after a control touched it. */
export interface ConnectionState {
  readonly companyId: string;
  readonly connectionId: string;
  readonly platformKey: string;
  readonly status: ConnectionRecord['status'];
  readonly organizationId?: string | undefined;
  /** Its source accounts, in the order they were made. */
  readonly accounts: readonly Pick<SourceAccountRecord, 'id' | 'status' | 'targetId' | 'feedStartDate'>[];
}

/** Something asked of the sandbox that cannot be: the message says what and why. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code: 'not-found' | 'refused';
  constructor(code: 'not-found' | 'refused', message: string) {
    super(message);
    this.code = code;
  }
}

export interface Control {
  /** Makes a company with a connection, source accounts and books, without any webhook. @throws {TypeError} */
  seed(options?: SeedOptions): Seeded;
  /**
   * Links a connection as if the user had signed in and agreed, on QuickBooks and Sage as if inside the software;
   * connects the accounts that are named. All of it or nothing. @throws {ControlError}
   */
  authorize(companyId: string, connectionId: string, options?: AuthorizeOptions): ConnectionState;
  /** Ends a connection from the software's side: it becomes Deauthorized. @throws {ControlError} */
  revoke(companyId: string, connectionId: string): ConnectionState;
  /**
   * Ends one account's feed inside the software. Codat knows at once; of QuickBooks it learns after ten days.
   * @throws {ControlError}
   */
  disconnectAccount(companyId: string, connectionId: string, accountId: string): ConnectionState;
  /** Lets QuickBooks take what Codat stored for it; answers how many lines landed. @throws {ControlError} */
  collect(companyId: string, connectionId: string): number;
  /** The books a company's user finds in the software, with their accounts. @throws {ControlError} */
  organizations(companyId: string, platformKey: string): readonly OrganizationRecord[];
  /** Sends events to this address from now on; a secret is made where none is given. @throws {TypeError} */
  addWebhook(consumer: ConsumerPrototype): WebhookConsumer;
  /** Everybody events are sent to, with the secrets that Codat shows in its Portal alone. */
  webhooks(): readonly WebhookConsumer[];
  /**
   * Posts the older, unsigned `PushOperationStatusChanged` alerts to this address from now on: of one company,
   * or of all. @throws {TypeError}
   */
  addRule(rule: { readonly url: string; readonly companyId?: string | undefined }): WebhookRule;
  /** Where users go after consent; placeholders such as `{statusCode}` are replaced. @throws {TypeError} */
  setRedirectUrl(url: string | undefined): void;
  /** The bank that managed syncs fetch from, from now on; without one they find what was offered. */
  setManagedTransactions(source: ManagedTransactions | undefined): void;
  /** What the account's next managed sync finds at the bank, in chronological order. @throws {ControlError} */
  offerTransactions(
    companyId: string,
    connectionId: string,
    accountId: string,
    transactions: readonly TransactionRecord[],
  ): void;
  /** How long things take at present. */
  delays(): Delays;
  /** Changes some or all of them; what is planned already keeps its moment. @throws {TypeError} */
  setDelays(changes: Partial<Delays>): Delays;
  /** Puts itself before every operation of the API; answers how to take it away. */
  intercept(interceptor: Interceptor): () => void;
  /** Misfortunes for requests and webhooks, kept until they struck; not part of the state in a file. */
  readonly faults: Faults;
  /** Webhook messages that are not delivered yet. */
  pendingWebhooks(): number;
}

export interface ControlParts {
  readonly core: Core;
  readonly delays: DelaySettings;
  readonly faults: Faults;
  readonly interceptors: Set<Interceptor>;
  readonly setRedirectUrl: (url: string | undefined) => void;
  readonly setManagedTransactions: (source: ManagedTransactions | undefined) => void;
}

export function createControl({
  core,
  delays,
  faults,
  interceptors,
  setRedirectUrl,
  setManagedTransactions,
}: ControlParts): Control {
  const { world } = core;

  const company = (companyId: string): CompanyRecord => {
    const found = world.companies.get(companyId);
    if (found === undefined) throw new ControlError('not-found', `No company has the id ${companyId}.`);
    return found;
  };

  const connection = (companyId: string, connectionId: string): ConnectionRecord => {
    const found = world.connections.get(connectionId);
    if (found?.companyId === company(companyId).id) return found;
    throw new ControlError('not-found', `Company ${companyId} has no connection with the id ${connectionId}.`);
  };

  const sourceAccount = (own: ConnectionRecord, id: string): SourceAccountRecord => {
    const found = world.account(own.id, id);
    if (found !== undefined) return found;
    throw new ControlError('not-found', `The connection ${own.id} has no source account with the id ${id}.`);
  };

  const stateOf = ({ id, companyId, platformKey, status, organizationId }: ConnectionRecord): ConnectionState => ({
    companyId,
    connectionId: id,
    platformKey,
    status,
    organizationId,
    accounts: world.accountsOf(id).map((account) => ({
      id: account.id,
      status: account.status,
      targetId: account.targetId,
      feedStartDate: account.feedStartDate,
    })),
  });

  const books = (own: ConnectionRecord, wanted: string | undefined): OrganizationRecord => {
    const usual = own.organizationId ?? organizationsFor(core, company(own.companyId), own.platformKey)[0]?.id ?? '';
    const found = world.organizations.get(wanted ?? usual);
    if (found?.platformKey !== own.platformKey) {
      throw new ControlError('not-found', `This software has no organization with the id ${wanted ?? usual}.`);
    }
    if (own.status === 'Linked' && own.organizationId !== found.id) {
      throw new ControlError('refused', 'The connection is linked to other books: unlink or revoke it first.');
    }
    return found;
  };

  return {
    seed: (options) => seedCompany(core, options),
    authorize(companyId, connectionId, { accountIds = [], feedStartDate, organizationId } = {}) {
      const own = connection(companyId, connectionId);
      const organization = books(own, organizationId);
      const accounts = accountIds.map((id) => {
        const account = sourceAccount(own, id);
        const refusal = currencyRefusal(account, organization);
        if (refusal !== undefined) throw new ControlError('refused', refusal);
        return account;
      });
      if (own.status !== 'Linked') {
        const obstacle = linkingObstacle(core, own);
        if (obstacle !== undefined) throw new ControlError('refused', obstacle);
        link(core, own, organization);
        read(core, own);
      }
      renewSignIn(core, own);
      for (const account of accounts) {
        if (account.status === 'connected' && account.ending === undefined) continue;
        if (account.connecting === undefined) {
          beginConnecting(core, account, { feedStartDate: feedStartDate ?? usualStart(core, own) });
        }
        completeConnecting(core, account);
      }
      return stateOf(own);
    },
    revoke(companyId, connectionId) {
      const own = connection(companyId, connectionId);
      if (own.status !== 'Linked') throw new ControlError('refused', `The connection is ${own.status}, not Linked.`);
      unlink(core, own, 'Deauthorized');
      return stateOf(own);
    },
    disconnectAccount(companyId, connectionId, accountId) {
      const own = connection(companyId, connectionId);
      const account = sourceAccount(own, accountId);
      if (account.ending !== undefined) {
        throw new ControlError('refused', `The feed has ended; Codat learns of it at ${utc(account.ending.dueAt)}.`);
      }
      if (account.status !== 'connected' && account.connecting === undefined) {
        throw new ControlError('refused', `The source account is ${account.status}, not connected.`);
      }
      endFromSoftware(core, account);
      return stateOf(own);
    },
    collect(companyId, connectionId) {
      const own = connection(companyId, connectionId);
      const { delivery, platformName } = behaviourOf(own);
      if (delivery !== 'collected') {
        throw new ControlError('refused', `${platformName} is sent its lines at once; only QuickBooks collects them.`);
      }
      if (own.status !== 'Linked') throw new ControlError('refused', `The connection is ${own.status}, not Linked.`);
      return collect(core, own);
    },
    organizations(companyId, platformKey) {
      if (findBehaviour(platformKey) !== undefined) return organizationsFor(core, company(companyId), platformKey);
      throw new ControlError('not-found', `No accounting software has the platform key ${platformKey}.`);
    },
    addWebhook: (consumer) => core.webhooks.add(consumer),
    webhooks: () => core.webhooks.consumers(),
    addRule: (rule) => core.webhooks.addRule(rule),
    setRedirectUrl(url) {
      checkHttpUrl('redirectUrl', url?.replaceAll(/\{[^{}]*\}/g, 'x'));
      setRedirectUrl(url);
    },
    setManagedTransactions,
    offerTransactions(companyId, connectionId, accountId, transactions) {
      sourceAccount(connection(companyId, connectionId), accountId).offered = [...transactions];
      core.changed();
    },
    intercept(interceptor) {
      interceptors.add(interceptor);
      return () => interceptors.delete(interceptor);
    },
    delays: () => ({ ...delays }),
    setDelays(changes) {
      changeDelays(delays, changes);
      return { ...delays };
    },
    faults,
    pendingWebhooks: () => core.webhooks.pending().length,
  };
}
