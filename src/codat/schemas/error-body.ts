import * as z from 'zod';
import { validation } from './common.ts';

/**
 * The body of every 4xx and 5xx. Nothing in it is required, so each member that is not what the
 * document says is left out rather than costing us the others.
 */
export const errorBody = z.object({
  statusCode: z.int().optional().catch(undefined),
  /** The part of Codat that answered: PublicApi, ClientsApi, PullApi. */
  service: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  correlationId: z.string().optional().catch(undefined),
  validation: validation.nullish().catch(undefined),
  /** A string at Codat: `True`, `False` or `Unknown`. */
  canBeRetried: z.string().optional().catch(undefined),
  detailedErrorCode: z.int().optional().catch(undefined),
});
export type ErrorBody = z.infer<typeof errorBody>;
