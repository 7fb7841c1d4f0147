/** One line on a terminal that tells how far a long work is; nothing where nobody looks at it. */
import type { Writable } from 'node:stream';

export interface Progress {
  /** `done` of `total` bytes are dealt with, where the total is known; `lines` that were dealt with. */
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

/** As much as `columns` have room for, whole words only. */
export const progressLine = (
  done: number,
  total: number | undefined,
  lines: number,
  elapsedMs: number,
  columns = Infinity,
): string => {
  const seconds = Math.max(elapsedMs, 1) / 1000;
  const counted = `${lines.toLocaleString('en')} lines`;
  const pace = `, ${Math.round(lines / seconds).toLocaleString('en')} a second`;
  const fitting = (...wordings: readonly string[]): string => wordings.find((text) => text.length <= columns) ?? '';
  if (total === undefined || total === 0) return fitting(counted + pace, counted);
  const part = Math.min(1, done / total);
  const full = Math.round(part * width);
  const left = part > 0 ? `, ${duration((seconds * (1 - part)) / part)} left` : '';
  const bar = `[${'#'.repeat(full)}${'-'.repeat(width - full)}] `;
  const percent = `${Math.floor(part * 100)} %`;
  return fitting(
    `${bar}${percent}, ${counted}${pace}${left}`,
    `${bar}${percent}, ${counted}${left}`,
    `${bar}${percent}${left}`,
    `${percent}${left}`,
    percent,
  );
};

/** Which part of a text is dealt with: the bytes before a line, as far as they were noted when they were sent. */
export const createMeasure = () => {
  const sent: { readonly line: number; readonly bytes: number }[] = [];
  let lines = 0;
  let bytes = 0;
  let reached = 0;
  return {
    /** `read` bytes of the file have become this text. */
    note(text: Uint8Array, read: number): void {
      for (let at = text.indexOf(0x0a); at !== -1; at = text.indexOf(0x0a, at + 1)) lines += 1;
      bytes = read;
      sent.push({ line: lines, bytes });
    },
    /** Bytes dealt with, when everything up to `line` is. */
    upTo(line: number): number {
      let passed = 0;
      for (const place of sent) {
        if (place.line > line) break;
        reached = place.bytes;
        passed += 1;
      }
      sent.splice(0, passed);
      return reached;
    },
  };
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
      // No wider than the terminal: a line that wraps could not be taken away again.
      const text = progressLine(done, total, lines, now() - begun, (terminal.columns ?? 80) - 1);
      terminal.write(`\r\u001b[K${text}`);
    },
    clear() {
      if (shown) terminal.write('\r\u001b[K');
      shown = false;
      shownAt = -Infinity;
    },
  };
};
