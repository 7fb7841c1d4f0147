/** The example behind the playgrounds, held to the wire: what it answers is what a proxy might. */
import { expect, test } from '@playwright/test';
import { ExampleCompany, type Software, type Start } from '../../demo/site/example-company.ts';
import { ExampleFeed } from '../../demo/site/example-feed.ts';
import { platformKeys, platforms } from '../../src/contract/platforms.ts';
import * as wire from '../../src/contract/schemas.ts';

const software = platformKeys.map((platform): Software => {
  const { name, connect, regions } = platforms[platform];
  return { platform, name, inside: connect !== 'redirect', region: regions?.[0] ?? 'GB' };
});

const start = (platform: string, stage: Start['stage'], size = 3): { company: ExampleCompany; feed: ExampleFeed } => {
  const current = software.find((each) => each.platform === platform);
  if (!current) throw new Error(platform);
  const company = new ExampleCompany({ software, current, stage, size });
  return { company, feed: new ExampleFeed(company) };
};

for (const platform of platformKeys)
  for (const stage of ['new', 'connected', 'chosen', 'sending'] as const)
    test(`${platform}, ${stage}: every answer fits the wire`, async () => {
      const { company, feed } = start(platform, stage, 5);
      const connection = wire.connection.parse(
        stage === 'new' ? await feed.createConnection(platform) : (await feed.state()).connections[0],
      );
      expect(connection.status).toBe(stage === 'new' ? 'pending' : 'linked');
      wire.connectionLink.parse(await feed.link(connection.id));
      wire.bankCredentials.parse(await feed.credentials(connection.id));
      wire.oneTimePassword.parse(await feed.oneTimePassword(connection.id));
      company.signIn();
      const { items } = wire.accountPage.parse(await feed.accounts(connection.id));
      expect(items).toHaveLength(5);
      const ids = items.slice(0, 2).map(({ id }) => id);
      expect(wire.chosenAccounts.parse(await feed.chooseAccounts(connection.id, ids)).items).toHaveLength(2);
      if (platforms[platform].mapping === 'software')
        await expect(feed.mappings(connection.id)).rejects.toMatchObject({ code: 'invalid_request' });
      else {
        const page = wire.mappingPage.parse(await feed.mappings(connection.id));
        const open = page.items.find(({ status }) => status === 'pending');
        const body = { targetId: open?.targetIds[0] ?? null, feedStartDate: '2026-01-01' };
        if (open) wire.mapping.parse(await feed.map(connection.id, open.accountId, body));
      }
      company.deliver(false);
      wire.feedState.parse(await feed.state());
      wire.feedPage.parse(await feed.feeds());
      wire.pushPage.parse(await feed.pushes(ids[0] ?? ''));
      wire.account.parse(await feed.renameAccount(connection.id, ids[0] ?? '', 'Another name'));
      expect(wire.connection.parse(await feed.disconnect(connection.id)).status).toBe('unlinked');
    });

test('lists come in pages of at most 200, and end', async () => {
  const { feed } = start('xero', 'sending', 400);
  const [connection] = (await feed.state()).connections;
  const ids = new Set<string>();
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await feed.accounts(connection?.id ?? '', { cursor });
    for (const { id } of page.items) ids.add(id);
    cursor = page.nextCursor;
    pages++;
  } while (cursor !== undefined && pages < 10);
  expect([pages, ids.size]).toEqual([2, 400]);
  await expect(feed.accounts(connection?.id ?? '', { limit: 500 })).rejects.toMatchObject({ code: 'invalid_request' });
});

test('what a proxy refuses is refused, by the same codes', async () => {
  const { company, feed } = start('xero', 'connected');
  const [connection] = (await feed.state()).connections;
  const id = connection?.id ?? '';
  await expect(feed.createConnection('sage')).rejects.toMatchObject({ code: 'connection_active' });
  await expect(feed.accounts('another')).rejects.toMatchObject({ code: 'not_found' });
  await expect(feed.cancelConnection(id)).rejects.toMatchObject({ code: 'invalid_request' });
  await feed.chooseAccounts(id, ['account-1', 'account-2']);
  await feed.map(id, 'account-1', { targetId: 'target-1' });
  await expect(feed.map(id, 'account-2', { targetId: 'target-1' })).rejects.toMatchObject({ code: 'mapping_refused' });
  company.revoke();
  await expect(feed.map(id, 'account-2', { targetId: null })).rejects.toMatchObject({ code: 'connection_not_linked' });
  await expect(feed.disconnect(id)).rejects.toMatchObject({ code: 'connection_not_linked' });
});

test('each fault is told as a client tells it, and a signal ends the waiting', async () => {
  const { feed } = start('xero', 'sending');
  const codes = { offline: 'network', down: 'store_unavailable', ended: 'unauthenticated' } as const;
  for (const fault of ['offline', 'down', 'ended'] as const) {
    feed.faults = new Set([fault]);
    await expect(feed.state()).rejects.toMatchObject({ code: codes[fault] });
  }
  feed.faults = new Set();
  feed.latency = 60_000;
  const controller = new AbortController();
  const waiting = feed.state({ signal: controller.signal });
  controller.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
});
