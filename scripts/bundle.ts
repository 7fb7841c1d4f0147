/** The scripts that Vite makes of an app, in memory; nothing but what is given here configures it. */
import { build, type InlineConfig, type Rolldown } from 'vite';

export const bundle = async (config: InlineConfig): Promise<Rolldown.OutputChunk[]> => {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    ...config,
    build: { write: false, target: 'es2022', ...config.build },
  });
  const outputs = Array.isArray(built) ? built : 'output' in built ? [built] : [];
  return outputs.flatMap(({ output }) => output).filter((file) => file.type === 'chunk');
};
