/** What happens to a new bank account between the answer `Pending` and the software's chart of accounts. */
import { type BankAccountModel, bankAccountModel } from './bank-account-models.ts';
import { behaviourOf } from './behaviours.ts';
import type { Core } from './core.ts';
import { finish } from './finishing.ts';
import type {
  BankAccountDraft,
  BankAccountOperation,
  FindingRecord,
  OrganizationRecord,
  TargetAccountRecord,
} from './records.ts';

/**
 * The moment has come: the software makes the account, or says why not. It can be mapped at once; Codat's copy
 * of the software's accounts has it only after the next reading.
 */
export function settleBankAccount(core: Core, operation: BankAccountOperation): void {
  const draft = operation.waiting?.bankAccount;
  if (draft === undefined) return;
  delete operation.waiting;
  const connection = core.world.connections.get(operation.connectionId);
  const organization = connection && core.world.organizationOf(connection);
  if (connection?.status !== 'Linked' || organization === undefined) {
    const errorMessage = 'The connection ended before the bank account was made.';
    finish(core, operation, { status: 'Failed', errorMessage });
    return;
  }
  const { platformName } = behaviourOf(connection);
  const currency = draft.currency ?? organization.baseCurrency;
  const errors = refusals(organization, { ...draft, currency }, bankAccountModel(connection));
  if (errors.length > 0) {
    const errorMessage = `${platformName} refused the bank account.`;
    finish(core, operation, { status: 'Failed', errorMessage, errors });
    return;
  }
  const { id } = openAccount(core, organization, { ...draft, currency });
  finish(core, operation, { status: 'Success', recordId: id });
}

/** A new account in the software's chart of accounts, under the first code that is free unless it has one. */
export function openAccount(
  { world, ids, clock }: Core,
  organization: OrganizationRecord,
  draft: BankAccountDraft & { readonly currency: string },
): TargetAccountRecord {
  const taken = new Set(organization.accounts.map(({ nominalCode }) => nominalCode));
  let code = 900 + organization.accounts.length;
  while (taken.has(String(code))) code += 1;
  const target = {
    ...draft,
    id: ids.next('target'),
    nominalCode: draft.nominalCode ?? String(code),
    modified: clock.now(),
  };
  world.addTarget(organization, target);
  return target;
}

function refusals(
  { name: books, baseCurrency, currencies, accounts }: OrganizationRecord,
  { name, nominalCode, currency }: BankAccountDraft & { readonly currency: string },
  { baseCurrencyOnly = false }: BankAccountModel,
): FindingRecord[] {
  const finding = (itemId: string, message: string): FindingRecord => ({
    itemId,
    message,
    validatorName: 'BankAccount',
  });
  const found: FindingRecord[] = [];
  if (baseCurrencyOnly && currency !== baseCurrency) {
    found.push(finding('currency', `The currency ${currency} is not ${baseCurrency}, the base currency of ${books}.`));
  } else if (!currencies.includes(currency)) {
    found.push(finding('currency', `The currency ${currency} is not enabled in ${books}.`));
  }
  if (accounts.some((each) => each.name.toLowerCase() === name.toLowerCase())) {
    found.push(finding('accountName', `An account with the name ${name} exists in ${books} already.`));
  }
  if (nominalCode !== undefined && accounts.some((each) => each.nominalCode === nominalCode)) {
    found.push(finding('nominalCode', `An account with the code ${nominalCode} exists in ${books} already.`));
  }
  return found;
}
