import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { playwrightLauncher } from '@web/test-runner-playwright';
import { findBrowsers } from './scripts/browsers.ts';
import { firefoxLauncher } from './test/browser/support/launchers/firefox.ts';
import { webkitLauncher } from './test/browser/support/launchers/webkit.ts';
import { allModules } from './test/browser/support/plugins/all-modules.ts';
import { lateChunks } from './test/browser/support/plugins/late-chunks.ts';
import { forget } from './test/contract/records.ts';
import { watchContract } from './test/contract/watch.ts';
import { reactVersions } from './test/browser/support/plugins/react.ts';
import { realServer } from './test/browser/support/plugins/real-server.ts';
import { scriptedServer } from './test/browser/support/plugins/scripted-server.ts';

const { plugin: realServerPlugin, middleware } = realServer();
const late = lateChunks();
const { chromium, firefox, webkit } = await findBrowsers();

// The sandbox behind the tests lives in this process.
if (watchContract('browser') !== undefined) forget('browser');

// A coverage pattern that matches nothing passes in silence, so a room that moved must stop the run here.
const rooms = ['contract', 'client', 'flow', 'locales', 'elements', 'frameworks'];
const covered = rooms.filter((room) => existsSync(new URL(`src/${room}`, import.meta.url)));

export default {
  rootDir: fileURLToPath(new URL('.', import.meta.url)),
  files: 'test/browser/**/*.test.ts',
  nodeResolve: true,
  browsers: [
    // Coverage is measured here alone.
    chromium &&
      playwrightLauncher({
        product: 'chromium',
        concurrency: 2,
        launchOptions: {
          executablePath: chromium.executablePath,
          args: [...chromium.args, '--js-flags=--expose-gc'],
          env: process.env,
        },
      }),
    firefox && firefoxLauncher(firefox),
    webkit && webkitLauncher(webkit),
  ].filter((launcher) => launcher !== undefined),
  concurrentBrowsers: 3,
  middleware: [middleware, late.middleware],
  plugins: [
    allModules(covered),
    late.plugin,
    realServerPlugin,
    scriptedServer(),
    await reactVersions(),
    // The decorators of Lit need the flags of tsconfig.json.
    esbuildPlugin({ ts: true, target: 'es2022', tsconfig: fileURLToPath(new URL('tsconfig.json', import.meta.url)) }),
  ],
  testFramework: { config: { ui: 'bdd', timeout: 30_000 } },
  browserStartTimeout: 90_000,
  testsFinishTimeout: 900_000,
  // Lit says once per page that it runs in development mode.
  filterBrowserLogs: ({ args }) => !args.some((arg) => typeof arg === 'string' && arg.includes('Lit is in dev mode')),
  coverageConfig: {
    include: covered.map((room) => `src/${room}/**/*.ts`),
    exclude: ['node_modules/**', 'test/**'],
    reportDir: 'coverage/browser',
    reporters: ['lcov', 'text-summary'],
  },
};
