import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { openDatabase, StoreError, type Database, type ServerOptions } from '../../../src/store/database.ts';
import { listenOnFreePort } from '../../support/free-ports.ts';
import { administer, freshUrl } from '../support/stores.ts';

const nameOf = (url: string): string => new URL(url).pathname.slice(1);

const open = async (t: TestContext, url: string, options: Partial<ServerOptions> = {}): Promise<Database> => {
  const database = await openDatabase({ ...options, url });
  t.after(() => database.close());
  return database;
};

/** A way to the server that can go silent, as a cable that was cut: nothing comes back, nothing is closed. */
const openWay = async (t: TestContext, url: string) => {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  const nearPort = await listenOnFreePort(server);
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const way = new URL(url);
  way.port = String(nearPort);
  return {
    url: way.href,
    /** What is open now goes silent; what is opened later works. */
    cut() {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
  };
};

const backendOf = async (database: Pick<Database, 'query'>): Promise<number> =>
  (await database.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0;

const refusal = async (opening: Promise<Database>): Promise<StoreError> => {
  const error: unknown = await opening.then(
    (database) => database.close(),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StoreError, String(error));
  return error;
};

describe('a server as the store', () => {
  it('is opened by several instances at once, empty as it is', async (t) => {
    const url = await freshUrl();
    const [first] = await Promise.all([open(t, url), open(t, url), open(t, url)]);
    const { rows } = await first.query<{ id: number }>('select id from schema_migration order by id');
    assert.deepEqual(
      rows.map(({ id }) => id),
      [...new Set(rows.map(({ id }) => id))],
    );
    assert.equal(first.kind, 'postgres');
  });

  it('lends no more connections than it may', async (t) => {
    const database = await open(t, await freshUrl(), { connections: 3 });
    const backends = await Promise.all(
      Array.from({ length: 20 }, () =>
        database.tx(async (tx) => {
          const pid = await backendOf(tx);
          await tx.query('select pg_sleep(0.005)');
          return pid;
        }),
      ),
    );
    assert.equal(new Set(backends).size, 3);
  });

  it('repeats a transaction that the server undoes for the sake of another', async (t) => {
    const database = await open(t, await freshUrl());
    await database.query(`insert into setting values ('a', '0'), ('b', '0')`);
    let both = 2;
    let go: () => void = () => undefined;
    const met = new Promise<void>((resolve) => (go = resolve));
    let runs = 0;
    const crossing = (first: string, second: string) =>
      database.tx(async (tx) => {
        runs += 1;
        await tx.query(`update setting set value = (value::integer + 1)::text where key = $1`, [first]);
        both -= 1;
        if (both <= 0) go();
        await met;
        await tx.query(`update setting set value = (value::integer + 1)::text where key = $1`, [second]);
      });
    await Promise.all([crossing('a', 'b'), crossing('b', 'a')]);
    const { rows } = await database.query('select value from setting');
    assert.deepEqual([runs, rows], [3, [{ value: '2' }, { value: '2' }]]);
  });

  it('does not repeat for ever, and not what failed for another reason', async (t) => {
    const database = await open(t, await freshUrl());
    const runs = async (state: string): Promise<number> => {
      let count = 0;
      const failing = database.tx(async (tx) => {
        count += 1;
        await tx.query(`do $$ begin raise exception 'no' using errcode = '${state}'; end $$`);
      });
      await assert.rejects(failing, { code: state });
      return count;
    };
    assert.deepEqual([await runs('40001'), await runs('22012')], [6, 1]);
  });

  it('says so where a statement failed and the transaction was to be committed all the same', async (t) => {
    const database = await open(t, await freshUrl());
    const swallowing = database.tx(async (tx) => {
      await tx.query(`insert into setting values ('a', '1')`);
      await tx.query('select 1 / 0').catch(() => undefined);
    });
    await assert.rejects(swallowing, /rolled back/);
    assert.deepEqual((await database.query('select key from setting')).rows, []);
  });

  it('survives connections that break, idle or in the middle of a transaction', async (t) => {
    const logged: string[] = [];
    const database = await open(t, await freshUrl(), {
      connections: 1,
      log: (level, message) => logged.push(`${level} ${message}`),
    });
    await administer(`select pg_terminate_backend(${await backendOf(database)})`);
    while (logged.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.match(logged[0] ?? '', /^warn A connection to postgres@127\.0\.0\.1:\d+\/\w+ broke while idle/);

    const breaking = database.tx(async (tx) => {
      await tx.query(`insert into setting values ('a', '1')`);
      await administer(`select pg_terminate_backend(${await backendOf(tx)})`);
      await tx.query('select 1');
    });
    await assert.rejects(breaking);
    assert.deepEqual((await database.query('select key from setting')).rows, []);
  });

  it('does without prepared statements where a pooler has lost them, or tables were changed beneath them', async (t) => {
    for (const lose of ['deallocate all', 'alter table setting alter column value type varchar']) {
      const database = await open(t, await freshUrl(), { connections: 1 });
      const write = (key: string) => database.query('insert into setting (key, value) values ($1, $2)', [key, 'x']);
      const read = 'select key, value from setting where value = $1 order by key';
      await write('a');
      await database.query(read, ['x']);
      await database.query(lose);
      const { rows } = await database.tx(async (tx) => {
        await tx.query('insert into setting (key, value) values ($1, $2)', ['b', 'x']);
        return tx.query<{ key: string }>(read, ['x']);
      });
      assert.deepEqual(
        rows.map(({ key }) => key),
        ['a', 'b'],
      );
      await write('c');
    }
  });

  it('gives up a connection that went silent, and goes on with another one', async (t) => {
    const way = await openWay(t, await freshUrl());
    const database = await open(t, way.url, { answerWithin: 500, connections: 1 });
    const silent = await backendOf(database);
    way.cut();
    await assert.rejects(
      database.tx((tx) => tx.query('select 1')),
      /timeout/,
    );
    assert.notEqual(await backendOf(database), silent);
  });

  it('gives up a silent connection as soon where the transaction may take long', { timeout: 20_000 }, async (t) => {
    const way = await openWay(t, await freshUrl());
    const database = await open(t, way.url, { answerWithin: 500, connections: 1 });
    await database.query('select 1');
    const going = database.tx(
      async (tx) => {
        await tx.query('select 1');
        way.cut();
        await tx.query('select 1');
      },
      { slow: true },
    );
    await assert.rejects(going, /timeout/);
  });

  it('has the server end what takes too long', async (t) => {
    const database = await open(t, await freshUrl(), { answerWithin: 500 });
    await assert.rejects(database.query('select pg_sleep(10)'), { code: '57014' });
    await database.query('select 1');
  });

  it('has more patience with a transaction that touches much', async (t) => {
    const database = await open(t, await freshUrl(), { answerWithin: 500 });
    const long = (slow: boolean) => database.tx((tx) => tx.query('select pg_sleep(0.8)'), { slow });
    await assert.rejects(long(false), { code: '57014' });
    await long(true);
    await assert.rejects(long(false), { code: '57014' });
  });

  it('waits for what runs when it is closed, and is closed then', async () => {
    const database = await openDatabase({ url: await freshUrl() });
    const writing = database.tx(async (tx) => {
      await tx.query('select pg_sleep(0.05)');
      await tx.query(`insert into setting values ('a', '1')`);
    });
    await new Promise((resolve) => setImmediate(resolve));
    await database.close();
    await database.close();
    await writing;
    await assert.rejects(database.query('select 1'), { code: 'store_closed' });
    await assert.rejects(
      database.tx(() => Promise.resolve()),
      { code: 'store_closed' },
    );
  });
});

describe('a server that is refused', () => {
  /** A server that says this of itself. */
  const saying = async (answers: Readonly<Record<string, string>>): Promise<string> => {
    const url = await freshUrl();
    const database = await openDatabase({ url });
    await database.query('create schema shadow');
    await database.query(
      `create function shadow.current_setting(name text) returns text language sql as
         $$ select coalesce($json$${JSON.stringify(answers)}$json$::json ->> name, pg_catalog.current_setting(name)) $$`,
    );
    await database.query(
      `create function shadow.pg_is_in_recovery() returns boolean language sql as
         $$ select ${answers['standby'] ?? 'false'} $$`,
    );
    await database.query(`alter database ${nameOf(url)} set search_path = shadow, pg_catalog, public`);
    await database.close();
    return url;
  };

  it('would lose commits', async () => {
    for (const [name, value] of [
      ['fsync', 'off'],
      ['full_page_writes', 'off'],
      ['synchronous_commit', 'off'],
    ] as const) {
      const { code, message } = await refusal(openDatabase({ url: await saying({ [name]: value }) }));
      assert.equal(code, 'store_unsafe');
      assert.match(message, new RegExp(`${name} is off`));
    }
  });

  it('is taken all the same where its storage keeps commits by other means', async (t) => {
    await open(t, await saying({ fsync: 'off', full_page_writes: 'off' }), { durableStorage: true });
    const lazy = await saying({ synchronous_commit: 'off' });
    assert.equal((await refusal(openDatabase({ url: lazy, durableStorage: true }))).code, 'store_unsafe');
  });

  it('is too old', async () => {
    const { code, message } = await refusal(openDatabase({ url: await saying({ server_version_num: '130014' }) }));
    assert.equal(code, 'store_server_too_old');
    assert.match(message, /PostgreSQL 13; 14 or newer/);
  });

  it('cannot be written', async () => {
    const readOnly = await freshUrl();
    await administer(`alter database ${nameOf(readOnly)} set default_transaction_read_only = on`);
    assert.equal((await refusal(openDatabase({ url: readOnly }))).code, 'store_read_only');
    const standby = await refusal(openDatabase({ url: await saying({ standby: 'true' }) }));
    assert.equal(standby.code, 'store_read_only');
    assert.match(standby.message, /standby/);
  });

  it('was made for something else', async (t) => {
    const occupied = await freshUrl();
    const database = await openDatabase({ url: occupied });
    await database.query('drop table schema_migration');
    await database.close();
    const taken = await refusal(openDatabase({ url: occupied }));
    assert.deepEqual([taken.code, /a database of its own/.test(taken.message)], ['store_unwritable', true]);

    const user = `guest_${process.pid}`;
    const foreign = new URL(await freshUrl());
    await administer(`create role ${user} login password 'sesame'`);
    t.after(() => administer(`drop role ${user}`));
    foreign.username = user;
    foreign.password = 'sesame';
    const refused = await refusal(openDatabase({ url: foreign.href }));
    assert.deepEqual([refused.code, /may not make tables/.test(refused.message)], ['store_unwritable', true]);
  });

  it('cannot be reached, or does not know the database; the password is in no message', async () => {
    const url = new URL(await freshUrl());
    url.username = 'postgres';
    url.password = 'open sesame';
    const unknown = new URL(url);
    unknown.pathname = '/nowhere';
    const away = new URL(url);
    away.port = '1';
    for (const [tried, words] of [
      [unknown, /does not exist.*user, password and name/],
      [away, /ECONNREFUSED.*server runs/],
    ] as const) {
      const error = await refusal(openDatabase({ url: tried.href }));
      assert.equal(error.code, 'store_unreachable');
      assert.match(error.message, words);
      assert.doesNotMatch(`${String(error)} ${JSON.stringify(error)} ${String(error.cause)}`, /sesame/);
    }
  });

  it('has a URL that is none; it is not repeated', async () => {
    for (const url of ['postgres://user:open sesame#1@:x/db', 'mysql://user:sesame@host/db', 'sesame']) {
      const error = await refusal(openDatabase({ url }));
      assert.equal(error.code, 'store_url_invalid');
      assert.equal(error.cause, undefined);
      assert.doesNotMatch(error.message, /sesame/);
    }
  });
});
