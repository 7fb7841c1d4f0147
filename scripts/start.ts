/** `npm start`: checks the runtime, builds what changed, then starts the demo, which imports the built package. */
import { requireNode } from './runtime.ts';

requireNode();
const { buildAll } = await import('./build.ts');
await buildAll();
await import('../demo/cli.ts');
