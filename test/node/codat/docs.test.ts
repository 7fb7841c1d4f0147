/** The client as a project of somebody else's sees it: what docs/codat.md shows, and the declarations. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { atRoot } from '../../../scripts/root.ts';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { compileBeside } from '../../support/compile.ts';
import { freePort } from '../../support/free-ports.ts';

const page = await readFile(atRoot('docs/codat.md'), 'utf8');
const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text = '']) => text);

/** What the customer does and time does, between two blocks. */
const control = `
const control = async (path: string, body: object): Promise<void> => {
  const headers = { authorization: \`Basic \${btoa(process.env.CODAT_API_KEY ?? '')}\` };
  const options = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await fetch(\`\${process.env.CODAT_URL}/sandbox/\${path}\`, options);
  if (!answer.ok) throw new Error(await answer.text());
};
`;
const consent = `await control(\`companies/\${company.id}/connections/\${connection.id}/authorize\`, {});\n`;
const later = `await control('clock', { advanceMs: 10_000 });\n`;

test('the examples compile under strict settings, and do what is said', async (t) => {
  assert.equal(blocks.length, 7);
  const [first = '', lists = '', money = '', errors = '', ...others] = blocks;
  const program = [control, first, consent, lists, money, later, errors, later, ...others];
  const whole = `${program.join('\n')}\nconsole.log('ready', company.id, connection.id);\n`;
  const folder = await compileBeside(t, 'codat-docs', [['program.ts', whole]]);

  const sandbox = createSandbox({ seed: 'docs' });
  const { url } = await sandbox.start();
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const port = await freePort();
  const child = spawn(process.execPath, [join(folder, 'program.ts')], {
    env: {
      ...process.env,
      CODAT_API_KEY: sandbox.apiKey,
      CODAT_URL: url,
      CODAT_WEBHOOK_SECRET: secret,
      PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(async () => {
    child.kill('SIGKILL');
    await sandbox.stop();
  });
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
  const gone = once(child, 'exit').then(() => assert.fail(`It ended early:\n${said.join('\n')}`));
  const until = async (wanted: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = wanted.exec(said.join('\n'));
      if (found !== null) return found;
      await Promise.race([once(lines, 'line'), gone]);
    }
  };
  const [, companyId = '', connectionId = ''] = await until(/^ready (\S+) (\S+)$/m);
  const text = said.join('\n');
  assert.match(text, /^The customer connects Xero at http/);
  assert.match(text, /Harbour Lane Bakery \[ 'Linked' \]\n1 of 1\n/);
  assert.match(text, /Taken on as [\da-f-]{36}: Pending/);
  assert.match(text, /^request \{[\s\S]*^GET 200$/m);
  assert.match(text, /^0\nready/m);

  sandbox.control.addWebhook({ url: `http://127.0.0.1:${port}/`, secret });
  sandbox.control.revoke(companyId, connectionId);
  await until(/^Connection: Deauthorized$/m);
});

test('the declarations hold under settings stricter than ours, and say what can be given and had', async (t) => {
  const program = `
    import { createCodatClient, isCodatError } from 'bank-feed-elements/codat';
    import type { BankTransaction, Company, CredentialsBody, PushOption, SourceAccountRequest } from 'bank-feed-elements/codat';
    await using client = createCodatClient({ apiKey: 'k', writeRetries: 'none' });
    const model: PushOption = await client.getCreateBankAccountsModel('a', 'b');
    export const deep: string | undefined = model.properties?.['x']?.properties?.['y']?.type;
    const sync = await client.getLatestManagedBankFeedSync('a', 'b', 'c');
    export const status: string | undefined = sync?.status;
    // @ts-expect-error there may have been none
    sync.status;
    export const companies: Company[] = [];
    for await (const company of client.listAllCompanies({ tags: 'a = b' })) companies.push(company);
    // @ts-expect-error a walk counts its pages itself
    client.listAllCompanies({ page: 2 });
    const older: SourceAccountRequest = { id: 'old', accountType: 'Credit', balance: '1.10' };
    await client.createSourceAccount('a', 'b', older, { idempotencyKey: 'key' });
    // @ts-expect-error a number is no decimal string
    await client.createSourceAccount('a', 'b', { id: 'x', balance: 1.5 });
    export const body: CredentialsBody = new Blob([]);
    const lines: readonly BankTransaction[] = [];
    await client.createBankTransactions('a', 'b', 'c', { accountId: 'c', transactions: lines });
    // @ts-expect-error a signal is no body
    await client.generateCredentials('a', 'b', { signal: new AbortController().signal });
    // @ts-expect-error a read takes no key
    await client.getCompany('a', { idempotencyKey: 'key' });
    export const code = (error: unknown): number | undefined =>
      isCodatError(error) && error.kind === 'http' ? error.detailedErrorCode : undefined;
  `;
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    target: 'ES2022',
    module: 'NodeNext',
    lib: ['ES2022', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
    types: [],
    // Optional peers are not there.
    paths: { undici: ['./missing.d.ts'] },
  };
  await compileBeside(t, 'codat-types', [['program.ts', program]], { extends: [], compilerOptions });
});
