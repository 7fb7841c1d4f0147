import { JsonError, parseJson } from '../codat/schemas/json.ts';
import { Misfit, type Shape } from '../contract/shape.ts';
import { Problem } from './problem.ts';

/** Bytes a widget may send in one request; the server-only hand-over has its own, larger limit. */
export const widgetBodyLimit = 64 * 1024;
export const pushBodyLimit = 16 * 1024 * 1024;
export const webhookBodyLimit = 1024 * 1024;

const tooLarge = (limit: number): Problem =>
  new Problem('body_too_large', `The body is larger than ${limit} bytes: send it in smaller parts.`);

/** Bodies are read as they come: one that was read already is empty, a compressed one would be taken for broken text. */
export const refuseUnreadable = (request: Request): void => {
  if (request.bodyUsed)
    throw new Problem(
      'webhook_body_consumed',
      'A body parser has read the request before the proxy. Mount the proxy before express.json() and the like; in Fastify register toFastify(proxy).',
    );
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity')
    throw new Problem(
      'encoding_not_supported',
      `A body in ${encoding.slice(0, 40)} is not taken: send it uncompressed.`,
    );
};

/** The raw bytes, read no further than the limit, whatever content-length claims. */
export const readBytes = async (request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> => {
  refuseUnreadable(request);
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  } catch (error) {
    // Whoever sent it went away: nothing failed here.
    throw error instanceof Problem ? error : new Problem('invalid_request', 'The body broke off before its end.');
  }
  return Uint8Array.from(Buffer.concat(chunks));
};

const decoder = new TextDecoder('utf-8', { fatal: true });

/** JSON with money kept as its source text. */
export const readJson = async (request: Request, limit: number, parse = parseJson): Promise<unknown> => {
  const bytes = await readBytes(request, limit);
  try {
    return parse(decoder.decode(bytes));
  } catch (error) {
    if (error instanceof JsonError && error.code === 'doubled-member')
      throw new Problem('invalid_request', error.message);
    throw new Problem('invalid_request', 'The body is not valid JSON in UTF-8.');
  }
};

/** A body of the wire, parsed by its shape. Rejects with `invalid_request` naming the field. */
export const readBody = async <Value>(request: Request, shape: Shape<Value>): Promise<Value> => {
  const body = await readJson(request, widgetBodyLimit);
  try {
    return shape.parse(body);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    const field = error.path.join('.');
    throw new Problem('invalid_request', `${field || 'The body'} is not valid: ${error.message}.`, {
      field: field || undefined,
    });
  }
};
