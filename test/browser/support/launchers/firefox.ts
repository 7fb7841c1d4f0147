import { chromeLauncher } from '@web/test-runner-chrome';
import * as puppeteer from 'puppeteer-core';
import type { KeyInput, Page } from 'puppeteer-core';

/** `Shift+Tab` and the like, as the two other launchers understand them. */
function takeCombinations({ keyboard }: Page): void {
  const press = keyboard.press.bind(keyboard);
  keyboard.press = async (keys, options) => {
    const held = keys.split(/(?<=.)\+/) as KeyInput[];
    const last = held.pop() ?? keys;
    for (const key of held) await keyboard.down(key);
    await press(last, options);
    for (const key of held.toReversed()) await keyboard.up(key);
  };
}

/** Firefox over WebDriver BiDi. One page at a time: those behind others get no focus and no frames. */
export const firefoxLauncher = (executablePath: string) =>
  chromeLauncher({
    puppeteer,
    concurrency: 1,
    launchOptions: { browser: 'firefox', executablePath },
    async createPage({ context }) {
      const page = await context.newPage();
      takeCombinations(page);
      return page;
    },
  });
