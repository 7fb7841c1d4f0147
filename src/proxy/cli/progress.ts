/** One line on a terminal that tells how far a long work is; nothing where nobody looks at it. */
import type { Writable } from 'node:stream';

export interface Progress {
  /** `done` of `total` bytes, where the total is known; `lines` that were dealt with. */
  show(done: number, lines: number): void;
  /** Takes the line away, so that something can be written; the next `show` draws it again. */
  clear(): void;
}

const width = 24;
const betweenMs = 100;

const duration = (seconds: number): string => {
  const rounded = Math.ceil(seconds);
  return `${Math.floor(rounded / 60)}:${String(rounded % 60).padStart(2, '0')}`;
};

export const progressLine = (done: number, total: number | undefined, lines: number, elapsedMs: number): string => {
  const seconds = Math.max(elapsedMs, 1) / 1000;
  const counted = `${lines.toLocaleString('en')} lines, ${Math.round(lines / seconds).toLocaleString('en')} a second`;
  if (total === undefined || total === 0) return counted;
  const part = Math.min(1, done / total);
  const full = Math.round(part * width);
  const left = part > 0 ? `, ${duration((seconds * (1 - part)) / part)} left` : '';
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}] ${Math.floor(part * 100)} %, ${counted}${left}`;
};

export const createProgress = (
  terminal: Writable & { readonly isTTY?: boolean; readonly columns?: number },
  total: number | undefined,
  now: () => number = () => performance.now(),
): Progress => {
  if (terminal.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  const begun = now();
  let shownAt = -Infinity;
  let shown = false;
  return {
    show(done, lines) {
      if (now() - shownAt < betweenMs) return;
      shownAt = now();
      shown = true;
      const text = progressLine(done, total, lines, now() - begun);
      // Cut to the terminal: a line that wraps could not be taken away again.
      terminal.write(`\r\u001b[K${text.slice(0, (terminal.columns ?? 80) - 1)}`);
    },
    clear() {
      if (shown) terminal.write('\r\u001b[K');
      shown = false;
      shownAt = -Infinity;
    },
  };
};
