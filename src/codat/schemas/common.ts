/**
 * What the schemas share. They are tolerant on purpose: members they do not know are dropped, members
 * Codat may leave out or send as null are optional, and an enum accepts what a later Codat may add.
 */
import * as z from 'zod';

/** A string whose known values are named in the type, and which any other string satisfies too. */
export const openEnum = <const Values extends readonly string[]>(_values: Values) =>
  z.string().transform((value): Values[number] | (string & {}) => value);

const expectedDecimal = 'expected a decimal string, such as "12.50"';

/** Money as `parseJson` reads it: a decimal string, digits as sent. */
export const decimal = z.string(expectedDecimal).regex(/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/, expectedDecimal);

/** Codat's DateTime: `Z`, an offset or neither, up to seven digits of a second. Not converted. */
export const dateTime = z.string();

/** Tags of a company; at most 10, keys of 1 to 27 characters, values of at most 100. */
export const tags = z.record(z.string(), z.string());

const link = z.object({ href: z.string().nullish() });

/** The paging envelope. `results` is read as an empty list where Codat leaves it out. */
export const paged = <Item extends z.ZodType>(item: Item) =>
  z.object({
    results: z.array(item).default([]),
    pageNumber: z.int(),
    pageSize: z.int(),
    /** Counted after the filter. */
    totalResults: z.int(),
    _links: z.object({ self: link, current: link, next: link.nullish(), previous: link.nullish() }),
  });

/** One finding of a validation, in Codat's own words. */
export const validationItem = z.object({
  itemId: z.string().nullish(),
  message: z.string().nullish(),
  validatorName: z.string().nullish(),
});
export type ValidationItem = z.infer<typeof validationItem>;

export const validation = z.object({
  errors: z.array(validationItem).nullish(),
  warnings: z.array(validationItem).nullish(),
});
export type Validation = z.infer<typeof validation>;
