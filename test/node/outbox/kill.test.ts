/** A few of the kills of `npm run test:kill`, so that every run of the tests ends a real process or two. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runKill } from '../../kill/kills.ts';
import { openWorld } from '../../kill/world.ts';
import { createRandom } from '../../sim/random.ts';

const points = ['after-last-byte', 'in-record-before-commit'] as const;

it('processes on the embedded store that are killed leave nothing lost or doubled', { timeout: 300_000 }, async (t) => {
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const world = await openWorld({ kind: 'pglite', seed, random: createRandom(seed) });
  t.after(() => world.close());
  for (const point of points) {
    const { struck, lines, ...found } = await runKill(world, { kind: 'point', point }, { ...world, rounds: 2, nth: 1 });
    assert.ok(struck && lines > 0, `${point} was not reached`);
    const { lost, duplicated, disordered, wrong, stuck } = found;
    assert.deepEqual([lost, duplicated, disordered, wrong, stuck], [[], [], [], [], undefined]);
  }
});
