import { glob } from 'node:fs/promises';
import { aptInstall, commandPaths, firstThat, isExecutable } from './machine.ts';

export interface FoundWebKit {
  /** Speaks WebDriver. */
  readonly driver: string;
  /** The browser that comes with the library. */
  readonly browser: string;
  /** The X server without a screen in which the browser's windows open. */
  readonly display: string;
}

async function installed(): Promise<FoundWebKit | undefined> {
  const driver = await firstThat(commandPaths('WebKitWebDriver'), isExecutable);
  const display = await firstThat(commandPaths('Xvfb'), isExecutable);
  if (driver === undefined || display === undefined) return undefined;
  for await (const browser of glob('/usr/{lib,lib/*,libexec}/webkit{2gtk,gtk}-*/MiniBrowser')) {
    if (await isExecutable(browser)) return { driver, browser, display };
  }
  return undefined;
}

/** WebKitGTK with its driver: an installed one, else Debian's packages. */
export async function findWebKit(): Promise<FoundWebKit> {
  if (process.platform !== 'linux') throw new Error('WebKitGTK is for Linux');
  const here = await installed();
  if (here !== undefined) return here;
  await aptInstall('webkit2gtk-driver', 'xvfb');
  const fresh = await installed();
  if (fresh === undefined) throw new Error('the packages webkit2gtk-driver and xvfb brought no browser');
  return fresh;
}
