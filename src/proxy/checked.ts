/** What a host gives is checked, and whatever goes wrong is told as a Problem, in process as over HTTP. */
import type * as z from 'zod';
import { problemOf } from './codat-problem.ts';
import { Problem } from './problem.ts';

/** Rejects with `invalid_request`, naming the field. */
export const check = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const checked = schema.safeParse(input);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new Problem('invalid_request', `${field || 'The request'} ${issue?.message ?? 'is not valid'}`, { field });
};

/** In process, too, a host meets one kind of error. */
export const told = async <Result>(call: Promise<Result>): Promise<Result> => {
  try {
    return await call;
  } catch (error) {
    throw problemOf(error) ?? error;
  }
};
