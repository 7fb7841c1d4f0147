import { createPublicKey } from 'node:crypto';
import { importSPKI, type CryptoKey } from 'jose';

/**
 * A secret signs and verifies: the proxy mints. A public key only verifies: then the host signs tokens itself with the
 * Ed25519 key that belongs to it, and the proxy could not make one.
 */
export type TokenKey =
  | { readonly kid: string; readonly secret: string }
  /** Ed25519, as PEM (`-----BEGIN PUBLIC KEY-----`). */
  | { readonly kid: string; readonly publicKey: string };

export interface Verifier {
  readonly algorithm: 'HS256' | 'EdDSA';
  readonly key: Uint8Array | CryptoKey;
}

const encoder = new TextEncoder();

export const isEd25519 = (pem: string): boolean => {
  try {
    return createPublicKey(pem).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
};

/** By `kid`; each key is good for its own algorithm and no other. */
export const readVerifiers = (keys: readonly TokenKey[]): ReadonlyMap<string, Promise<Verifier>> =>
  new Map(
    keys.map((key) => [
      key.kid,
      'secret' in key
        ? Promise.resolve<Verifier>({ algorithm: 'HS256', key: encoder.encode(key.secret) })
        : importSPKI(key.publicKey, 'EdDSA').then((read): Verifier => ({ algorithm: 'EdDSA', key: read })),
    ]),
  );

export interface Signer {
  readonly kid: string;
  readonly key: Uint8Array;
}

/** The first secret; undefined where the host signs. */
export const signerAmong = (keys: readonly TokenKey[]): Signer | undefined => {
  for (const key of keys) if ('secret' in key) return { kid: key.kid, key: encoder.encode(key.secret) };
  return undefined;
};
