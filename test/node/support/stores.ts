/** The two stores, for tests that say the same of both. */
import { join } from 'node:path';
import { after, describe } from 'node:test';
import pg from 'pg';
import { openDatabase, type Database, type OpenOptions } from '../../../src/store/database.ts';
import { startCluster } from './cluster.ts';

export type StoreKind = Database['kind'];

export const cacheDir = join(import.meta.dirname, '../../../node_modules/.cache/bank-feed-elements');

/** The same tests on each store. PostgreSQL comes with npm; where it cannot start they fail and say so. */
export const forEachStore = (tests: (kind: StoreKind) => void): void => {
  for (const kind of ['pglite', 'postgres'] as const) describe(`on ${kind}`, () => tests(kind));
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
  const client = new pg.Client({ connectionString: await serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

const made: string[] = [];
after(async () => {
  for (const name of made) await administer(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
});

/** An empty database of its own on the server; gone when the test file ends. */
export const freshUrl = async (): Promise<string> => {
  const name = `bank_feed_test_${process.pid}_${made.length}`;
  made.push(name);
  await administer(`create database ${pg.escapeIdentifier(name)}`);
  const url = new URL(await serverUrl());
  url.pathname = `/${name}`;
  return url.href;
};

/** Where a new, empty store of this kind is opened. The embedded one lives in memory. */
export const freshPlace = async (kind: StoreKind): Promise<OpenOptions> =>
  kind === 'postgres' ? { url: await freshUrl() } : { cacheDir };

/** A new store with its tables. */
export const openFresh = async (kind: StoreKind): Promise<Database> => openDatabase(await freshPlace(kind));
