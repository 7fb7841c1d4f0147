/** A model: what the accounting software wants to be told when something is created in it. */
import * as z from 'zod';
import { openEnum } from './common.ts';

export const pushOptionTypes = [
  'Array',
  'Object',
  'String',
  'Number',
  'Boolean',
  'DateTime',
  'File',
  'MultiPart',
] as const;

const fieldValidation = z.object({
  field: z.string().nullish(),
  /** The rule, in words. */
  details: z.string(),
  ref: z.string().nullish(),
});

export const pushOptionChoice = z.object({
  value: z.string().nullish(),
  type: openEnum(pushOptionTypes).nullish(),
  displayName: z.string().nullish(),
  description: z.string().nullish(),
  required: z.boolean().nullish(),
});
export type PushOptionChoice = z.infer<typeof pushOptionChoice>;

export const pushOption = z.object({
  type: openEnum(pushOptionTypes),
  displayName: z.string(),
  description: z.string().nullish(),
  required: z.boolean(),
  /** The members of an object or of an array's items, by their names. */
  get properties() {
    return z.record(z.string(), pushOption).nullish();
  },
  /** The only values that are taken, where there are such. */
  options: z.array(pushOptionChoice).nullish(),
  validation: z
    .object({ warnings: z.array(fieldValidation).nullish(), information: z.array(fieldValidation).nullish() })
    .nullish(),
});
export type PushOption = z.infer<typeof pushOption>;
