/** One finding of the doctor. */
export interface Check {
  /** Stays the same from version to version. */
  readonly name: string;
  readonly result: 'ok' | 'warning' | 'failed';
  readonly found: string;
  /** Where there is something to do. */
  readonly todo?: string;
}

export const ok = (name: string, found: string): Check => ({ name, result: 'ok', found });
export const warning = (name: string, found: string, todo: string): Check => ({ name, result: 'warning', found, todo });
export const failed = (name: string, found: string, todo: string): Check => ({ name, result: 'failed', found, todo });

/** Why nothing answered, as the system calls it, such as ECONNREFUSED; what an error quotes is left out. */
export const reasonOf = (error: unknown): string => {
  let words = error instanceof Error ? error.name : typeof error;
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === 'TimeoutError') return 'no answer in time';
    if ('code' in at && typeof at.code === 'string' && /^[A-Z][A-Z\d_]+$/.test(at.code)) return at.code;
    // Such as "unexpected redirect", which fetch gives no code.
    if (/^[a-z ]{1,40}$/.test(at.message)) words = at.message;
  }
  return words;
};

/** The place alone: paths and queries of other systems may be secrets. */
export const originOf = (url: string): string => new URL(url).origin;

/** Nobody outside can reach it, and nobody on the way can read it. */
export const isLoopback = (url: string): boolean =>
  /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
