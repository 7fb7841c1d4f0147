/** A file of transactions as lines of JSON, whether it is that already or one JSON array. Streamed, never kept. */

export class FileError extends Error {
  override readonly name = 'FileError';
}

export interface FileLines {
  /** `array` where the items of one array become lines: then a line is counted as an item. */
  readonly form: 'lines' | 'array';
  readonly lines: AsyncIterable<Uint8Array>;
}

const code = (character: string): number => character.charCodeAt(0);
const [open, close, comma, quote, backslash, feed] = ['[', ']', ',', '"', '\\', '\n'].map(code);
const opening = new Set(['[', '{'].map(code));
const closing = new Set([']', '}'].map(code));
const blank = new Set([' ', '\t', '\r', '\n'].map(code));
const byteOrderMark = Buffer.from('\ufeff');

const withoutMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? bytes.subarray(byteOrderMark.length) : bytes;

/** Ends each item of the array with a line feed, and drops those within: outside strings they mean nothing. */
async function* itemsOf(parts: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array, void, undefined> {
  let depth = 0;
  let inString = false;
  let escaped = false;
  let ended = false;
  for await (const part of parts) {
    const out = Buffer.from(part);
    for (const [at, byte] of part.entries()) {
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inString = false;
      } else if (blank.has(byte)) out[at] = code(' ');
      else if (ended) throw new FileError('something follows the end of the array');
      else if (byte === quote) inString = true;
      else if (byte === comma && depth === 1) out[at] = feed ?? 0;
      else if (opening.has(byte)) {
        depth += 1;
        if (depth === 1) out[at] = code(' ');
      } else if (closing.has(byte)) {
        depth -= 1;
        if (depth === 0) {
          if (byte !== close) throw new FileError('the array does not end as it began');
          ended = true;
          out[at] = feed ?? 0;
        }
      }
    }
    yield out;
  }
  if (!ended) throw new FileError('the array has no end: the file is not complete');
}

export const fileLines = async (source: AsyncIterable<Buffer>): Promise<FileLines> => {
  const parts = source[Symbol.asyncIterator]();
  const begun: Buffer[] = [];
  let first: number | undefined;
  while (first === undefined) {
    const { done, value } = await parts.next();
    if (done) break;
    begun.push(value);
    first = withoutMark(Buffer.concat(begun)).find((byte) => !blank.has(byte));
  }
  const all = async function* (): AsyncGenerator<Buffer, void, undefined> {
    yield withoutMark(Buffer.concat(begun));
    for (let next = await parts.next(); !next.done; next = await parts.next()) yield next.value;
  };
  return first === open ? { form: 'array', lines: itemsOf(all()) } : { form: 'lines', lines: all() };
};
