import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
const names = ['provider', 'connect', 'accounts', 'mapping', 'status', 'setup'];

test('a page that imports one element has its class, the types of its tag and of its events', async (t) => {
  // Inside the project, so that the package is found by its name; a program each, as types of one reach all its files.
  const folder = join(root, 'test-results/single-entries');
  t.after(() => rm(folder, { recursive: true, force: true }));
  await Promise.all(
    names.map(async (name) => {
      const place = join(folder, name);
      await mkdir(place, { recursive: true });
      const tag = `BankFeed${name[0]?.toUpperCase()}${name.slice(1)}`;
      const page = `import { ${tag} } from 'bank-feed-elements/${name}';
        const element: ${tag} = document.createElement('bank-feed-${name}');
        element.getToken = () => null;
        element.addEventListener('bank-feed-error', ({ code }) => code === 'network');
        document.addEventListener('bank-feed-connected', ({ connectionId }) => connectionId.length);
        export class Own extends ${tag} {}`;
      await writeFile(join(place, 'page.ts'), page);
      const config = { extends: '../../../tsconfig.json', include: ['*'], exclude: [] };
      await writeFile(join(place, 'tsconfig.json'), JSON.stringify(config));
      const tsc = join(root, 'node_modules/@typescript/native/bin/tsc');
      await promisify(execFile)(process.execPath, [tsc, '-p', place]).catch((error: { stdout: string }) =>
        assert.fail(error.stdout),
      );
    }),
  );
});
