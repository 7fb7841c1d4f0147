/** No secret in anything that is answered, streamed, logged, thrown or downloaded, through all tests of the proxy. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { atRoot, root } from '../../scripts/root.ts';
import { startCluster } from '../node/support/cluster.ts';
import { buildWithCanaries, canariesOfBuild, lookAtFiles } from './canaries/bundles.ts';
import { folder as ownFolder, recorder } from './canaries/preload.ts';
import { record } from './canaries/recorder.ts';
import { Findings, type Suite } from './suite.ts';

type Counts = Extract<z.infer<typeof record>, { responses: number }>;

/** Less, and the tests ran without a recorder, or not at all. */
const fewest: Counts = { responses: 2_000, frames: 100, logLines: 2_000, errors: 20 };

/** In milliseconds: what hangs is ended, and the suite with it. */
const longest = 240_000;

/** Runs with the recorder in it; answers what it printed. */
const run = async (into: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> => {
  const preload = `--import=${pathToFileURL(atRoot('test/security/canaries/preload.ts')).href}`;
  const child = spawn(process.execPath, args, {
    cwd: root,
    timeout: longest,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment, BANK_FEED_CANARIES: into, NODE_OPTIONS: preload },
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await once(child, 'close');
  if (child.signalCode !== null) throw new Error(`${args.join(' ')} was ended after ${longest / 1000} s.`);
  return printed;
};

const records = (written: string): readonly z.infer<typeof record>[] =>
  globSync('*.ndjson', { cwd: written })
    .flatMap((file) => readFileSync(join(written, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => record.parse(JSON.parse(line)));

/** The node tests of the proxy and of its command, on a server: that is quicker. */
const runTests = async (into: string): Promise<void> => {
  const cluster = await startCluster();
  try {
    await run(
      into,
      [
        '--test',
        '--test-concurrency=3',
        '--test-timeout=60000',
        'test/node/proxy/*.test.ts',
        'test/node/commands/*.test.ts',
      ],
      {
        TEST_DATABASE_URL: cluster.url,
        NODE_COMPILE_CACHE: atRoot('node_modules/.cache/bank-feed-elements/compiled'),
      },
    );
  } finally {
    await cluster.stop();
  }
};

const plantedSchema = z.object({ before: z.int(), caught: z.record(z.string(), z.int()) });

let folder: string | undefined;
const place = (name: string): string => join((folder ??= mkdtempSync(join(tmpdir(), 'bank-feed-canaries-'))), name);
/** Whether they pass is said elsewhere; here counts what they let out. */
let tests: Promise<void> | undefined;

export const canaries: Suite = {
  name: 'canaries',
  begin() {
    tests = runTests(place('tests'));
    // Said where it is waited for.
    tests.catch(() => undefined);
  },
  async run() {
    const findings = new Findings();
    try {
      await (tests ?? runTests(place('tests')));
      // What the other suites of this run let out, too.
      const all = [...records(place('tests')), ...(ownFolder === undefined ? [] : records(ownFolder))];
      const counts: Record<keyof Counts, number> = {
        ...(recorder?.counts ?? { responses: 0, frames: 0, logLines: 0, errors: 0 }),
      };
      for (const one of all)
        if ('fault' in one) findings.fault(`${one.file}: ${one.fault}\n${one.where}\n${one.excerpt}`);
        else for (const name of ['responses', 'frames', 'logLines', 'errors'] as const) counts[name] += one[name];
      for (const name of ['responses', 'frames', 'logLines', 'errors'] as const) {
        findings.tried(counts[name]);
        findings.expect(counts[name] >= fewest[name], () => `of ${name} only ${counts[name]} were looked at`);
      }

      const secrets = canariesOfBuild();
      await buildWithCanaries(place('build'));
      for (const built of [place('build'), atRoot('dist/browser'), atRoot('dist/script')].filter(existsSync)) {
        const { files, faults } = lookAtFiles(built, secrets);
        findings.tried(files);
        findings.expect(files > 0, () => `there are no files in ${built}`);
        for (const fault of faults) findings.fault(fault);
      }

      const printed = await run(place('planted'), [atRoot('test/security/canaries/planted.ts')]);
      const { before, caught } = plantedSchema.parse(JSON.parse(printed));
      findings.expect(before === 0, () => 'what is as it should be is taken for a leak');
      mkdirSync(place('leak'));
      const map = { sources: ['../src/proxy/open-proxy.ts'], sourcesContent: ['canary-of-the-source-accounts-secret'] };
      writeFileSync(join(place('leak'), 'index.js.map'), JSON.stringify(map));
      const inFiles = lookAtFiles(place('leak'), secrets).faults.length;
      return {
        findings,
        planted: new Map([...Object.entries(caught), ['a map has a secret, and a server', inFiles - 1]]),
      };
    } finally {
      rmSync(place('.'), { recursive: true, force: true });
      if (ownFolder !== undefined) rmSync(ownFolder, { recursive: true, force: true });
    }
  },
};
