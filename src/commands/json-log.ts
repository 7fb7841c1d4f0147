/** The command's log: one JSON line an entry, by pino where it is installed, with the same fields without it. */
import type { pino as Pino } from 'pino';
import type { Log } from '../proxy/log.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

interface Out {
  write(text: string): unknown;
}
type Fields = Readonly<Record<string, unknown>>;

const hidden = '[redacted]';
/** Whatever their spelling, and as a part of longer names: accessToken, x-api-key, webhook_secrets. */
const secretNames =
  /apikey|authorization|cookie|token|secret|password|passphrase|credential|signature|linkurl|redirect|username|otp$|privatekey|databaseurl|connectionstring|accountnumber|sortcode|iban|bankcode|routingnumber|^body$/;
const isSecret = (name: string): boolean => secretNames.test(name.replaceAll(/[^a-z]/gi, '').toLowerCase());

/** Far deeper than anything that is logged. */
const deepest = 12;

/**
 * The last net below the rule that fields never carry secrets. By the names alone: what is in a text nobody can know.
 */
const censored = (value: unknown, around: readonly object[] = []): unknown => {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (around.includes(value) || around.length > deepest) return '[…]';
  const inside = [...around, value];
  if (value instanceof Error) return { error: value.name, reason: value.message };
  if ('toJSON' in value && typeof value.toJSON === 'function') return censored(value.toJSON(), inside);
  if (Array.isArray(value)) return value.map((item) => censored(item, inside));
  return membersOf(value, inside);
};

const membersOf = (value: object, inside: readonly object[]): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isSecret(name) && inner !== undefined ? hidden : censored(inner, inside),
    ]),
  );

/** Never the names that every line has: a reader takes the last of two. */
const fieldsOf = (fields: Fields): Record<string, unknown> => {
  const { time: _time, level: _level, message: _message, ...others } = fields;
  return membersOf(others, []);
};

export const plainLog = (out: Out, least: LogLevel): Log => {
  const isLevelEnabled = (level: string): boolean =>
    logLevels.findIndex((one) => one === level) >= logLevels.indexOf(least);
  const line =
    (level: LogLevel) =>
    (fields: Fields, message: string): void => {
      if (isLevelEnabled(level))
        out.write(`${JSON.stringify({ level, time: new Date().toISOString(), ...fieldsOf(fields), message })}\n`);
    };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error'), isLevelEnabled };
};

/** Its own `redact` reaches no depth that is not spelled out, so the net hangs before it. */
export const pinoLog = (pino: typeof Pino, out: Out, level: LogLevel): Log =>
  pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: fieldsOf },
    },
    out,
  );

export const openLog = async (out: Out, level: LogLevel): Promise<Log> => {
  const found = await import('pino').catch(() => undefined);
  return found === undefined ? plainLog(out, level) : pinoLog(found.pino, out, level);
};
