/** One line of a text, as far as it can be read. */
export interface TextLine {
  /** Its place in the text, from 1. */
  readonly number: number;
  /** Without its end; empty where `fault` is given. */
  readonly text: string;
  readonly fault?: 'too_long' | 'not_utf8' | undefined;
}

export interface LineReader {
  /** The lines that end within these bytes. */
  push(bytes: Uint8Array): readonly TextLine[];
  /** The last line, where the text does not end with a line feed. */
  end(): readonly TextLine[];
}

const lineFeed = 0x0a;

/**
 * Cuts bytes into lines at line feeds. A line of more than `mostBytes` is passed over without being kept, so that
 * memory stays bounded whatever comes; the lines after it are read as if nothing had been.
 */
export const createLineReader = (mostBytes: number): LineReader => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let parts: Uint8Array[] = [];
  let size = 0;
  let number = 0;

  const take = (last: Uint8Array): TextLine => {
    const length = size + last.length;
    const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    size = 0;
    number += 1;
    if (length > mostBytes) return { number, text: '', fault: 'too_long' };
    try {
      return { number, text: decoder.decode(bytes) };
    } catch {
      return { number, text: '', fault: 'not_utf8' };
    }
  };

  return {
    push(bytes) {
      const lines: TextLine[] = [];
      let start = 0;
      for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, start)) {
        lines.push(take(bytes.subarray(start, end)));
        start = end + 1;
      }
      const rest = bytes.subarray(start);
      size += rest.length;
      if (size > mostBytes) parts = [];
      else if (rest.length > 0) parts.push(rest);
      return lines;
    },
    end: () => (size > 0 ? [take(new Uint8Array())] : []),
  };
};
