/** Code that is shown somewhere, compiled as whoever copies it would. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { atRoot } from '../../scripts/root.ts';

type Files = Iterable<readonly [name: string, text: string]>;

/** `settings` are for the tsconfig, beside the project's own. @throws with what the compiler said */
export const compile = async (folder: string, files: Files, settings: object = {}): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const config = { extends: atRoot('tsconfig.json'), include: ['*'], exclude: [], ...settings };
  for (const [name, text] of [...files, ['tsconfig.json', JSON.stringify(config)] as const])
    await writeFile(join(folder, name), text);
  const tsc = atRoot('node_modules/@typescript/native/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(
    (error: { readonly stdout: string; readonly stderr: string }) => {
      throw new Error(`${folder} does not compile:\n${error.stdout}${error.stderr}`);
    },
  );
};

/** The same in a folder of this name, which goes with the test; resolves to its path. */
export const compileBeside = async (t: TestContext, name: string, files: Files, settings?: object): Promise<string> => {
  // Inside the project, so that the package is found by its name.
  const folder = atRoot(`test-results/${name}`);
  t.after(() => rm(folder, { recursive: true, force: true }));
  await compile(folder, files, settings);
  return folder;
};
