/** Companies with connections and accounts, made through the proxy as a page makes them, and what they are to Codat. */
import * as z from 'zod';
import { accountPage, connection, mappingPage } from '../../src/contract/schemas.ts';
import { ask, type Answered, type Asked } from './wire.ts';
import { pageOrigin, serverSecret, type Upstream, type World } from './world.ts';

interface Ids {
  /** As a page sees it. */
  readonly wire: string;
  /** As Codat has it. */
  readonly raw: string;
}

export interface OwnConnection extends Ids {
  readonly platform: string;
  readonly accounts: readonly Ids[];
  readonly targets: readonly Ids[];
}

export interface Company {
  readonly id: string;
  readonly token: string;
  /** The linked one, with everything in it. */
  readonly linked: OwnConnection;
  readonly connections: readonly OwnConnection[];
}

/** As the page of `token` asks. */
export const asPage = (world: World, token: string, asked: Asked): Promise<Answered> =>
  ask(world.port, {
    ...asked,
    headers: { origin: pageOrigin, 'bank-feed-version': '1', authorization: `Bearer ${token}`, ...asked.headers },
  });

/** As one of the host's servers asks: without an Origin. */
export const asServer = (world: World, asked: Asked): Promise<Answered> =>
  ask(world.port, { ...asked, headers: { authorization: `Bearer ${serverSecret}`, ...asked.headers } });

/** Past the proxy. */
const atCodat = async ({ sandbox }: World, path: string): Promise<unknown> => {
  const headers = { authorization: `Basic ${Buffer.from(sandbox.apiKey).toString('base64')}` };
  return (await sandbox.fetch(new Request(`http://sandbox${path}`, { headers }))).json();
};

const listed = z.object({ results: z.array(z.object({ id: z.string() })) });
const sources = z.array(z.object({ id: z.string() }));
const mapped = z.array(
  z.object({ sourceAccountId: z.string(), targetAccountOptions: z.nullish(z.array(z.object({ id: z.string() }))) }),
);

/** All that Codat has of a company: whoever wrote nothing has left it as it was. */
export const stateAtCodat = async (world: World, company: Company): Promise<string> => {
  const path = `/companies/${company.id}/connections`;
  const facts: unknown[] = [await atCodat(world, `${path}?page=1&pageSize=500`)];
  for (const { raw } of company.connections)
    facts.push(
      await atCodat(world, `${path}/${raw}/connectionInfo/bankFeedAccounts`),
      await atCodat(world, `${path}/${raw}/bankFeedAccounts/mapping`),
    );
  // The link has another password each time it is read.
  return JSON.stringify(facts).replaceAll(/otp=[\w-]+/g, 'otp=');
};

/** Each software in turn; the last one is linked, its first account goes into a new account there. */
export const makeCompany = async (
  world: World,
  reference: string,
  software: readonly ('xero' | 'quickbooks' | 'sage')[],
): Promise<Company> => {
  const { id } = await world.proxy.companies.ensure({ reference, name: `Company ${reference}` });
  const token = await world.token(id);
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await asPage(world, token, { method, path, body: body === undefined ? body : JSON.stringify(body) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text === '' ? undefined : JSON.parse(answer.text);
  };
  const connections: OwnConnection[] = [];
  for (const platform of software) {
    const { id: wire } = connection.parse(await call('POST', '/v1/connections', { platform }));
    const { results } = listed.parse(await atCodat(world, `/companies/${id}/connections?page=1&pageSize=500`));
    const known = new Set(connections.map(({ raw }) => raw));
    const raw = results.find((found) => !known.has(found.id))?.id;
    if (raw === undefined) throw new Error(`No connection of ${platform} was made.`);
    if (platform === 'xero') world.sandbox.control.authorize(id, raw);
    const path = `/v1/connections/${wire}`;
    const offered = accountPage.parse(await call('GET', `${path}/accounts`)).items;
    // One is left to be offered.
    const accountIds = offered.slice(0, 2).map((account) => account.id);
    await call('POST', `${path}/accounts`, { accountIds });
    const rawAccounts = sources.parse(
      await atCodat(world, `/companies/${id}/connections/${raw}/connectionInfo/bankFeedAccounts`),
    );
    // Codat lists them in the order in which they were made.
    const accounts = accountIds.map((account, n) => ({ wire: account, raw: rawAccounts[n]?.id ?? '' }));
    let targets: Ids[] = [];
    if (platform === 'xero') {
      await call('PUT', `${path}/mappings/${accountIds[0]}`, { targetId: null });
      const page = mappingPage.parse(await call('GET', `${path}/mappings`));
      const rawTargets = mapped
        .parse(await atCodat(world, `/companies/${id}/connections/${raw}/bankFeedAccounts/mapping`))
        .flatMap((item) => item.targetAccountOptions ?? []);
      const different = [...new Set(rawTargets.map((target) => target.id))];
      targets = page.targets.map((target, n) => ({ wire: target.id, raw: different[n] ?? '' }));
    }
    connections.push({ wire, raw, platform, accounts, targets });
  }
  const linked = connections.at(-1);
  if (linked === undefined) throw new Error('A company needs a connection.');
  return { id, token, linked, connections };
};

/** The caller's, with every kind of software in it, and another one, whose ids must lead nowhere. */
export interface Companies {
  readonly own: Company;
  readonly other: Company;
}

export const makeCompanies = async (world: World): Promise<Companies> => ({
  own: await makeCompany(world, 'own', ['quickbooks', 'sage', 'xero']),
  other: await makeCompany(world, 'other', ['xero']),
});

/** Every address at Codat that a page of this company may cause to be called, written as this client writes it. */
export const ownAddresses = ({ id, connections }: Company): ReadonlySet<string> => {
  const all = [`/companies/${id}/connections`];
  for (const { raw, accounts } of connections) {
    const own = `/companies/${id}/connections/${raw}`;
    const accountsPath = `${own}/connectionInfo/bankFeedAccounts`;
    all.push(own, accountsPath, `${accountsPath}/batch`, `${accountsPath}/credentials`);
    all.push(
      `${own}/bankFeeds/otp`,
      `${own}/bankFeeds/info`,
      `${own}/bankFeedAccounts/mapping`,
      `${own}/data/bankAccounts`,
    );
    for (const account of accounts) all.push(`${accountsPath}/${encodeURIComponent(account.raw)}`);
  }
  return new Set(all);
};

/** Undefined where the call is one that this company's page may cause, else what is wrong with it. */
export const faultOf = (
  { method, path, body }: Upstream,
  own: ReadonlySet<string>,
  foreign: readonly string[],
): string | undefined => {
  const [address = '', ...query] = path.split('?');
  if (!own.has(address)) return `${method} ${path} is no address of the company's`;
  if (query.length > 1 || !/^((page|pageSize)=\d+(&|$))*$/.test(query[0] ?? '')) return `${method} ${path} has a query`;
  const strange = foreign.find((id) => body.includes(id));
  return strange === undefined ? undefined : `${method} ${path} carries ${strange} in its body`;
};

/** Every id of a company, in both its spellings. */
export const idsOf = ({ id, connections }: Company): readonly string[] => [
  id,
  ...connections.flatMap(({ wire, raw, accounts, targets }) => [
    wire,
    raw,
    ...[...accounts, ...targets].flatMap((one) => [one.wire, one.raw]),
  ]),
];
