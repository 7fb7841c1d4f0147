/** What happens to a source account: it is mapped to an account of the software, and let go again. */
import { openAccount } from './account-opening.ts';
import { behaviourOf, targetKindOf } from './behaviours.ts';
import type { Core } from './core.ts';
import { read } from './reading.ts';
import type { OrganizationRecord, SourceAccountRecord, TargetAccountRecord } from './records.ts';
import { companyReference, sourceAccountView, utc } from './views.ts';

export function announceAccount(core: Core, account: SourceAccountRecord, event: 'connected' | 'disconnected'): void {
  const company = core.world.companies.get(account.companyId);
  if (company === undefined) return;
  const payload = {
    referenceCompany: companyReference(core, company),
    companyId: company.id,
    connectionId: account.connectionId,
    sourceAccount: sourceAccountView(account),
  };
  core.webhooks.emit(`bankFeeds.sourceAccount.${event}`, payload, company);
}

/** From when a feed delivers unless the user says: today; Sage starts it at the moment of connecting. */
export function usualStart(core: Core, platform: { readonly platformKey: string }): string {
  const now = utc(core.clock.now());
  return behaviourOf(platform).connects === 'one-time password' ? now : now.slice(0, 10);
}

export const feedOf = ({ companyId, connectionId, id }: SourceAccountRecord) => ({
  companyId,
  connectionId,
  accountId: id,
});

export const isFedBy = ({ feed }: TargetAccountRecord, account: SourceAccountRecord): boolean =>
  feed?.connectionId === account.connectionId && feed.accountId === account.id;

/** Whether currency and type allow this source account to feed this account of the software. */
export const fits = (account: SourceAccountRecord, target: TargetAccountRecord): boolean => {
  const kind = targetKindOf(account.accountType);
  return account.currency === target.currency && (kind === undefined || kind === target.kind);
};

/** The accounts a user can choose from; one that another company feeds is left out, as Xero does since June 2026. */
export const targetOptions = (
  account: SourceAccountRecord,
  { accounts }: OrganizationRecord,
): readonly TargetAccountRecord[] =>
  accounts.filter(
    (target) => fits(account, target) && (target.feed === undefined || target.feed.companyId === account.companyId),
  );

/** What a user reads when the software's books do not take the account's currency; undefined when they do. */
export const currencyRefusal = (
  { id, currency }: Pick<SourceAccountRecord, 'id' | 'currency'>,
  organization: OrganizationRecord,
): string | undefined =>
  currency === undefined || organization.currencies.includes(currency)
    ? undefined
    : `The currency ${currency} of account ${id} is not enabled in ${organization.name}. Enable it in the accounting software, or use an account in ${organization.currencies.join(', ')}.`;

/**
 * The account is `connecting` at once and `connected` a moment later; where the user maps inside the software,
 * Codat knows nothing of it until then. Without a target a new account is made.
 */
export function beginConnecting(
  core: Core,
  account: SourceAccountRecord,
  wish: { target?: TargetAccountRecord | undefined; feedStartDate: string },
): void {
  if (wish.target) wish.target.feed = feedOf(account);
  const connection = core.world.connections.get(account.connectionId);
  const mapping = connection && behaviourOf(connection).mapping;
  account.status = mapping === 'software' ? 'pending' : 'connecting';
  account.connecting = {
    targetId: wish.target?.id,
    feedStartDate: wish.feedStartDate,
    dueAt: core.clock.now() + core.delays.connectingMs,
  };
  account.attempt += 1;
  planConnecting(core, account);
  core.changed();
}

/** Sets the moment at which a connecting account becomes connected; also after a restart. */
export function planConnecting(core: Core, account: SourceAccountRecord): void {
  const { attempt, connecting } = account;
  if (connecting === undefined) return;
  core.clock.at(connecting.dueAt, () => {
    if (account.attempt === attempt && account.connecting !== undefined) completeConnecting(core, account);
  });
}

/** The software is done: a new account exists where none was chosen, and the feed may deliver. */
export function completeConnecting(core: Core, account: SourceAccountRecord): void {
  const connection = core.world.connections.get(account.connectionId);
  const organization = connection && core.world.organizationOf(connection);
  const { connecting } = account;
  if (connection === undefined || organization === undefined || connecting === undefined) return;
  if (connection.status !== 'Linked') {
    disconnect(core, account, 'pending');
    return;
  }
  const target = core.world.target(connecting.targetId) ?? makeTarget(core, account, organization);
  account.status = 'connected';
  account.targetId = target.id;
  account.feedStartDate = connecting.feedStartDate;
  delete account.connecting;
  delete account.ending;
  read(core, connection);
  announceAccount(core, account, 'connected');
  core.changed();
}

/** Opens an account in the software for a source account, which feeds it. */
export function makeTarget(
  core: Core,
  account: SourceAccountRecord,
  organization: OrganizationRecord,
): TargetAccountRecord {
  const target = openAccount(core, organization, {
    name: account.accountName ?? account.id,
    kind: targetKindOf(account.accountType) ?? 'bank',
    currency: account.currency ?? organization.baseCurrency,
    balance: account.balance ?? '0',
    sortCode: account.sortCode,
    accountNumber: account.accountNumber,
  });
  target.feed = feedOf(account);
  return target;
}

/** The feed ends; the software's own account and its lines stay. */
export function disconnect(core: Core, account: SourceAccountRecord, status: 'disconnected' | 'pending'): void {
  const was = account.status;
  core.world.releaseTarget(account);
  account.status = status;
  account.attempt += 1;
  delete account.connecting;
  delete account.targetId;
  delete account.feedStartDate;
  delete account.stored;
  delete account.ending;
  if (was === 'connected') announceAccount(core, account, 'disconnected');
  core.changed();
}
