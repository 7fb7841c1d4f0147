/** Sage's one-time password: the user types it beside the connection id. */
import type { Core } from './core.ts';
import { hourMs } from './durations.ts';
import type { ConnectionRecord } from './records.ts';

/** The document gives an expiry and no duration; an hour is what Codat's other one-time passwords had. */
const livesForMs = hourMs;
/** So many are remembered, to say why one does not work. */
const remembered = 10;
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

export function makeOneTimePassword(core: Core, connection: ConnectionRecord): { text: string; expiresAt: number } {
  const bytes = core.ids.bytes(`one-time password ${core.ids.next('one-time password')}`).subarray(0, 6);
  const text = Array.from(bytes, (byte) => alphabet[byte % alphabet.length] ?? '').join('');
  const made = { text, expiresAt: core.clock.now() + livesForMs, used: false };
  connection.oneTimePasswords = [...(connection.oneTimePasswords ?? []), made].slice(-remembered);
  core.changed();
  return made;
}

/** Uses the password up where it opens the connection; answers why not where it does not. */
export function takeOneTimePassword(
  core: Core,
  connection: ConnectionRecord,
  given: string,
): 'taken' | 'unknown' | 'used' | 'replaced' | 'expired' {
  const made = connection.oneTimePasswords ?? [];
  const found = made.findLast(({ text }) => text === given.trim().toUpperCase());
  if (found === undefined) return 'unknown';
  if (found.used) return 'used';
  if (found !== made.at(-1)) return 'replaced';
  if (core.clock.now() >= found.expiresAt) return 'expired';
  found.used = true;
  core.changed();
  return 'taken';
}
