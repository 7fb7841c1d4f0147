/** A person without a pointer: Tab to get somewhere, Enter and Space to act, arrows within a group. */
import type { Locator, Page } from 'playwright-core';

/** More stops than any page of ours has. */
const mostStops = 120;

const isFocused = (target: Locator): Promise<boolean> => target.evaluate((element) => element.matches(':focus'));

/** Presses Tab until the target has the focus; throws where it cannot be reached. */
export const tabTo = async (page: Page, target: Locator): Promise<void> => {
  await target.waitFor();
  for (let stop = 0; stop < mostStops; stop += 1) {
    if (await isFocused(target)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`The Tab key never reaches ${String(target)}.`);
};

export const press = async (page: Page, target: Locator): Promise<void> => {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
};

export const check = async (page: Page, box: Locator): Promise<void> => {
  await tabTo(page, box);
  await page.keyboard.press('Space');
};

/** Tab enters a group of radio buttons at the chosen one or the first; arrows choose. */
export const chooseRadio = async (page: Page, group: Locator, target: Locator): Promise<void> => {
  await target.waitFor();
  const radios = await group.all();
  for (let stop = 0; stop < mostStops; stop += 1) {
    const focused = await Promise.all(radios.map(isFocused));
    if (focused.includes(true)) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Space');
  for (let step = 0; step < radios.length && !(await isFocused(target)); step += 1)
    await page.keyboard.press('ArrowDown');
  if (!(await target.isChecked())) throw new Error(`Arrow keys do not choose ${String(target)}.`);
};

/** A native list of choices, by typing what it begins with. */
export const chooseOption = async (page: Page, select: Locator, label: string): Promise<void> => {
  await tabTo(page, select);
  await page.keyboard.type(label);
};

export const fill = async (page: Page, field: Locator, text: string): Promise<void> => {
  await tabTo(page, field);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
};
