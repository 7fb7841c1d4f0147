/**
 * Where the proxy writes what happened: pino itself, or anything that takes the same. Fields never carry secrets: no
 * key, token, link or body.
 */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
  /** Whether it writes lines of this level: what nobody reads is not put together. Where not given, it does. */
  isLevelEnabled?(level: 'debug'): boolean;
}

const nothing = (): void => {};
export const silentLog: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  isLevelEnabled: () => false,
};

export const tellsDebug = (log: Log): boolean => log.isLevelEnabled?.('debug') !== false;

/** The part of an error that is safe to log: its name and message, never its cause or payload. */
export const errorFields = (error: unknown): Readonly<Record<string, unknown>> =>
  error instanceof Error ? { error: error.name, reason: error.message } : { error: typeof error };
