/**
 * The records as Codat shows them. Members that have no value are left out rather than null, except where
 * the document's own types take a null safely.
 */
import { createHmac } from 'node:crypto';
import { decimal } from './api/wire.ts';
import type { BankAccountModel } from './bank-account-models.ts';
import { behaviourOf } from './behaviours.ts';
import type { Core } from './core.ts';
import type { Lines } from './lines.ts';
import type {
  CompanyRecord,
  ConnectionRecord,
  OperationRecord,
  SourceAccountRecord,
  TargetAccountRecord,
} from './records.ts';

export const utc = (instant: number): string => new Date(instant).toISOString();

/** The company as webhooks refer to it. */
export const companyReference = (core: Core, { id, name, description, tags }: CompanyRecord) => ({
  id,
  name,
  description,
  links: { portal: `${core.baseUrl()}/software?company=${id}` },
  tags,
});

/**
 * The one-time password in a link: when it was given out, and a mark only this sandbox can make. It is
 * worth nothing once a later generation began, that is, once any link of the connection was used up.
 */
export function linkPassword(core: Core, connection: ConnectionRecord, issued: number): string {
  const mark = createHmac('sha256', core.ids.bytes('link'))
    .update(`${connection.id} ${connection.linkGeneration} ${issued}`)
    .digest('base64url');
  return `${issued.toString(36)}-${mark.slice(0, 22)}`;
}

/** When Codat last read the software behind a connection. */
const lastRead = (core: Core, { id }: ConnectionRecord): number | undefined => core.world.copies.get(id)?.readAt;

const utcOrNothing = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : utc(instant);

export const connectionView = (core: Core, connection: ConnectionRecord) => ({
  id: connection.id,
  integrationId: connection.integrationId,
  integrationKey: connection.platformKey,
  sourceId: connection.sourceId,
  sourceType: behaviourOf(connection).sourceType,
  platformName: behaviourOf(connection).platformName,
  linkUrl:
    `${core.baseUrl()}/link/companies/${connection.companyId}/connections/${connection.id}/start` +
    `?otp=${linkPassword(core, connection, core.clock.now())}`,
  status: connection.status,
  lastSync: utcOrNothing(lastRead(core, connection)),
  created: utc(connection.created),
  dataConnectionErrors: connection.errors.map(({ statusCode, statusText, message, at, resolvedAt }) => ({
    statusCode,
    statusText,
    errorMessage: message,
    erroredOnUtc: utc(at),
    status: resolvedAt === undefined ? 'Active' : 'Resolved',
    resolvedOnUtc: utcOrNothing(resolvedAt),
  })),
});

export function companyView(core: Core, company: CompanyRecord) {
  const connections = core.world.connectionsOf(company.id);
  const reads = connections.map((each) => lastRead(core, each)).filter((at) => at !== undefined);
  return {
    id: company.id,
    name: company.name,
    redirect: `${core.baseUrl()}/link/company/${company.id}`,
    description: company.description,
    lastSync: reads.length === 0 ? undefined : utc(Math.max(...reads)),
    created: utc(company.created),
    createdByUserName: null,
    products: ['bank-feeds'],
    tags: company.tags,
    referenceSubsidiaryCompanies: [],
    dataConnections: connections.map((connection) => connectionView(core, connection)),
  };
}

/** The start as a date-time: where a day was chosen, its first moment. */
export const feedStartInstant = ({ feedStartDate }: SourceAccountRecord): string | undefined =>
  feedStartDate?.length === 'YYYY-MM-DD'.length ? `${feedStartDate}T00:00:00Z` : feedStartDate;

/** Version 1 of the shape, which PATCH always answers; here the feed start date is a date-time. */
export const sourceAccountV1View = (account: SourceAccountRecord) => ({
  id: account.id,
  accountName: account.accountName,
  accountType: account.accountType,
  accountNumber: account.accountNumber,
  sortCode: account.sortCode,
  currency: account.currency,
  balance: decimal(account.balance),
  modifiedDate: account.modified,
  status: account.status,
  feedStartDate: feedStartInstant(account),
});

/** The account in the shape it was created in. */
export const sourceAccountView = (account: SourceAccountRecord) =>
  account.version === 1
    ? sourceAccountV1View(account)
    : {
        ...sourceAccountV1View(account),
        routingInfo: account.routingInfo,
        // Present even where empty: by it a strict reader tells version 2 from version 1.
        accountInfo: account.accountInfo
          ? { ...account.accountInfo, availableBalance: decimal(account.accountInfo.availableBalance) }
          : null,
        feedStartDate: account.feedStartDate?.slice(0, 10),
      };

export const targetOptionView = (target: TargetAccountRecord) => ({
  id: target.id,
  name: target.name,
  balance: decimal(target.balance),
  sortCode: target.sortCode,
  accountNumber: target.accountNumber,
});

const isUk = ({ currency, sortCode = '', accountNumber = '' }: TargetAccountRecord): boolean =>
  currency === 'GBP' && `${sortCode}${accountNumber}`.replaceAll(/\D/g, '').length === 14;

/** An account of the software as Codat has read it at `readAt`. */
export const bankAccountView = (
  target: TargetAccountRecord,
  readAt: number,
  { shows = [], ukSortCodesOnly = false }: BankAccountModel,
) => ({
  id: target.id,
  accountName: target.name,
  accountType: target.kind === 'card' ? 'Credit' : 'Debit',
  nominalCode: target.nominalCode,
  sortCode: ukSortCodesOnly && !isUk(target) ? undefined : target.sortCode,
  accountNumber: target.accountNumber,
  iBan: target.iban,
  currency: target.currency,
  balance: decimal(target.balance),
  availableBalance: shows.includes('availableBalance') ? decimal(target.balance) : undefined,
  overdraftLimit: shows.includes('overdraftLimit') ? decimal('0') : undefined,
  institution: target.institution,
  status: 'Active',
  metadata: { isDeleted: false },
  modifiedDate: utc(readAt),
  sourceModifiedDate: utc(target.modified),
});

const statusCodes = { Pending: 202, Success: 200, Failed: 400, TimedOut: 408 } as const;

export const operationView = (operation: OperationRecord) => ({
  changes:
    operation.recordId === undefined
      ? null
      : [{ type: 'Created', recordRef: { id: operation.recordId, dataType: operation.dataType } }],
  dataType: operation.dataType,
  companyId: operation.companyId,
  pushOperationKey: operation.key,
  dataConnectionKey: operation.connectionId,
  requestedOnUtc: utc(operation.requestedAt),
  completedOnUtc: operation.completedAt === undefined ? undefined : utc(operation.completedAt),
  timeoutInMinutes: operation.timeoutInMinutes,
  status: operation.status,
  errorMessage: operation.errorMessage ?? null,
  validation: { errors: operation.errors, warnings: operation.warnings },
  statusCode: statusCodes[operation.status],
});

/**
 * A list of lines as JSON: amounts are numbers, and a type that is null is left out, for the document allows null
 * there and then leaves it out of the values it lists. In a text a quotation mark stands escaped, so what looks like
 * a member here is one.
 */
export const linesView = ({ text }: Lines): string =>
  text.replaceAll(/("(?:amount|balance)":)"([\d.-]+)"/g, '$1$2').replaceAll(',"transactionType":null', '');
