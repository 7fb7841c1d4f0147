/** The README's page, as it stands, on a page of another origin than the proxy's. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { expect, test } from '@playwright/test';
import { createBankFeedProxy, toNode } from 'bank-feed-elements/proxy';
import { createSandbox } from 'bank-feed-elements/sandbox';
import { complaintsOf } from '../support/complaints.ts';
import { listenOnFreePort } from '../support/free-ports.ts';

const urlOf = async (server: Server): Promise<string> => `http://127.0.0.1:${await listenOnFreePort(server)}`;

test('the README’s page shows the widget, under the policy it names', async ({ page }) => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const html = /```html\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const policy = /They work under `([\s\S]*?)`/.exec(readme)?.[1]?.replaceAll('\n', ' ') ?? '';
  expect(policy).toContain('trusted-types');
  const script = await readFile(new URL(import.meta.resolve('bank-feed-elements/bank-feed-elements.js')), 'utf8');
  const pageScript = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const css = /```css\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  expect(pageScript).toContain('getToken');

  const sandbox = createSandbox({ seed: 'readme page' });
  const { url: codatUrl } = await sandbox.start();
  let endpoint = '';
  const token = async (): Promise<string> => {
    const company = await proxy.companies.ensure({ reference: 'customer-17', name: 'Harbour Lane Bakery' });
    return (await proxy.sessions.mint({ companyId: company.id, subject: 'user-5', origin: pageUrl })).token;
  };
  const bank = createServer((request, response) => {
    const send = (type: string, body: string): void => {
      const ownPolicy = policy.replace('https://feeds.bank.example', endpoint);
      response.writeHead(200, { 'content-type': type, 'content-security-policy': ownPolicy }).end(body);
    };
    if (request.url === '/page.js') send('text/javascript', pageScript.replace('https://feeds.bank.example', endpoint));
    else if (request.url === '/page.css') send('text/css', css);
    else if (request.url === '/bank-feed-elements.js') send('text/javascript', script);
    else if (request.url === '/') {
      const head = '<title>Bank</title><link rel="stylesheet" href="/page.css">';
      const body = html.replace('https://feeds.bank.example', endpoint);
      send('text/html', `<!doctype html><html lang="en">${head}${body}</html>`);
    } else response.writeHead(204).end();
  });
  const pageUrl = await urlOf(bank);
  let handle: ReturnType<typeof toNode> | undefined;
  const server = createServer((request, response) => {
    if (request.url !== '/session') return void handle?.(request, response);
    response.setHeader('access-control-allow-origin', pageUrl).setHeader('access-control-allow-credentials', 'true');
    return void token().then((text) => response.end(text));
  });
  endpoint = await urlOf(server);
  const proxy = createBankFeedProxy({
    apiKey: sandbox.apiKey,
    codatUrl,
    publicUrl: endpoint,
    token: { keys: [{ kid: 'a', secret: 'a token secret of more than thirty-two bytes' }], origins: [pageUrl] },
    sourceAccounts: () => [],
  });
  await proxy.start();
  handle = toNode(proxy);
  try {
    const complaints = complaintsOf(page);
    await page.goto(pageUrl);
    const setup = page.locator('bank-feed-setup');
    await expect(setup.getByRole('radio', { name: /^Xero/ })).toBeVisible();
    await expect(setup.getByRole('list', { name: 'Bank feed set-up' })).toBeVisible();
    await expect(setup).toHaveCSS('--bank-feed-accent', '#0b6b57');
    // Chromium asks for an icon that no policy of ours allows.
    expect(complaints.filter((text) => !text.startsWith('Loading the image'))).toEqual([]);
  } finally {
    await proxy.stop();
    for (const each of [bank, server]) {
      each.close();
      each.closeAllConnections();
    }
    await sandbox.stop();
  }
});
