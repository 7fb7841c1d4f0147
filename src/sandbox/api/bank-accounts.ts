import { behaviourOf } from '../behaviours.ts';
import { bankAccountView } from '../views.ts';
import { ApiError } from './errors.ts';
import { connectionOf, linkedOrganization, ok, type Operation } from './operation.ts';
import { page } from './paging.ts';

const path = '/companies/:companyId/connections/:connectionId';

/** What Codat has read stays readable when the connection is unlinked; before the first link there is nothing. */
const listBankAccounts: Operation = {
  id: 'list-bank-accounts',
  method: 'GET',
  path: `${path}/data/bankAccounts`,
  handle(call) {
    const organization = call.core.world.organizationOf(connectionOf(call));
    if (organization === undefined) {
      throw new ApiError(409, 'The data set has not been requested.', { service: 'PullApi' });
    }
    return page(call, {
      items: organization.accounts,
      view: bankAccountView,
      properties: [
        'id',
        'accountName',
        'accountType',
        'nominalCode',
        'sortCode',
        'accountNumber',
        'iBan',
        'currency',
        'balance',
        'institution',
        'status',
        'metadata.isDeleted',
        'modifiedDate',
        'sourceModifiedDate',
      ],
    });
  },
};

const getCompanyInformation: Operation = {
  id: 'get-company-information',
  method: 'GET',
  path: `${path}/bankFeeds/info`,
  handle(call) {
    const { platformName, companyInfo } = behaviourOf(connectionOf(call));
    if (!companyInfo) {
      throw new ApiError(400, `Company information is not available for ${platformName}.`, { service: 'BankFeedsApi' });
    }
    const { organization } = linkedOrganization(call);
    return ok({
      companyName: organization.name,
      baseCurrency: organization.baseCurrency,
      planType: organization.planType,
      multicurrencyEnabled: organization.currencies.length > 1,
      currencies: organization.currencies,
    });
  },
};

export const bankAccountOperations: readonly Operation[] = [listBankAccounts, getCompanyInformation];
