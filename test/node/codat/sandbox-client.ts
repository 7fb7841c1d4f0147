import { createCodatClient, type CodatClientOptions } from '../../../src/codat/index.ts';
import { createClock, createSandbox } from '../../../src/sandbox/index.ts';

/** A sandbox on a real socket, whose clock stands still, and a client for it. */
export async function withSandbox(options: Partial<CodatClientOptions> = {}) {
  const clock = createClock({ start: Date.parse('2026-06-10T09:30:00Z'), running: false });
  const sandbox = createSandbox({ seed: 'client', clock });
  const { url } = await sandbox.start();
  const client = createCodatClient({ apiKey: sandbox.apiKey, baseUrl: url, retries: 'none', ...options });
  return {
    sandbox,
    clock,
    client,
    /** A company with a connection that is Linked. */
    async linked(platformKey = 'gbol') {
      const company = await client.createCompany({ name: 'Brightwater Trading' });
      const connection = await client.createConnection(company.id, { platformKey });
      sandbox.control.authorize(company.id, connection.id);
      return [company.id, connection.id] as const;
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await sandbox.stop();
    },
  };
}

export const account = {
  id: 'acc 1/é',
  accountName: 'Everyday account',
  accountType: 'checking',
  accountNumber: '31510604',
  sortCode: '040004',
  currency: 'GBP',
  balance: '1234567890.10',
} as const;
