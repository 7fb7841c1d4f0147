/** User name and password for QuickBooks: made by Codat, entered by the user, good until they are revoked. */
import type { Core } from './core.ts';
import type { ConnectionRecord } from './records.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const capitals = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const letters = `${capitals}abcdefghijkmnopqrstuvwxyz`;

/** Text of the alphabet's characters, one for each byte. */
const spell = (bytes: Uint8Array, alphabet: string): string =>
  Array.from(bytes, (byte) => alphabet[byte % alphabet.length] ?? '').join('');

/** One more set; those made before stay good. */
export function makeCredentials(core: Core, connection: ConnectionRecord): Credentials {
  const bytes = core.ids.bytes(`credentials ${core.ids.next('credentials')}`);
  const name = spell(bytes.subarray(0, 12), capitals);
  const username = `${name.slice(0, 4)}-${name.slice(4, 8)}-${name.slice(8)}`;
  const made = { username, password: spell(bytes.subarray(16), letters) };
  connection.credentials = [...(connection.credentials ?? []), made];
  core.changed();
  return made;
}

/** Takes back every set. What holds one of them gets nothing more, until the user enters a new one. */
export function revokeCredentials(core: Core, connection: ConnectionRecord): void {
  if (connection.credentials === undefined) return;
  delete connection.credentials;
  if (connection.organizationId !== undefined) connection.signInRevoked = true;
  core.changed();
}

/** Whose credentials these are; undefined where nobody's. */
export function ownerOf(core: Core, { username, password }: Credentials): ConnectionRecord | undefined {
  const name = username.trim().toUpperCase();
  return [...core.world.connections.values()].find(({ credentials = [] }) =>
    credentials.some((each) => each.username === name && each.password === password.trim()),
  );
}

/** The software was given credentials that work: writing goes on where it had ended with revoked ones. */
export function renewSignIn(core: Core, connection: ConnectionRecord): void {
  delete connection.signInRevoked;
  core.changed();
}
