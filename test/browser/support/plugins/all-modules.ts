import { glob } from 'node:fs/promises';
import type { TestRunnerPlugin } from '@web/test-runner';

const route = '/__all-modules.js';

/**
 * Serves a module that imports every module of the given rooms. Coverage counts only files that some test loads:
 * `import-all.test.ts` imports this one, so that a file without tests shows up with zero instead of not at all.
 */
export const allModules = (rooms: readonly string[]): TestRunnerPlugin => ({
  name: 'all-modules',
  async serve(context) {
    if (context.path !== route) return undefined;
    const files: string[] = [];
    for (const room of rooms) {
      for await (const file of glob(`src/${room}/**/*.ts`)) {
        if (!file.endsWith('.d.ts')) files.push(`/${file.replaceAll('\\', '/')}`);
      }
    }
    const imports = files.toSorted().map((file) => `  ${JSON.stringify(file)}: () => import(${JSON.stringify(file)}),`);
    return { body: `export const modules = {\n${imports.join('\n')}\n};\n`, type: 'js' };
  },
});
