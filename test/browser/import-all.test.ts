import { expect } from '@open-wc/testing';

// Served by support/plugins/all-modules.ts.
const address = '/__all-modules.js';

describe('every browser module', () => {
  it('can be imported', async () => {
    const { modules }: { modules: Record<string, () => Promise<unknown>> } = await import(address);
    expect(Object.keys(modules)).to.include('/src/client/index.ts');
    const failed: string[] = [];
    for (const [file, load] of Object.entries(modules)) {
      await load().catch((error: unknown) => failed.push(`${file}: ${String(error)}`));
    }
    expect(failed).to.deep.equal([]);
  });
});
