import { expect } from '@open-wc/testing';
import { HttpFeedApi } from '../../../src/client/index.ts';
import { lines, testCompany, until } from '../support/company.ts';
import type { TestCompany } from '../support/company.ts';
import { feedError } from '../support/rejection.ts';

/** The client against the real proxy and the sandbox behind it. */
describe('HttpFeedApi with the real proxy', () => {
  let company: TestCompany;
  let api: HttpFeedApi;

  beforeEach(async function () {
    // The first company of a run starts proxy, store and sandbox.
    this.timeout(30_000);
    company = await testCompany();
    api = new HttpFeedApi(company);
  });

  it('walks from nothing to delivered transactions', async () => {
    const empty = await api.state();
    expect(empty.platforms).to.include('xero');
    expect(empty.connections).to.deep.equal([]);
    expect(empty.counts).to.deep.equal({ delivered: 0, waiting: 0, held: 0 });

    const connection = await api.createConnection('xero');
    expect(connection).to.include({ platform: 'xero', status: 'pending' });
    const { url } = await api.link(connection.id);
    expect(new URL(url).pathname).to.match(/^\/link\//);
    await company.authorize();
    await until(async () => (await api.state()).connections.some(({ status }) => status === 'linked'));

    const offered = await api.accounts(connection.id);
    expect(offered.items.map(({ name, last4, status }) => [name, last4, status])).to.deep.equal([
      ['Business Current', '0604', 'offered'],
      ['Business Savings', '0612', 'offered'],
      ['Business Card', '4243', 'offered'],
    ]);
    const [current, savings] = offered.items;
    const chosen = await api.chooseAccounts(connection.id, [current!.id, savings!.id]);
    expect(chosen.itemErrors).to.deep.equal([]);
    expect(chosen.items.map(({ status }) => status)).to.deep.equal(['pending', 'pending']);
    const renamed = await api.renameAccount(connection.id, savings!.id, 'Rainy days');
    expect(renamed.name).to.equal('Rainy days');
    await api.removeAccount(connection.id, savings!.id);

    const { targets, items } = await api.mappings(connection.id);
    const [mapping] = items;
    expect(items.map(({ accountId }) => accountId)).to.deep.equal([current!.id]);
    const target = targets.find(({ id }) => mapping?.targetIds.includes(id));
    expect(target?.name).to.be.a('string');
    await company.push('host-current', lines(3));
    await api.map(connection.id, current!.id, { targetId: target!.id });
    await until(async () => (await api.state()).accounts.every(({ status }) => status === 'connected'));
    await until(async () => (await api.state()).counts.delivered === 3);

    const { timeZone, items: feeds } = await api.feeds();
    expect(timeZone).to.equal('Europe/London');
    expect(feeds.map(({ accountId, counts }) => [accountId, counts.delivered])).to.deep.equal([[current!.id, 3]]);
    const pushes = await api.pushes(current!.id);
    expect(pushes.items.map(({ status, lines: count }) => [status, count])).to.deep.equal([['delivered', 3]]);
    const landed = await company.ledger();
    expect(landed.map(({ transaction }) => transaction.id)).to.deep.equal(['line-1', 'line-2', 'line-3']);

    expect((await api.disconnect(connection.id)).status).to.equal('unlinked');
  });

  it('gives out what QuickBooks and Sage ask for, until what was typed in there arrives', async () => {
    const quickbooks = await company.begunInside('quickbooks');
    expect(quickbooks.accounts.map(({ status }) => status)).to.deep.equal(['pending', 'pending', 'pending']);
    const { username, password } = await api.credentials(quickbooks.connection.id);
    await company.enterCredentials({ username, password, accountIds: ['host-current'] });
    await until(async () => (await api.state()).accounts.some(({ status }) => status === 'connected'));
    await api.revokeCredentials(quickbooks.connection.id);
    await api.disconnect(quickbooks.connection.id);

    const sage = await company.begunInside('sage');
    const { codatConnectionId, otp, expiresAt } = await api.oneTimePassword(sage.connection.id);
    expect(Date.parse(expiresAt ?? '')).to.be.greaterThan(Date.now());
    await company.enterOneTimePassword({ codatConnectionId, otp: otp ?? '' });
    await until(async () => (await api.state()).connections.some(({ status }) => status === 'linked'));
  });

  it('tells that a consent was refused', async () => {
    const { id } = await api.createConnection('xero');
    await company.refuse();
    const refused = await until(async () => (await api.state()).connections.find(({ problem }) => problem));
    expect([refused.id, refused.status, refused.problem?.code]).to.deep.equal([id, 'pending', 'refused']);
  });

  it('cancels a connection that nobody finished', async () => {
    const connection = await api.createConnection('xero');
    expect((await api.createConnection('xero')).id, 'the unfinished one comes back').to.equal(connection.id);
    await api.cancelConnection(connection.id);
    expect((await api.state()).connections).to.deep.equal([]);
  });

  it('hears of changes over the live stream', async () => {
    const { connection, accounts } = await company.connected();
    const stop = new AbortController();
    const feed = api.live({ signal: stop.signal })[Symbol.asyncIterator]();
    const first = feed.next();
    // The stream opens when it opens: transactions are handed over until one is heard of.
    let day = 0;
    const value = await until(async () => {
      day += 1;
      await company.push('host-current', lines(day, `day${day}`).slice(-1));
      const pause = new Promise<undefined>((resolve) => setTimeout(resolve, 200));
      return (await Promise.race([first, pause]))?.value;
    });
    stop.abort();
    expect(value).to.include({ connectionId: connection.id });
    expect(accounts.map(({ id }) => id)).to.include(value.accountId);
    expect(value.version).to.match(/^\d+$/);
  });

  it('reports what Codat refuses in its own words', async () => {
    const connection = await company.linked();
    const [account] = (await api.accounts(connection.id)).items;
    await company.faults({ operation: 'create-batch-source-account', status: 400, message: 'Not today, says Codat' });
    const error = await feedError(api.chooseAccounts(connection.id, [account!.id]));
    expect(error).to.include({ code: 'upstream_refused', status: 422, detail: 'Not today, says Codat' });
    expect(error.requestId).to.match(/^[\da-f-]{36}$/);
    expect(error.correlationId).to.match(/^[\da-f-]{36}$/);
    await company.faults();
    expect((await api.chooseAccounts(connection.id, [account!.id])).items).to.have.length(1);
  });

  it('takes a foreign or made-up id for unknown', async () => {
    const connection = await company.linked();
    const stranger = new HttpFeedApi(await testCompany());
    const foreign = await feedError(stranger.accounts(connection.id));
    const invented = await feedError(stranger.accounts('con_0000000000000000000000'));
    expect(foreign).to.include({ code: 'not_found', status: 404 });
    expect(foreign.detail).to.equal(invented.detail);
  });

  it('says which scope the session lacks', async () => {
    const reader = new HttpFeedApi(await testCompany({ scopes: ['feeds:read'] }));
    await reader.state();
    expect(await feedError(reader.createConnection('xero'))).to.include({ code: 'forbidden', fixer: 'partner' });
  });

  it('asks for another token when sessions end, and ends its own when that is refused too', async () => {
    await api.state();
    await company.gate('expired');
    const error = await feedError(api.state());
    expect(error).to.include({ code: 'unauthenticated', status: 401 });
    expect(company.reasons).to.deep.equal(['first', 'rejected']);
    await company.gate('open');
    await api.state();
    expect(company.reasons).to.deep.equal(['first', 'rejected', 'first']);
  });

  it('reports a proxy that is down, and waits for one that is slow', async () => {
    await company.gate('down');
    expect((await feedError(api.state())).code).to.equal('network');
    await company.gate('hold');
    const waiting = api.state();
    await company.gate('open');
    expect((await waiting).liveKey).to.be.a('string');
  });

  it('mounted: works with the session of the host, without a token', async () => {
    const mounted = new HttpFeedApi({ endpoint: await company.mounted() });
    expect((await mounted.state()).connections).to.deep.equal([]);
    expect((await mounted.createConnection('xero')).status).to.equal('pending');
    await company.gate('expired');
    expect((await feedError(mounted.state())).code).to.equal('unauthenticated');
  });
});
