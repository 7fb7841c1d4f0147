/** What an install of the package brings to disk, against a budget: nobody who builds a page pays for a server's engines. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** Only servers need them, and they say which: never dependencies, always optional peers. */
export const engines = ['undici', 'pg', '@electric-sql/pglite', 'pino'] as const;

/** Packages and megabytes (1,000,000 bytes), each a little above what was measured. */
export const budgets = {
  'a front-end install': { packages: 15, megabytes: 18.5 },
  'with pg, for a proxy on PostgreSQL': { packages: 29, megabytes: 19 },
  'with PGlite, for a proxy with the embedded store': { packages: 16, megabytes: 45 },
} as const;

const lock = z.object({ packages: z.record(z.string(), z.unknown()) });

export const installed = async (home: string): Promise<{ packages: string[]; megabytes: number }> => {
  const modules = join(home, 'node_modules');
  const { packages } = lock.parse(JSON.parse(await readFile(join(modules, '.package-lock.json'), 'utf8')));
  const files = await readdir(modules, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files.filter((file) => file.isFile()).map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  const names = Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, ''));
  return { packages: names, megabytes: sizes.reduce((all, size) => all + size, 0) / 1e6 };
};

const manifestShape = z.object({
  dependencies: z.record(z.string(), z.string()),
  peerDependencies: z.record(z.string(), z.string()),
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean() })),
});

/** Engines that an install would bring, or that are not offered as a choice. */
export const wrongEngines = (manifest: unknown): string[] => {
  const { dependencies, peerDependencies, peerDependenciesMeta } = manifestShape.parse(manifest);
  const asked = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [
    ...engines.filter((name) => name in dependencies || !(name in peerDependencies)),
    ...asked.map((name) => `${name} (not optional)`),
  ];
};
