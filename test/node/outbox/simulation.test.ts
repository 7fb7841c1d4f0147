/** A short run of the simulation in test/sim; `npm run test:sim` runs more of it, and breaks one rule after the other. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failures, runSeed } from '../../sim/run.ts';

describe('delivery, simulated', () => {
  it('loses nothing, duplicates nothing and keeps the order, whatever goes wrong', async () => {
    let [delivered, crashes, freezes, held] = [0, 0, 0, 0];
    for (let seed = 1; seed <= 100; seed += 1) {
      const result = await runSeed(seed);
      assert.deepEqual(failures(result), [], `seed ${seed}: node test/sim/main.ts --trace ${seed} tells the story`);
      delivered += result.delivered;
      crashes += result.crashes;
      freezes += result.freezes;
      held += result.held.size;
    }
    // Proof that something happened.
    assert.ok(
      delivered > 2000 && crashes > 30 && freezes > 10 && held > 30,
      `${delivered} ${crashes} ${freezes} ${held}`,
    );
  });

  it('tells the same story for the same seed', async () => {
    const tell = async (seed: number) => {
      const story: string[] = [];
      const { fingerprint } = await runSeed(seed, (text) => story.push(text));
      return [...story, fingerprint];
    };
    const [first, again, other] = [await tell(13), await tell(13), await tell(14)];
    assert.ok(first.length > 20);
    assert.deepEqual(again, first);
    assert.notDeepEqual(other, first);
  });
});
