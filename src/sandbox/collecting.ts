/** QuickBooks takes what Codat stored: once a day, or when its user asks. */
import type { Core } from './core.ts';
import type { ConnectionRecord } from './records.ts';

/** Lets the software take what Codat stored for a connection; answers how many lines landed. */
export function collect(_core: Core, _connection: ConnectionRecord): number {
  return 0;
}
