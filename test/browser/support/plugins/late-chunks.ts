import { posix } from 'node:path';
import type { TestRunnerConfig, TestRunnerPlugin } from '@web/test-runner';

type Middleware = NonNullable<TestRunnerConfig['middleware']>[number];

const asked = '/__late/';

/**
 * What a module loads on demand does not come when it is first asked for, and comes at the second time, where the
 * module's own address has `?late=<a word of the test's own>`. It is asked for as webpack's loader does: Chromium and
 * Firefox by themselves remember until the page is reloaded that a module did not come.
 */
export const lateChunks = (): { plugin: TestRunnerPlugin; middleware: Middleware } => {
  const told = new Set<string>();
  const plugin: TestRunnerPlugin = {
    name: 'late-chunks',
    transform({ body, path, query: { late } }) {
      if (typeof body !== 'string' || typeof late !== 'string') return undefined;
      return body.replaceAll(/\bimport\((["'])([^"']+\/define\.ts)\1\)/g, (_, _quote, source: string) => {
        const file = posix.resolve(posix.dirname(path), source);
        return `fetch('${asked}${late}').then(({ ok }) => ok ? import('${file}') : Promise.reject(new Error('${file}')))`;
      });
    },
  };
  const middleware: Middleware = (context, next) => {
    if (!context.path.startsWith(asked)) return next();
    context.status = told.has(context.path) ? 204 : 503;
    told.add(context.path);
    return undefined;
  };
  return { plugin, middleware };
};
