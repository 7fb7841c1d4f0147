import * as z from 'zod';
import { behaviourOf, targetKindOf } from '../behaviours.ts';
import { beginConnecting, currencyRefusal, fits, isFedBy, targetOptions, usualStart } from '../feeds.ts';
import type { OrganizationRecord, SourceAccountRecord } from '../records.ts';
import { feedStartInstant, targetOptionView } from '../views.ts';
import { ApiError, quote } from './errors.ts';
import { dateText, requiredText, text } from './fields.ts';
import { accountOf, type Call, connectionOf, linkedOrganization, ok, type Operation, parseBody } from './operation.ts';
import { decimal, WrittenJson, writeJson } from './wire.ts';

const path = '/companies/:companyId/connections/:connectionId/bankFeedAccounts/mapping';

const listMappings: Operation = {
  id: 'get-bank-account-mapping',
  method: 'GET',
  path,
  handle(call) {
    const { core } = call;
    const connection = connectionOf(call);
    const linked = connection.status === 'Linked' && behaviourOf(connection).mapping === 'api';
    const organization = linked ? core.world.organizationOf(connection) : undefined;
    // Accounts of one currency and type have the same choice, which may be long: it is written once for all.
    const written = new Map<string, Buffer>();
    const options = (account: SourceAccountRecord): Buffer => {
      // An account that has found its target offers no choice any more.
      if (organization === undefined || account.status === 'connected') return Buffer.from('null');
      const group = `${targetKindOf(account.accountType)} ${account.currency}`;
      const known = written.get(group);
      if (known !== undefined) return known;
      const bytes = Buffer.from(writeJson(targetOptions(account, organization).map(targetOptionView)));
      written.set(group, bytes);
      return bytes;
    };
    const rows = core.world.accountsOf(connection.id).flatMap((account, index) => {
      const target = core.world.target(account.targetId ?? account.connecting?.targetId);
      const row = writeJson({
        sourceAccountId: account.id,
        sourceAccountName: account.accountName,
        sourceAccountNumber: account.accountNumber,
        sourceBalance: decimal(account.balance),
        sourceCurrency: account.currency,
        targetAccountId: target?.id ?? null,
        targetAccountName: target?.name,
        status: account.status,
        feedStartDate: feedStartInstant(account),
      });
      const open = `${index === 0 ? '' : ','}${row.slice(0, -1)},"targetAccountOptions":`;
      return [Buffer.from(open), options(account), Buffer.from('}')];
    });
    return ok(new WrittenJson([Buffer.from('['), ...rows, Buffer.from(']')]));
  },
};

const wish = z.strictObject({
  sourceAccountId: requiredText(200),
  targetAccountId: text(200).nullish(),
  feedStartDate: dateText.nullish(),
});

const busy = 'A feed connection already exists to this account';

const answer = (account: SourceAccountRecord, status: string, error?: string, targetAccountId?: string) =>
  ok({
    sourceAccountId: account.id,
    targetAccountId: targetAccountId ?? account.targetId ?? account.connecting?.targetId ?? null,
    status,
    error,
  });

const createMapping: Operation = {
  id: 'create-bank-account-mapping',
  method: 'POST',
  path,
  handle(call) {
    const connection = connectionOf(call);
    const given = parseBody(wish, call.body);
    const account = accountOf(call, given.sourceAccountId);
    const { platformName, mapping } = behaviourOf(connection);
    if (mapping === 'software') {
      throw new ApiError(400, `Accounts are mapped inside ${platformName} by the user; they cannot be mapped here.`, {
        service: 'BankFeedsApi',
      });
    }
    const { organization } = linkedOrganization(call);
    return map(call, account, organization, given);
  },
};

function map(
  { core }: Call,
  account: SourceAccountRecord,
  organization: OrganizationRecord,
  { targetAccountId, feedStartDate }: z.output<typeof wish>,
) {
  const wanted = targetAccountId ?? undefined;
  const target = organization.accounts.find(({ id }) => id === wanted);
  if (wanted !== undefined && target === undefined) {
    throw new ApiError(400, `targetAccountId: no account with ID ${quote(wanted)} exists in the accounting software.`, {
      service: 'BankFeedsApi',
    });
  }
  if (target?.feed !== undefined && target.feed.companyId !== account.companyId) {
    throw new ApiError(
      400,
      'targetAccountId: this account is fed by another company already. Choose another account.',
      {
        service: 'BankFeedsApi',
      },
    );
  }
  const current = account.targetId ?? account.connecting?.targetId;
  if (account.status === 'connected' || account.status === 'connecting') {
    // Repeating one's own mapping succeeds; moving it takes a disconnect first.
    const repeated = wanted === undefined || wanted === current;
    return repeated ? answer(account, account.status) : answer(account, 'Failed', busy, wanted);
  }
  if (target?.feed !== undefined && !isFedBy(target, account)) return answer(account, 'Failed', busy, wanted);
  const refusal = currencyRefusal(account, organization);
  if (refusal !== undefined) return answer(account, 'Failed', refusal, wanted);
  if (target !== undefined && !fits(account, target)) {
    const error =
      account.currency === target.currency
        ? `The account ${target.name} is of another type than the source account. Choose an account of the same type.`
        : `The account ${target.name} is in ${target.currency}, the source account in ${account.currency ?? 'no currency'}. Choose an account in the same currency.`;
    return answer(account, 'Failed', error, wanted);
  }
  beginConnecting(core, account, {
    target,
    feedStartDate: feedStartDate?.slice(0, 10) ?? usualStart(core, organization),
  });
  return answer(account, 'connecting');
}

export const mappingOperations: readonly Operation[] = [listMappings, createMapping];
