/** Feeds that a person has to look at. */
import type { PlatformKey } from '../../../../src/contract/platforms.ts';
import { OutboxError } from '../../../../src/outbox/outbox.ts';
import { createRig, held, line, type Rig, type TestDatabase } from './rig.ts';

/** For `assert.rejects`. */
export const refused = (code: OutboxError['code'], field?: string) => (error: unknown) =>
  error instanceof OutboxError && error.code === code && (field === undefined || error.field === field);

/** A feed of this software with its outbox running. */
export const startOn = async (database: TestDatabase, platform: PlatformKey = 'xero'): Promise<Rig> => {
  const rig = createRig(database);
  await rig.connect('account', { platform });
  await rig.outbox.start();
  return rig;
};

/** A feed stopped by what became of its first batch: lines a, b, c; d waits behind it. */
export const startStopped = async (
  database: TestDatabase,
  fate: 'failed' | 'timed-out' | 'timed-out-but-written',
): Promise<Rig> => {
  const rig = await startOn(database);
  rig.codat.fates.push(fate);
  await rig.push([line('a'), line('b'), line('c')]);
  await rig.until(held(rig));
  await rig.push([line('d', '2026-03-02')]);
  return rig;
};
