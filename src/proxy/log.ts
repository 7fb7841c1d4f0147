/** Where the proxy writes what happened. Fields never carry secrets: no key, token, link or body. */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

const nothing = (): void => {};
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The part of an error that is safe to log: its name and message, never its cause or payload. */
export const errorFields = (error: unknown): Readonly<Record<string, unknown>> =>
  error instanceof Error ? { error: error.name, reason: error.message } : { error: typeof error };
