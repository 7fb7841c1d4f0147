/** fast-check with a fixed seed, so that every run is the same run. `TEST_SEED=N` tries another one. */
import * as fc from 'fast-check';

const seed = Number(process.env['TEST_SEED'] ?? 20260610);
fc.configureGlobal({ seed });
console.log(`# fast-check: TEST_SEED=${seed}`);

export { fc, seed };
