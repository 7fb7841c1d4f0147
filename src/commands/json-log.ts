import type { Log } from '../proxy/log.ts';

/** One JSON line an entry. */
export const jsonLog = (out: { write(text: string): unknown }): Log => {
  const line =
    (level: string) =>
    (fields: Readonly<Record<string, unknown>>, message: string): void => {
      const said = { time: new Date().toISOString(), level, message };
      // First, and never replaced by a field of the same name.
      out.write(`${JSON.stringify({ ...said, ...fields, ...said })}\n`);
    };
  return { debug: () => {}, info: line('info'), warn: line('warn'), error: line('error') };
};
