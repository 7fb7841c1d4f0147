/** The session of README's "The proxy alone", and docs/http.md or docs/push.md after it: run as they stand, answered as shown. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { openDatabase } from '../../../src/store/database.ts';
import { freePorts } from '../../support/free-ports.ts';

const root = join(import.meta.dirname, '../../..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const page = await readFile(join(root, 'docs/http.md'), 'utf8');
const [, handingOver = ''] =
  /## Handing over\n([\s\S]*?)\n## /.exec(await readFile(join(root, 'docs/push.md'), 'utf8')) ?? [];

interface Block {
  readonly script: string;
  /** What is shown of its answer. */
  readonly answer: string | undefined;
}

const blocksOf = (markdown: string): Block[] => {
  const fences = [...markdown.matchAll(/```(sh|json|text)\n([\s\S]*?)```/g)].map(([, language, content = '']) => ({
    language,
    content,
  }));
  return fences.flatMap(({ language, content }, n) => {
    const next = fences[n + 1];
    return language === 'sh'
      ? [{ script: content, answer: next === undefined || next.language === 'sh' ? undefined : next.content }]
      : [];
  });
};

/** What differs from run to run: ids of Codat's, instants, days and tokens. Midnight may come meanwhile. */
const settled = (answer: string): unknown => {
  try {
    return JSON.parse(answer, (name, value: unknown) => {
      if (name === 'token' || name === 'days') return name;
      if (typeof value !== 'string') return value;
      return value
        .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'an id')
        .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, 'an instant')
        .replace(/^\d{4}-\d\d-\d\d(?=$|T)/, 'a day');
    });
  } catch {
    // Several lines of JSON, or a table: there is nothing in them that differs.
    return answer.trimEnd();
  }
};

test('every request is answered as shown, from the first start on', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'http-docs-'));
  const [, alone = ''] = /## The proxy alone\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const [help, start, first, ...others] = blocksOf(alone);
  assert.match(help?.script ?? '', /--help/);
  assert.ok(start !== undefined && first !== undefined && others.length === 0);
  // A page goes on with a company of its own.
  const blocks = [start, first, ...blocksOf(page), first, ...blocksOf(handingOver)];
  assert.ok(blocks.filter(({ answer }) => answer !== undefined).length > 11);

  // The first start makes the store, which takes seconds: here a prepared one.
  const cacheDir = join(root, 'node_modules/.cache/bank-feed-elements');
  await (await openDatabase({ dataDir: join(folder, 'bank-feed-data'), cacheDir })).close();

  const ports = await freePorts(3);
  const mark = '----- next -----';
  const session = ['4010', '4020', '8787'].reduce(
    (script, port, n) => script.replaceAll(`:${port}`, `:${ports[n]}`).replaceAll(`(${port},`, `(${ports[n]},`),
    blocks.map(({ script }) => `${script}\necho '${mark}'\n`).join(''),
  );
  const npx = `npx() {
  local name=$1; shift
  case $name in
    bank-feed-sandbox) '${process.execPath}' '${join(root, 'src/sandbox/cli.ts')}' "$@" ;;
    bank-feed-proxy) '${process.execPath}' '${join(root, 'src/commands/main.ts')}' "$@" ;;
  esac
}
`;
  await writeFile(
    join(folder, 'session.sh'),
    `set -eo pipefail\nexport PORT=${ports[2]}\n${npx}${session.replace('--port 4010', `--port ${ports[0]}`)}`,
  );
  const shell = spawn('bash', ['session.sh'], { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = (): void => {
    try {
      // With everything that it started.
      process.kill(-(shell.pid ?? 0), 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  };
  t.after(async () => {
    end();
    await rm(folder, { recursive: true, force: true });
  });
  const [output, errors] = [text(shell.stdout), text(shell.stderr)];
  const [code] = (await once(shell, 'exit')) as [number | null];
  end();
  assert.equal(code, 0, `${await output}\n${await errors}`);

  const answers = (await output).split(`${mark}\n`);
  for (const [n, { script, answer }] of blocks.entries())
    if (answer !== undefined) assert.deepEqual(settled(answers[n] ?? ''), settled(answer), script);
  assert.match(answers[1] ?? '', /accepted +1\n[\s\S]*"type":"delivered"/);
});

test('every route of the widget is described, with its scope', async () => {
  const names = ['accounts', 'authorize', 'connections', 'feeds', 'live', 'mappings', 'state'];
  const sources = await Promise.all(names.map((name) => readFile(join(root, `src/proxy/routes/${name}.ts`), 'utf8')));
  const route = /\.(get|post|put|patch|delete)\(\s*'(\/[^']+)',\s*requireScope\(authenticate, '([^']+)'\)/g;
  const routes = sources.flatMap((source) => [...source.matchAll(route)]);
  assert.equal(routes.length, 18);
  for (const [, method = '', path = '', scope = ''] of routes) {
    const shown = `\`${method.toUpperCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}\``;
    const row = page.split('\n').find((line) => line.startsWith('|') && line.includes(shown));
    assert.ok(row?.includes(`\`${scope}\``), shown);
  }
});

test('every body that the widget sends is described, with all its members', async () => {
  const names = ['accounts', 'authorize', 'connections', 'feeds', 'live', 'mappings', 'state'];
  const sources = await Promise.all(names.map((name) => readFile(join(root, `src/proxy/routes/${name}.ts`), 'utf8')));
  const used = sources.flatMap((source) => [...source.matchAll(/readBody\(context\.req\.raw, (\w+)\)/g)]);
  const contract = await readFile(join(root, 'src/contract/schemas.ts'), 'utf8');
  const bodies = used.map(([, name = '']) => {
    const [, members = ''] = new RegExp(`const ${name} = object\\(\\{([^}]*)\\}`).exec(contract) ?? [];
    return [...members.matchAll(/^\s*(\w+): /gm)].map(([, member = '']) => member).join(', ');
  });
  assert.equal(bodies.length, 4);
  const rows = [...page.matchAll(/^\|[^|]+\| `(\{"[^`]*\})`/gm)].map(([, body = '']) =>
    Object.keys(JSON.parse(body) as object).join(', '),
  );
  assert.deepEqual(rows.toSorted(), bodies.toSorted());
});

test('every route for servers is described', async () => {
  const routes = await Promise.all(
    ['server', 'held'].map((name) => readFile(join(root, `src/proxy/routes/${name}.ts`), 'utf8')),
  );
  const paths = routes.flatMap((source) => [...source.matchAll(/^ +\.(get|post|delete)\('([^']+)'/gm)]);
  assert.ok(paths.length >= 10);
  for (const [, method = '', path = ''] of paths) {
    // Where one handler serves several: `:list{held|waiting}`.
    const [whole = '', names = ''] = /:\w+\{(.*)\}/.exec(path) ?? [];
    const each =
      whole === '' ? [path.replace(/:(\w+)/, '{$1}')] : names.split('|').map((name) => path.replace(whole, name));
    for (const shown of each) {
      const named = page.includes(`\`${method.toUpperCase()} /v1${shown}\``);
      assert.ok(named || (method === 'post' && page.includes(`\`/v1${shown}\``)), shown);
    }
  }
});
