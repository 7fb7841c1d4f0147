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

const pushOptionType = openEnum(pushOptionTypes);

const fieldValidation = z.object({
  field: z.string().nullish(),
  /** The rule, in words. */
  details: z.string(),
  ref: z.string().nullish(),
});

export const pushOptionChoice = z.object({
  value: z.string().nullish(),
  type: pushOptionType.nullish(),
  displayName: z.string().nullish(),
  description: z.string().nullish(),
  required: z.boolean().nullish(),
});
export type PushOptionChoice = z.infer<typeof pushOptionChoice>;

const pushOptionValidation = z.object({
  warnings: z.array(fieldValidation).nullish(),
  information: z.array(fieldValidation).nullish(),
});

/** Written out, because declarations lose a type that is inferred from a schema within itself. */
export interface PushOption {
  readonly type: z.infer<typeof pushOptionType>;
  readonly displayName: string;
  readonly description?: string | null | undefined;
  readonly required: boolean;
  /** The members of an object or of an array's items, by their names. */
  readonly properties?: Readonly<Record<string, PushOption>> | null | undefined;
  /** The only values that are taken, where there are such. */
  readonly options?: readonly PushOptionChoice[] | null | undefined;
  readonly validation?: z.infer<typeof pushOptionValidation> | null | undefined;
}

export const pushOption: z.ZodType<PushOption> = z.object({
  type: pushOptionType,
  displayName: z.string(),
  description: z.string().nullish(),
  required: z.boolean(),
  get properties() {
    return z.record(z.string(), pushOption).nullish();
  },
  options: z.array(pushOptionChoice).nullish(),
  validation: pushOptionValidation.nullish(),
});
