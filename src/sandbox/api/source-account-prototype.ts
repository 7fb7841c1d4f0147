/** A source account as a request describes it, in either of the document's two versions. */
import * as z from 'zod';
import { currencyCode, dateText, money, requiredText, text } from './fields.ts';

const accountTypes = ['checking', 'savings', 'loan', 'creditCard', 'prepaidCard'];
const routingTypes = 'rtn aba swift bsb iban nz2 trno sortcode blz ifsc bankcode apca clabe'.split(' ');

/** Both shapes at once: version 1 requires only the id, version 2 adds routing and account information. */
export const accountPrototype = z.object({
  id: requiredText(200).refine(
    (id) => id !== '.' && id !== '..' && id.isWellFormed(),
    'must be text that can stand in a path',
  ),
  accountName: text().nullish(),
  accountType: text(200).nullish(),
  accountNumber: text(200).nullish(),
  sortCode: text(40).nullish(),
  currency: currencyCode.nullish(),
  balance: money.nullish(),
  modifiedDate: dateText.nullish(),
  routingInfo: z
    .object({
      bankCode: text(200).nullish(),
      type: text(40)
        .refine((type) => routingTypes.includes(type), `must be one of ${routingTypes.join(', ')}`)
        .nullish(),
    })
    .nullish(),
  accountInfo: z
    .object({
      description: text().nullish(),
      nickname: text().nullish(),
      accountOpenDate: dateText.nullish(),
      availableBalance: money.nullish(),
    })
    .nullish(),
});
export type AccountPrototype = z.output<typeof accountPrototype>;

/** The first member that version 2 asks for and this one has not got; undefined: it is of version 2. */
export const lackOfVersion2 = (given: AccountPrototype): string | undefined =>
  (['accountName', 'accountNumber', 'currency', 'balance'] as const).find(
    (member) => typeof given[member] !== 'string',
  ) ?? (accountTypes.includes(given.accountType ?? '') ? undefined : 'accountType');

/** What to answer to one that has routing or account information, which version 1 would silently lose. */
export const version2Refusal = (given: AccountPrototype, field: string): string => {
  const types = field === 'accountType' ? `, one of ${accountTypes.join(', ')}` : '';
  return `${field} is required for account ${given.id}${types}: with routingInfo or accountInfo it is of version 2.`;
};
