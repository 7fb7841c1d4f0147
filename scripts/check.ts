/**
 * `npm test`: everything CI runs, in the order a person wants to fail. Every step runs even if one before it
 * failed; the last line counts the tests of all runners, and each gate as one.
 */
import { spawn } from 'node:child_process';
import { documentPath } from '../test/contract/document.ts';
import { requireNode } from './runtime.ts';

requireNode();

interface Step {
  readonly name: string;
  /** The npm script. */
  readonly script: string;
  /** Reads a runner's closing counts from its output. A gate has none: it passes or fails as one. */
  readonly counts?: (output: string) => Counts | undefined;
}
interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const last = (output: string, pattern: RegExp): number => Number([...output.matchAll(pattern)].at(-1)?.[1] ?? 0);
const counted = (output: string, passed: RegExp, failed: RegExp): Counts | undefined =>
  [...output.matchAll(passed)].length === 0
    ? undefined
    : { passed: last(output, passed), failed: last(output, failed) };

/** The browsers count each for itself, again with every file they finish. */
const countedByBrowser = (output: string): Counts | undefined => {
  const lines = output.matchAll(/^(\w+): +\|.*\| (\d+) passed, (\d+) failed/gm);
  const latest = new Map([...lines].map(([, name, ...counts]) => [name, counts.map(Number)]));
  if (latest.size === 0) return undefined;
  const sum = (index: number): number => [...latest.values()].reduce((all, counts) => all + (counts[index] ?? 0), 0);
  return { passed: sum(0), failed: sum(1) };
};

const steps: readonly Step[] = [
  { name: 'format', script: 'check:format' },
  { name: 'build', script: 'build' },
  { name: 'lint', script: 'check:lint' },
  { name: 'types', script: 'check:types' },
  { name: 'templates', script: 'check:templates' },
  { name: 'text', script: 'check:text' },
  { name: 'boundaries', script: 'check:boundaries' },
  {
    name: 'unit',
    script: 'test:node',
    counts: (output) => counted(output, /^\S* ?pass (\d+)$/gm, /^\S* ?fail (\d+)$/gm),
  },
  {
    name: 'browser',
    script: 'test:browser',
    counts: countedByBrowser,
  },
  { name: 'coverage', script: 'check:coverage' },
  {
    name: 'e2e',
    script: 'test:e2e',
    counts: (output) => counted(output, /^\s*(\d+) passed/gm, /^\s*(\d+) failed/gm),
  },
  { name: 'smoke', script: 'smoke' },
  { name: 'contract', script: 'check:contract' },
  { name: 'size', script: 'check:size' },
  { name: 'package', script: 'check:package' },
];

const escapes = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;?]*[A-Za-z]`, 'g');

const run = (script: string): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const [stream, out] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const)
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        out.write(chunk);
      });
    child.on('close', (code) => resolve({ code: code ?? 1, output: output.replace(escapes, '') }));
  });

// An absolute path means the same to every process that a step starts.
const document = documentPath();
if (document !== undefined) process.env['CODAT_OPENAPI'] = document;
console.log(
  document === undefined
    ? 'CODAT_OPENAPI names no OpenAPI document: what the sandbox answers is not judged by one.'
    : `What the sandbox answers is judged by ${document}.`,
);

let passed = 0;
let failed = 0;
const summary: string[] = [];
for (const { name, script, counts } of steps) {
  console.log(`\n── ${name} (npm run ${script})`);
  const began = performance.now();
  const { code, output } = await run(script);
  const tests = counts?.(output) ?? { passed: code === 0 && !counts ? 1 : 0, failed: 0 };
  // A runner that ends badly without naming a failure, or counted nothing, still failed.
  const wrong = code !== 0 || (counts !== undefined && tests.passed === 0);
  const failures = wrong ? Math.max(1, tests.failed) : tests.failed;
  passed += tests.passed;
  failed += failures;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  summary.push(
    `${failures > 0 ? '✗' : '✓'} ${name.padEnd(11)} ${tests.passed} passed, ${failures} failed  (${seconds} s)`,
  );
}
console.log(`\n${summary.join('\n')}\n`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
