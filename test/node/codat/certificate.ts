import { generateKeyPairSync, sign } from 'node:crypto';

/** A self-signed certificate for `localhost`, made on the spot: Node can sign, but not write X.509. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const node = (tag: number, ...parts: Uint8Array[]): Buffer => {
    const body = Buffer.concat(parts);
    const { length } = body;
    const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
    return Buffer.concat([Buffer.from([tag, ...size]), body]);
  };
  const oid = (hex: string): Buffer => node(0x06, Buffer.from(hex, 'hex'));
  const text = (tag: number, value: string): Buffer => node(tag, Buffer.from(value));
  const sequence = (...parts: Uint8Array[]): Buffer => node(0x30, ...parts);

  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
  const name = sequence(node(0x31, sequence(oid('550403'), text(0x0c, 'localhost'))));
  const validity = sequence(text(0x17, '200101000000Z'), text(0x17, '491231235959Z'));
  const altName = sequence(oid('551d11'), node(0x04, sequence(text(0x82, 'localhost'))));
  const tbs = sequence(
    node(0xa0, node(0x02, Buffer.from([2]))),
    node(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    node(0xa3, sequence(altName)),
  );
  const signature = node(0x03, Buffer.from([0]), sign('sha256', tbs, privateKey));
  const pem =
    sequence(tbs, ecdsaWithSha256, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return {
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    cert: `-----BEGIN CERTIFICATE-----\n${pem.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}
