import { ApiError } from './errors.ts';
import { readJson } from './wire.ts';

/** A thousand transactions with long descriptions fit; ten megabytes do not. */
const longestBody = 8 * 1024 * 1024;

/** The raw body. @throws {ApiError} 400 beyond `longest` bytes, without reading on. */
export async function readBytes(request: Request, longest = longestBody): Promise<Uint8Array> {
  const tooLong = (): ApiError => new ApiError(400, `The request body is too long; send at most ${longest} bytes.`);
  const announced = request.headers.get('content-length');
  if (announced !== null && /^\d+$/.test(announced)) {
    if (Number(announced) > longest) throw tooLong();
    // Node ends the body there, and the server's adapter reads it without a web stream in between.
    const bytes = new Uint8Array(await request.arrayBuffer());
    if (bytes.byteLength > longest) throw tooLong();
    return bytes;
  }
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > longest) throw tooLong();
    chunks.push(chunk);
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

/** The JSON value of a body; undefined for an empty one. @throws {ApiError} 400 for anything else. */
export function parseBytes(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError(400, 'The request body is not valid UTF-8.');
  }
  try {
    return readJson(text);
  } catch (error) {
    const deep = error instanceof RangeError;
    throw new ApiError(400, deep ? 'The request body is nested too deeply.' : 'The request body is not valid JSON.');
  }
}
