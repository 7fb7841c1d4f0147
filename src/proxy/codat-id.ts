import * as z from 'zod';

/** An id of Codat's. It means the same in either case, and is kept in one, so that a company is one company. */
export const codatId = (message: string) => z.uuid(message).transform((id) => id.toLowerCase());
