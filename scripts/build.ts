/** Builds dist/: browser modules and the script-tag files by Vite, server rooms and declarations by tsc. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { atRoot, root } from './root.ts';
import { finishScriptTag } from './script-tag-files.ts';

const run = promisify(execFile);
const stamp = atRoot('dist/.stamp');

/** What the output depends on; the same text means that dist/ is up to date. */
const fingerprint = async (): Promise<string> => {
  const hash = createHash('sha256');
  const files: string[] = [];
  const sources = [
    'src/**/*.ts',
    '*.json',
    'vite.config.ts',
    'scripts/{build,compact,script-tag,script-tag-files,text-lines,text-numbers}.ts',
  ];
  for await (const file of glob(sources, { cwd: root })) files.push(file);
  for (const file of files.toSorted()) hash.update(file).update(await readFile(atRoot(file)));
  return hash.digest('hex');
};

const tsc = async (project: string): Promise<void> => {
  const done = run(process.execPath, [atRoot('node_modules/@typescript/native/bin/tsc'), '-p', atRoot(project)]);
  await done.catch((error: { stdout?: string }) => {
    throw new Error(`tsc -p ${project} failed:\n${error.stdout ?? ''}`);
  });
};

/** A decorator that was not lowered, or any other slip of a tool, leaves a file that no browser can read. */
const checkSyntax = async (): Promise<void> => {
  const checks: Promise<unknown>[] = [];
  for await (const file of glob('dist/{browser,script}/**/*.js', { cwd: root }))
    checks.push(
      run(process.execPath, ['--check', atRoot(file)]).catch((error: { stderr?: string }) => {
        throw new Error(`${file} is no valid JavaScript:\n${error.stderr ?? ''}`);
      }),
    );
  await Promise.all(checks);
};

export const buildAll = async (): Promise<void> => {
  const wanted = await fingerprint();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
  // Loaded only now: most calls find that there is nothing to build.
  const { build } = await import('vite');
  await rm(atRoot('dist'), { recursive: true, force: true });
  await mkdir(atRoot('dist'));
  const configFile = atRoot('vite.config.ts');
  await Promise.all([
    build({ root, configFile, mode: 'modules' }),
    build({ root, configFile, mode: 'script' }),
    build({ root, configFile, mode: 'classic' }),
    tsc('tsconfig.server.json'),
    tsc('tsconfig.browser.json'),
  ]);
  const integrity = await finishScriptTag();
  for (const [file, hash] of Object.entries(integrity)) console.log(`${file.padEnd(29)} ${hash}`);
  await checkSyntax();
  for (const command of ['dist/server/commands/main.js', 'dist/server/sandbox/cli.js'])
    await chmod(atRoot(command), 0o755);
  await writeFile(stamp, wanted);
};

if (import.meta.main) await buildAll();
