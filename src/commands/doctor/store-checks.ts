/** The store, as it is: nothing is made or migrated, and what a proxy has open stays its own. */
import * as z from 'zod';
import { isStoreAway, type Database } from '../../store/database.ts';
import { freeSpace, inspectStore, pendingMigrations } from '../../store/inspect.ts';
import type { Environment } from '../environment.ts';
import type { CompanyRef } from '../../proxy/options.ts';
import { storeOf } from '../configured.ts';
import { failed, isLoopback, ok, reasonOf, warning, type Check } from './check.ts';

const scarceBytes = 1024 ** 3;
const megabytes = (bytes: number): string => `${Math.floor(bytes / 1024 ** 2).toLocaleString('en')} MB`;

const checkDisk = (folder: string): Check => {
  const { bytes, least } = freeSpace(folder);
  const found = `${megabytes(bytes)} are free where the store is`;
  if (bytes < least)
    return failed('disk', `${found}: nothing is written any more`, 'Free some space; work then goes on.');
  return bytes < scarceBytes
    ? warning('disk', found, 'A million lines take some 600 MB: give it more room in time.')
    : ok('disk', found);
};

const serverFacts = z.object({
  version: z.string(),
  most: z.number(),
  mayCreate: z.boolean(),
  encrypted: z.boolean(),
});

const readServer = async (database: Database) => {
  const { rows } = await database.query(
    `select current_setting('server_version') as version, current_setting('max_connections')::integer as most,
       coalesce(has_schema_privilege(current_schema(), 'create'), false) as "mayCreate",
       coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as encrypted`,
  );
  return serverFacts.parse(rows[0]);
};

async function* checkServer(database: Database, environment: Environment, pending: readonly string[]) {
  const { version, most, mayCreate, encrypted } = await readServer(database);
  yield ok('store', `PostgreSQL ${version} can be used, and keeps what it commits`);
  const url = environment.DATABASE_URL ?? '';
  const connections = environment.BANK_FEED_DATABASE_CONNECTIONS ?? 10;
  if (connections > most - 3)
    yield warning(
      'connections',
      `this instance may take ${connections} connections, and the server gives ${most} to all`,
      'Lower BANK_FEED_DATABASE_CONNECTIONS, or raise max_connections.',
    );
  // A socket has no host; nobody reads it on the way.
  if (!encrypted && new URL(url).hostname !== '' && !isLoopback(url))
    yield warning('database-tls', 'the connection is not encrypted', 'Add ?sslmode=verify-full to DATABASE_URL.');
  if (pending.length > 0 && !mayCreate)
    yield failed(
      'permissions',
      'the user of the database may not make tables, and some are missing',
      'Make it the owner of the database, or grant it create on the schema.',
    );
}

const company = z.object({ id: z.string(), reference: z.string() });

const aCompany = async (database: Database): Promise<CompanyRef | undefined> => {
  const { rows } = await database.query('select id, reference from company where reference is not null limit 1');
  return company.safeParse(rows[0]).data;
};

/** Answers a company that the store knows by the host's reference, for the checks after it. */
export async function* checkStore(environment: Environment): AsyncGenerator<Check, CompanyRef | undefined, undefined> {
  const { database: server, dataDir } = storeOf(environment);
  const folder = dataDir ?? '';
  const inFolder = `the store in ${folder}`;
  let database: Database | undefined;
  try {
    const inspected = await inspectStore(server ?? { dataDir });
    if (inspected.state === 'open') {
      ({ database } = inspected);
      const pending = await pendingMigrations(database);
      if (server === undefined) yield ok('store', `${inFolder} opens; no proxy has it open`);
      else yield* checkServer(database, environment, pending);
      yield pending.length === 0
        ? ok('migrations', 'all are applied')
        : ok('migrations', `the next start applies ${pending.length}: ${pending.join('; ')}`);
    } else if (inspected.state === 'in-use')
      yield ok('store', `${inFolder} is in use, as by a proxy that runs, and was left alone`);
    else if (inspected.state === 'new') yield ok('store', `${inFolder} is made at the first start`);
    else
      yield warning(
        'store',
        `${inFolder} belongs to another user and was left alone: files made by this one would stop the proxy`,
        'Run this as the user of the proxy.',
      );
  } catch (error) {
    yield isStoreAway(error) && error instanceof Error
      ? failed('store', error.message, 'The proxy does not start until then.')
      : failed('store', `it cannot be opened (${reasonOf(error)})`, 'Start the proxy and read its log.');
  }
  try {
    if (server === undefined) yield checkDisk(folder);
    return database === undefined ? undefined : await aCompany(database);
  } catch {
    // Its tables are made at the first start.
    return undefined;
  } finally {
    await database?.close();
  }
}
