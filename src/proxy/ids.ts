/**
 * Opaque ids of the wire. An account id at Codat is the host's free string and may be an IBAN, so the
 * browser only ever sees an HMAC of company, connection and account, resolved through the company's own
 * listing. The HMAC also binds an id to its company: a foreign one resolves to nothing.
 */
export interface WireIds {
  connection(companyId: string, connectionId: string): Promise<string>;
  account(companyId: string, connectionId: string, accountId: string): Promise<string>;
  target(companyId: string, connectionId: string, targetId: string): Promise<string>;
  /** Names a company's channels between the tabs of one subject. */
  live(companyId: string, subject: string): Promise<string>;
}

const encoder = new TextEncoder();

export const createWireIds = async (key: Uint8Array<ArrayBuffer>): Promise<WireIds> => {
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const known = new Map<string, string>();
  const id = async (prefix: string, ...parts: readonly string[]): Promise<string> => {
    const text = JSON.stringify([prefix, ...parts]);
    const cached = known.get(text);
    if (cached !== undefined) return cached;
    const digest = await crypto.subtle.sign('HMAC', hmac, encoder.encode(text));
    const value = `${prefix}_${Buffer.from(digest, 0, 16).toString('base64url')}`;
    if (known.size >= 20_000) known.clear();
    known.set(text, value);
    return value;
  };
  return {
    connection: (companyId, connectionId) => id('con', companyId, connectionId),
    account: (companyId, connectionId, accountId) => id('acc', companyId, connectionId, accountId),
    target: (companyId, connectionId, targetId) => id('tgt', companyId, connectionId, targetId),
    live: (companyId, subject) => id('live', companyId, subject),
  };
};
