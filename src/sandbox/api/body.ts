import { ApiError } from './errors.ts';
import { readJson } from './wire.ts';

/** A thousand transactions with long descriptions fit; ten megabytes do not. */
const longestBody = 8 * 1024 * 1024;
/** Of a body that is too long, this much is read all the same. */
const longestPassedOver = 64 * 1024 * 1024;

/**
 * The raw body. One that is too long is read on and passed over: a client that sends all before it reads would
 * find the connection gone, and never see the refusal.
 * @throws {ApiError} 400 beyond `longest` bytes, or for a body that breaks off.
 */
export async function readBytes(request: Request, longest = longestBody): Promise<Uint8Array> {
  try {
    const { chunks, size } = await readChunks(request, longest);
    if (size > longest) throw new ApiError(400, `The request body is too long; send at most ${longest} bytes.`);
    const [only] = chunks;
    return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(400, 'The request body breaks off before its end.');
  }
}

async function readChunks(request: Request, longest: number): Promise<{ chunks: Uint8Array[]; size: number }> {
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) <= longest) {
    // The server's adapter reads what was announced without a web stream in between.
    const bytes = new Uint8Array(await request.arrayBuffer());
    return { chunks: [bytes], size: bytes.byteLength };
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size <= longest) chunks.push(chunk);
    else if (size > longestPassedOver) break;
  }
  return { chunks, size };
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
