/**
 * Opaque ids of the wire. An account id at Codat is the host's free string and may be an IBAN, so the
 * browser only ever sees an HMAC of company, connection and account, resolved through the company's own
 * listing. The HMAC also binds an id to its company: a foreign one resolves to nothing.
 */
export interface WireIds {
  connection(companyId: string, connectionId: string): Promise<string>;
  account(companyId: string, connectionId: string, accountId: string): Promise<string>;
  /** Those of a listing, in its order. */
  accounts(companyId: string, connectionId: string, accountIds: readonly string[]): Promise<readonly string[]>;
  target(companyId: string, connectionId: string, targetId: string): Promise<string>;
  /** Names a company's channels between the tabs of one subject. */
  live(companyId: string, subject: string): Promise<string>;
}

const encoder = new TextEncoder();

export const createWireIds = async (key: Uint8Array<ArrayBuffer>): Promise<WireIds> => {
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  /** By what they stand in, then by their own id. */
  const known = new Map<string, Map<string, string>>();
  let size = 0;
  const make = async (prefix: string, within: readonly string[], own: string): Promise<string> => {
    const text = JSON.stringify([prefix, ...within, own]);
    const digest = await crypto.subtle.sign('HMAC', hmac, encoder.encode(text));
    return `${prefix}_${Buffer.from(digest, 0, 16).toString('base64url')}`;
  };
  const idsOf = async (prefix: string, within: readonly string[], owns: readonly string[]): Promise<string[]> => {
    const place = JSON.stringify([prefix, ...within]);
    const found: string[] = [];
    for (const own of owns) {
      const cached = known.get(place)?.get(own);
      const value = cached ?? (await make(prefix, within, own));
      found.push(value);
      if (cached !== undefined) continue;
      if (size >= 20_000) {
        known.clear();
        size = 0;
      }
      known.set(place, (known.get(place) ?? new Map<string, string>()).set(own, value));
      size += 1;
    }
    return found;
  };
  const id = async (prefix: string, within: readonly string[], own: string): Promise<string> => {
    const [value = ''] = await idsOf(prefix, within, [own]);
    return value;
  };
  return {
    connection: (companyId, connectionId) => id('con', [companyId], connectionId),
    account: (companyId, connectionId, accountId) => id('acc', [companyId, connectionId], accountId),
    accounts: (companyId, connectionId, accountIds) => idsOf('acc', [companyId, connectionId], accountIds),
    target: (companyId, connectionId, targetId) => id('tgt', [companyId, connectionId], targetId),
    live: (companyId, subject) => id('live', [companyId], subject),
  };
};
