/** The client with its governor against a Codat that keeps its limits, over HTTP; both on one clock. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { createCodatClient, createGovernor, type GovernorOptions } from '../../../src/codat/index.ts';
import { createClock, createSandbox } from '../../../src/sandbox/index.ts';
import { noon, virtualTime } from './virtual-time.ts';

/** Three companies with a linked connection each: 4,000 requests a day. */
async function threeCompanies(t: TestContext, options: GovernorOptions = {}) {
  const time = createClock({ start: noon, running: false });
  const sandbox = createSandbox({ seed: 'governor', clock: time });
  const { url } = await sandbox.start();
  const { clock } = virtualTime(time);
  const governor = createGovernor({ clock, ...options });
  const client = createCodatClient({ apiKey: sandbox.apiKey, baseUrl: url, clock, governor, retries: 'none' });
  t.after(async () => {
    await client.close();
    await sandbox.stop();
  });
  const companies: string[] = [];
  for (const name of ['Alder', 'Birch', 'Cedar']) {
    const { id } = await client.createCompany({ name });
    const connection = await client.createConnection(id, { platformKey: 'gbol' });
    sandbox.control.authorize(id, connection.id);
    companies.push(id);
  }
  return { time, sandbox, client, governor, companies };
}

test('three companies with 400 calls each never meet a limit, and the 1,001st request waits for its minute', async (t) => {
  const { time, client, governor, companies } = await threeCompanies(t, { longestWaitMs: 60_000 });
  const setUp = governor.state().minute.used;
  const answers = new EventEmitter();
  let answered = 0;
  const calls = Array.from({ length: 400 }, () => companies)
    .flat()
    .map(async (companyId) => {
      await client.getCompany(companyId);
      answered += 1;
      if (answered === 1_000 - setUp) answers.emit('the minute is used up');
    });
  const settled = Promise.allSettled(calls);
  await Promise.race([once(answers, 'the minute is used up'), Promise.all(calls)]);
  assert.deepEqual(
    [governor.state().minute.used, governor.state().waiting, governor.state().running],
    [1_000, 200 + setUp, 0],
  );
  assert.equal(governor.state().day?.limit, 4_000);
  await time.advance(60_000);
  assert.deepEqual(
    (await settled).filter(({ status }) => status === 'rejected'),
    [],
  );
  assert.equal(governor.state().day?.remaining, 4_000 - setUp - 1_200);
});

test('a limit that is met all the same closes the governor until Codat takes requests again', async (t) => {
  const { time, client, governor, companies } = await threeCompanies(t, { perMinute: 100_000 });
  const calls = Array.from({ length: 340 }, () => companies).flat();
  const results = await Promise.allSettled(calls.map((companyId) => client.getCompany(companyId)));
  const refused = results.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 1_020 + 6 - 1_000);
  assert.equal(governor.state().closedUntil, noon + 60_000);
  const { used } = governor.state().minute;
  await assert.rejects(client.getCompany(companies[0]!), { status: 429, service: 'governor' });
  assert.equal(governor.state().minute.used, used);
  await time.advance(60_000);
  assert.equal((await client.getCompany(companies[0]!)).name, 'Alder');
});
