/** What a page takes to load: its HTML, scripts and style sheets. */
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import type { Page } from 'playwright-core';

const compress = promisify(brotliCompress);

/** From now on; ask for the kilobytes before the page is left. */
export const weigh = (page: Page): (() => Promise<number>) => {
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => {
    const kind = response.request().resourceType();
    if (!['document', 'script', 'stylesheet'].includes(kind) || !response.ok()) return;
    sizes.push(response.body().then(async (body) => (await compress(body)).length));
  });
  return async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1000;
};

export const printFigures = (name: string, kilobytes: number, seconds: number): void =>
  console.log(`${name}: page ${kilobytes.toFixed(1)} KB brotli, journey ${seconds.toFixed(1)} s`);
