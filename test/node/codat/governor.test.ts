import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { createGovernor, TransportError, type Transport } from '../../../src/codat/index.ts';
import { companyJson, testClock, withCodat, type Script } from './codat-server.ts';

const get = (company: string) => ({ method: 'GET', url: `http://x/companies/${company}/push?page=1`, headers: {} });
const empty = { headers: {}, body: new Uint8Array() };

/** A transport whose requests end when they are told to. */
function held() {
  const running: { url: string; end: () => void }[] = [];
  const transport: Transport = ({ url }) =>
    new Promise((resolve) => void running.push({ url, end: () => resolve({ status: 200, ...empty }) }));
  return { running, transport };
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('the governor', () => {
  it('sends ten requests of a company at a time, the next as one ends, and leaves other companies alone', async () => {
    const { running, transport } = held();
    const governed = createGovernor()(transport);
    const first = Array.from({ length: 13 }, () => governed(get('a')));
    const other = governed(get('b'));
    await turn();
    assert.equal(running.length, 11);
    running[0]?.end();
    await first[0];
    await turn();
    assert.equal(running.length, 12);
    for (let index = 1; index < 14; index += 1) {
      running[index]?.end();
      await turn();
    }
    await Promise.all([...first, other]);
  });

  it('never lets the server see more than ten, through the client', async () => {
    const open: ServerResponse[] = [];
    let most = 0;
    const script: Script = (_, response) => {
      open.push(response);
      most = Math.max(most, open.length);
      setImmediate(() => {
        open.splice(open.indexOf(response), 1);
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(companyJson));
      });
    };
    await using codat = await withCodat([script]);
    await Promise.all(Array.from({ length: 40 }, () => codat.client.getCompany('c')));
    assert.ok(most > 1 && most <= 10, String(most));
    assert.equal(codat.seen.length, 40);
  });

  it('gives the place of an aborted or failed request to the next', async () => {
    const { running, transport } = held();
    const governed = createGovernor({ concurrency: 1 })(transport);
    const abort = new AbortController();
    const first = governed(get('a'));
    const waiting = governed({ ...get('a'), signal: abort.signal });
    const last = governed({ ...get('a'), signal: new AbortController().signal });
    abort.abort();
    await assert.rejects(waiting, (error) => error instanceof TransportError && error.code === 'aborted');
    await assert.rejects(governed({ ...get('a'), signal: abort.signal }), TransportError);
    running[0]?.end();
    await first;
    await turn();
    running[1]?.end();
    await last;
    assert.equal(running.length, 2);
    const failing = createGovernor({ concurrency: 1 })(() => Promise.reject(new TransportError('broken')));
    await assert.rejects(failing(get('a')));
    await assert.rejects(failing(get('a')));
  });

  it('waits after a 429 as long as Codat says, and answers itself where that is long', async () => {
    const clock = testClock();
    const answers = ['4', '3600', '1e9999'];
    let sent = 0;
    const transport: Transport = async () => {
      const after = answers[sent];
      sent += 1;
      return after === undefined
        ? { status: 200, ...empty }
        : { status: 429, ...empty, headers: { 'retry-after': after } };
    };
    const governed = createGovernor({ clock })(transport);
    assert.equal((await governed(get('a'))).status, 429);
    assert.equal((await governed(get('b'))).status, 429);
    assert.deepEqual(clock.slept, [4000]);
    const held = await governed(get('a'));
    assert.equal(sent, 2);
    assert.equal(held.status, 429);
    assert.equal(held.headers['retry-after'], '3600');
    assert.match(new TextDecoder().decode(held.body), /"service":"governor"/);
    await clock.sleep(3_600_000);
    assert.equal((await governed(get('a'))).status, 429);
    assert.equal((await governed(get('a'))).status, 200);
  });

  it('can be left while it waits', async () => {
    const abort = new AbortController();
    const clock = { ...testClock(), sleep: async () => abort.abort() };
    const transport: Transport = async () => ({ status: 429, ...empty, headers: { 'retry-after': '5' } });
    const governed = createGovernor({ clock })(transport);
    await governed(get('a'));
    await assert.rejects(governed({ ...get('a'), signal: abort.signal }), TransportError);
  });

  it('and the retries of a read come through a long pause together', async () => {
    const pause: Script = { status: 429, headers: { 'retry-after': '600' } };
    await using codat = await withCodat([pause, { json: companyJson }]);
    assert.equal((await codat.client.getCompany('c')).name, 'Technicalium');
    assert.deepEqual(codat.clock.slept, [600_000]);
  });
});
