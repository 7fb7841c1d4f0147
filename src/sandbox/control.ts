/**
 * The sandbox's own controls, apart from Codat's API: what a user would do by clicking, and what a test
 * wants to bring about.
 */
import type { Interceptor } from './api/app.ts';
import type { Core } from './core.ts';
import { renewSignIn } from './credentials.ts';
import type { Faults } from './faults.ts';
import { beginConnecting, completeConnecting, currencyRefusal } from './feeds.ts';
import type { WebhookRule } from './legacy-rules.ts';
import { link, linkingObstacle, organizationsFor, unlink } from './linking.ts';
import { read } from './reading.ts';
import type { CompanyRecord, ConnectionRecord, OrganizationRecord } from './records.ts';
import type { ConsumerPrototype, WebhookConsumer } from './webhooks.ts';

export interface AuthorizeOptions {
  /** Source accounts to connect at once, each to a new account in the software. */
  readonly accountIds?: readonly string[] | undefined;
  /** `YYYY-MM-DD`; today, unless given. */
  readonly feedStartDate?: string | undefined;
  /** Whose books; the first that this company's user would find, unless given. May be another company's. */
  readonly organizationId?: string | undefined;
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
  /** Links a connection as if the user had signed in and agreed. @throws {ControlError} */
  authorize(companyId: string, connectionId: string, options?: AuthorizeOptions): void;
  /** Ends a connection from the software's side: it becomes Deauthorized. @throws {ControlError} */
  revoke(companyId: string, connectionId: string): void;
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
  /** Puts itself before every operation of the API; answers how to take it away. */
  intercept(interceptor: Interceptor): () => void;
  /** Misfortunes for requests and webhooks, kept until they struck; not part of the state in a file. */
  readonly faults: Faults;
  /** Webhook messages that are not delivered yet. */
  pendingWebhooks(): number;
}

export interface ControlParts {
  readonly core: Core;
  readonly faults: Faults;
  readonly interceptors: Set<Interceptor>;
  readonly setRedirectUrl: (url: string | undefined) => void;
}

export function createControl({ core, faults, interceptors, setRedirectUrl }: ControlParts): Control {
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

  return {
    authorize(companyId, connectionId, { accountIds = [], feedStartDate, organizationId } = {}) {
      const own = connection(companyId, connectionId);
      const offered = organizationsFor(core, company(companyId), own.platformKey);
      const organization = organizationId === undefined ? offered[0] : world.organizations.get(organizationId);
      if (organization?.platformKey !== own.platformKey) {
        throw new ControlError('not-found', `This software has no organization with the id ${organizationId}.`);
      }
      const accounts = accountIds.map((id) => {
        const account = world.account(own.id, id);
        if (account === undefined) throw new ControlError('not-found', `The connection has no source account ${id}.`);
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
      const day = feedStartDate ?? new Date(core.clock.now()).toISOString().slice(0, 10);
      for (const account of accounts.filter(({ status }) => status !== 'connected')) {
        if (account.status !== 'connecting') beginConnecting(core, account, { feedStartDate: day });
        completeConnecting(core, account);
      }
    },
    revoke(companyId, connectionId) {
      const own = connection(companyId, connectionId);
      if (own.status !== 'Linked') throw new ControlError('refused', `The connection is ${own.status}, not Linked.`);
      unlink(core, own, 'Deauthorized');
    },
    organizations: (companyId, platformKey) => organizationsFor(core, company(companyId), platformKey),
    addWebhook: (consumer) => core.webhooks.add(consumer),
    webhooks: () => core.webhooks.consumers(),
    addRule: (rule) => core.webhooks.addRule(rule),
    setRedirectUrl(url) {
      const sample = url?.replaceAll(/\{[^{}]*\}/g, 'x');
      if (sample !== undefined && !/^https?:/.test(URL.canParse(sample) ? new URL(sample).protocol : '')) {
        throw new TypeError('redirectUrl: give an absolute http or https address.');
      }
      setRedirectUrl(url);
    },
    intercept(interceptor) {
      interceptors.add(interceptor);
      return () => interceptors.delete(interceptor);
    },
    faults,
    pendingWebhooks: () => core.webhooks.pending().length,
  };
}
