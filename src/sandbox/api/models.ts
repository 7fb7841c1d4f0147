/** What a write of each kind must hold on the connection's platform, as a tree of options. */
import { bankAccountModel, type FieldModel } from '../bank-account-models.ts';
import { type Behaviour, behaviourOf } from '../behaviours.ts';
import { transactionTypes } from '../line-rules.ts';
import { accountOf, connectionOf, ok, type Operation } from './operation.ts';

const path = '/companies/:companyId/connections/:connectionId/options/bankAccounts';

interface Property {
  readonly type: 'Array' | 'Object' | 'String' | 'Number' | 'Boolean' | 'DateTime';
  readonly displayName: string;
  readonly description: string;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly options?: readonly object[] | undefined;
  readonly required: boolean;
  readonly validation?: object | undefined;
}

const choices = (values: readonly string[]) =>
  values.map((value) => ({ value, type: 'String', displayName: value, required: false }));

/** `field` is written as Codat writes it there: `AccountName`, `IBan`. */
function validation(
  field: string,
  { warnings = [], information = [] }: { warnings?: readonly string[]; information?: readonly string[] },
) {
  const name = field.slice(0, 1).toUpperCase() + field.slice(1);
  const items = (all: readonly string[]) => all.map((details) => ({ field: name, details }));
  return { warnings: items(warnings), information: items(information) };
}

const fieldProperty = (model: FieldModel): Property => ({
  type: model.field === 'balance' ? 'Number' : 'String',
  displayName: model.displayName,
  description: model.description,
  options: model.options && choices(model.options),
  required: model.required,
  validation: model.warnings || model.information ? validation(model.field, model) : undefined,
});

const getBankAccountModel: Operation = {
  id: 'get-create-bankAccounts-model',
  method: 'GET',
  path,
  handle(call) {
    const { fields } = bankAccountModel(connectionOf(call));
    return ok({
      type: 'Object',
      displayName: 'Bank Account',
      description: 'An account that bank transactions may be recorded against',
      properties: Object.fromEntries(fields.map((field) => [field.field, fieldProperty(field)])),
      required: true,
    } satisfies Property);
  },
};

/** Of a line QuickBooks takes no counterparty, no reference and no reconciliation, and three types only. */
const plainTypes = ['Unknown', 'Credit', 'Debit'];

function lineProperties({ platformKey, balance }: Behaviour): Record<string, Property> {
  const plain = platformKey === 'hcws';
  const property = (type: Property['type'], required: boolean, displayName: string, description: string): Property => ({
    type,
    displayName,
    description,
    required,
  });
  return {
    id: property('String', true, 'ID', 'Identifier for the bank account transaction, unique for the company'),
    date: {
      ...property('DateTime', true, 'Date', 'The local date of the bank transaction; an offset is ignored'),
      validation: validation('date', {
        warnings: ['Must not be in the future.', 'Must not be before the date of the transaction above it.'],
      }),
    },
    description: property('String', false, 'Description', 'Description of the bank transaction'),
    ...(plain
      ? {}
      : {
          counterparty: property('String', false, 'Counterparty', 'The giving or receiving party'),
          reference: property('String', false, 'Reference', 'An optional reference to the bank transaction'),
          reconciled: property('Boolean', false, 'Reconciled', 'Whether the bank transaction has been reconciled'),
        }),
    amount: {
      ...property('Number', true, 'Amount', 'The amount transacted in the bank transaction'),
      validation: validation('amount', { information: ['Positive for money in, negative for money out.'] }),
    },
    balance: {
      ...property('Number', balance === 'required', 'Balance', 'The remaining balance in the account'),
      validation: validation('balance', {
        information: ["The balance of the last transaction becomes the account's balance."],
      }),
    },
    transactionType: {
      ...property('String', false, 'Transaction Type', 'Type of transaction for the bank statement line'),
      options: choices(plain ? plainTypes : transactionTypes),
    },
  };
}

const getTransactionModel: Operation = {
  id: 'get-create-bank-transactions-model',
  method: 'GET',
  path: `${path}/:accountId/bankTransactions`,
  handle(call) {
    accountOf(call);
    const behaviour = behaviourOf(connectionOf(call));
    return ok({
      type: 'Object',
      displayName: 'Bank Transactions',
      description: 'Transactions of one bank account',
      properties: {
        accountId: {
          type: 'String',
          displayName: 'Account ID',
          description: 'Unique identifier of the source account, the same as in the path',
          required: true,
        },
        transactions: {
          type: 'Array',
          displayName: 'Transactions',
          description: 'The transactions, in chronological order',
          properties: lineProperties(behaviour),
          required: true,
          validation: validation('transactions', { warnings: ['Must have 1 to 1000 transactions.'] }),
        },
      },
      required: true,
    } satisfies Property);
  },
};

export const modelOperations: readonly Operation[] = [getBankAccountModel, getTransactionModel];
