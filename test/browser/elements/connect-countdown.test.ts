import { expect } from '@open-wc/testing';
import { CountdownController } from '../../../src/elements/controllers/countdown.ts';
import { ManualClock } from '../support/manual-clock.ts';

const minute = 60_000;

const count = (clock: ManualClock) => {
  const said: number[] = [];
  let updates = 0;
  const host = {
    addController() {},
    removeController() {},
    requestUpdate: () => void updates++,
    updateComplete: Promise.resolve(true),
  };
  const countdown = new CountdownController(host, (minutes) => said.push(minutes), clock);
  const start = (ms: number) => countdown.start(new Date(clock.now() + ms).toISOString());
  return { countdown, said, start, updates: () => updates };
};

describe('a countdown', () => {
  it('shows each minute, and says only five, one and the end', async () => {
    const clock = new ManualClock();
    const { countdown, said, start } = count(clock);
    start(7 * minute - 30_000);
    expect(countdown.minutes).to.equal(7);
    const seen: (number | undefined)[] = [];
    while (countdown.minutes !== 0) {
      await clock.pass(1, minute);
      await new Promise((resolve) => setTimeout(resolve));
      seen.push(countdown.minutes);
    }
    expect(seen).to.deep.equal([6, 5, 4, 3, 2, 1, 0]);
    expect(said).to.deep.equal([5, 1, 0]);
  });

  it('goes on where time really is after the machine has slept', async () => {
    const clock = new ManualClock();
    const { countdown, said, start } = count(clock);
    start(60 * minute);
    clock.advance(61 * minute);
    await new Promise((resolve) => setTimeout(resolve));
    expect(countdown.minutes).to.equal(0);
    expect(said).to.deep.equal([0]);
  });

  it('counts nothing where the end is unknown, or past already because the reader’s clock is wrong', () => {
    const { countdown, start } = count(new ManualClock());
    countdown.start(undefined);
    expect(countdown.minutes).to.equal(undefined);
    countdown.start('soon');
    expect(countdown.minutes).to.equal(undefined);
    start(-minute);
    expect(countdown.minutes).to.equal(undefined);
  });

  it('is silent once it was stopped, or its element has left', async () => {
    const clock = new ManualClock();
    const { countdown, said, start, updates } = count(clock);
    start(minute);
    countdown.hostDisconnected();
    const before = updates();
    clock.advance(2 * minute);
    await new Promise((resolve) => setTimeout(resolve));
    expect(countdown.minutes).to.equal(undefined);
    expect(said).to.deep.equal([]);
    expect(updates()).to.equal(before);
  });
});
