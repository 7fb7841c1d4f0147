/**
 * The media features a page sees. Set them in a test and call `resetMedia` in `afterEach`: a page keeps them until
 * then. Each test file has a page of its own.
 */
import { emulateMedia, setViewport } from '@web/test-runner-commands';

export type ColorScheme = 'light' | 'dark';

export const setColorScheme = (colorScheme: ColorScheme): Promise<void> => emulateMedia({ colorScheme });

export const setReducedMotion = (reducedMotion: 'reduce' | 'no-preference'): Promise<void> =>
  emulateMedia({ reducedMotion });

export const setForcedColors = (forcedColors: 'active' | 'none'): Promise<void> => emulateMedia({ forcedColors });

export const resetMedia = async (): Promise<void> => {
  await emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
  await emulateMedia({ forcedColors: 'none' });
  await setViewport({ width: 800, height: 600 });
};

/** Runs the body once in each scheme, and leaves the page in the light one. */
export const inBothSchemes = async (body: (scheme: ColorScheme) => Promise<void>): Promise<void> => {
  for (const scheme of ['light', 'dark'] as const) {
    await setColorScheme(scheme);
    await body(scheme);
  }
  await setColorScheme('light');
};

/** CSS pixels; 320 wide is the narrowest page that everything has to fit. */
export const setPageWidth = (width: number, height = 800): Promise<void> => setViewport({ width, height });
