/** Answers as people read them on a terminal. */

/** Text from outside, without what would move the cursor or turn the line around. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Bidi_C}\u2028\u2029]/gu, '?');

export type Column = readonly [heading: string, align: 'left' | 'right'];

const segmenter = new Intl.Segmenter();
const length = (cell: string): number => [...segmenter.segment(cell)].length;

/** Columns as wide as their widest cell, two spaces between them. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): string => {
  const cells = [columns.map(([heading]) => heading), ...rows.map((row) => row.map(plain))];
  const widths = columns.map((_column, n) => Math.max(...cells.map((row) => length(row[n] ?? ''))));
  const pad = (cell: string, n: number): string => {
    const space = ' '.repeat((widths[n] ?? 0) - length(cell));
    return columns[n]?.[1] === 'right' ? space + cell : cell + space;
  };
  return cells.map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('');
};

/** Such as `3 min`, `5 h` or `2 days`. */
export const age = (since: string, now: number): string => {
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
};
