import type { Log } from './log.ts';

/** One JSON line an entry. */
export const jsonLog = (out: { write(text: string): unknown }): Log => {
  const line =
    (level: string) =>
    (fields: Readonly<Record<string, unknown>>, message: string): void => {
      out.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
    };
  return { debug: () => {}, info: line('info'), warn: line('warn'), error: line('error') };
};
