/** The two stores, for tests that say the same of both. */
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { Client, escapeIdentifier } from 'pg';
import { openDatabase, type Database, type OpenOptions } from '../../../src/store/database.ts';
import { startCluster } from './cluster.ts';

export type StoreKind = Database['kind'];

export const cacheDir = join(import.meta.dirname, '../../../node_modules/.cache/bank-feed-elements');

/** The same tests on each store. PostgreSQL comes with npm; where it cannot start they fail and say so. */
export const forEachStore = (name: string, tests: (kind: StoreKind) => void): void => {
  for (const kind of ['pglite', 'postgres'] as const) describe(`${name} (${kind})`, () => tests(kind));
};

let server: Promise<string> | undefined;

/** One server for this process, or the one that TEST_DATABASE_URL names. */
const serverUrl = (): Promise<string> => {
  const given = process.env['TEST_DATABASE_URL'];
  server ??= given ? Promise.resolve(given) : startCluster().then(({ url }) => url);
  return server;
};

/** Runs statements as the user who may make databases. */
export const administer = async (statement: string): Promise<void> => {
  const client = new Client({ connectionString: await serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

let made = 0;

/** An empty database of its own on the server; gone when the test file ends. */
export const freshUrl = async (): Promise<string> => {
  made += 1;
  const name = `bank_feed_test_${process.pid}_${made}`;
  await administer(`create database ${escapeIdentifier(name)}`);
  after(() => administer(`drop database if exists ${escapeIdentifier(name)} with (force)`));
  const url = new URL(await serverUrl());
  url.pathname = `/${name}`;
  return url.href;
};

/** Where a new, empty store of this kind is opened. The embedded one lives in memory. */
export const freshPlace = async (kind: StoreKind): Promise<OpenOptions> =>
  kind === 'postgres' ? { url: await freshUrl() } : { cacheDir };

/** A new store with its tables. */
export const openFresh = async (kind: StoreKind): Promise<Database> => openDatabase(await freshPlace(kind));
