/** What a host gives is checked, and whatever goes wrong is told as a Problem, in process as over HTTP. */
import * as z from 'zod';
import { problemOf } from './codat-problem.ts';
import { Problem } from './problem.ts';

interface Fault {
  readonly field: string;
  readonly text: string;
}

/** The first that is not known, and what is: a slip such as `scope` would pass for nothing said. */
export const unknownAmong = (
  given: readonly string[],
  known: readonly string[],
  word: 'member' | 'parameter',
  of: string,
): Fault | undefined => {
  const field = given.find((name) => !known.includes(name))?.slice(0, 100);
  if (field === undefined) return undefined;
  return { field, text: `${field} is no ${word} of ${of}, which has ${known.join(', ') || 'none'}.` };
};

/** What is wrong first with what a strict schema refused. */
export const faultOf = (schema: z.ZodType, { issues: [issue] }: z.ZodError, of: string): Fault => {
  if (issue?.code === 'unrecognized_keys' && schema instanceof z.ZodObject) {
    const unknown = unknownAmong(issue.keys, Object.keys(schema.shape), 'member', of);
    if (unknown) return unknown;
  }
  const field = issue?.path.join('.') ?? '';
  return { field, text: `${field || 'The request'} ${issue?.message ?? 'is not valid'}` };
};

/** Rejects with `invalid_request`, naming the field. `of` is what was given, such as “a push”. */
export const check = <Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  of = 'this request',
): z.output<Schema> => {
  const checked = schema.safeParse(input);
  if (checked.success) return checked.data;
  const { field, text } = faultOf(schema, checked.error, of);
  throw new Problem('invalid_request', text, { field });
};

/** In process, too, a host meets one kind of error. */
export const told = async <Result>(call: Promise<Result>): Promise<Result> => {
  try {
    return await call;
  } catch (error) {
    throw problemOf(error) ?? error;
  }
};
