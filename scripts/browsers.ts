/**
 * The browsers that the browser tests run in. BROWSERS, such as `chromium` or `firefox,webkit`, narrows them; without
 * it Firefox and WebKit are left out where they are not there and cannot be installed, except in CI on Debian.
 * `node scripts/browsers.ts` finds or installs all of them.
 */
import { findChromium, type FoundChromium } from './browsers/chromium.ts';
import { findFirefox } from './browsers/firefox.ts';
import { isDebian, reason, say } from './browsers/machine.ts';
import { findWebKit, type FoundWebKit } from './browsers/webkit.ts';

export { findChromium };

export interface FoundBrowsers {
  readonly chromium?: FoundChromium | undefined;
  readonly firefox?: string | undefined;
  readonly webkit?: FoundWebKit | undefined;
}

const names = ['chromium', 'firefox', 'webkit'] as const;
type Name = (typeof names)[number];

const packages = { firefox: 'firefox-esr', webkit: 'webkit2gtk-driver xvfb' };

/** Undefined where BROWSERS is not set. */
const named = (): readonly Name[] | undefined => {
  const given = (process.env['BROWSERS'] ?? '').split(/[\s,]+/).filter((name) => name !== '');
  if (given.length === 0) return undefined;
  const wrong = given.find((name) => !names.some((known) => known === name));
  if (wrong === undefined) return names.filter((name) => given.includes(name));
  throw new Error(`BROWSERS names "${wrong}"; it may name ${names.join(', ')}, separated by commas.`);
};

/** Undefined, and said so, where a browser that nobody insists on cannot be had. */
async function attempt<Found>(name: 'firefox' | 'webkit', find: () => Promise<Found>): Promise<Found | undefined> {
  const wanted = named();
  if (wanted !== undefined && !wanted.includes(name)) return undefined;
  try {
    return await find();
  } catch (error) {
    const advice = `On Debian: apt-get install --no-install-recommends ${packages[name]}`;
    const said = `${name} is not there: ${reason(error)}. ${advice}`;
    const insists = wanted !== undefined || (process.env['CI'] === 'true' && (await isDebian()));
    if (insists) throw new Error(said, { cause: error });
    say(`${said}\nThe browser tests leave ${name} out.`);
    return undefined;
  }
}

/** One after another, for apt-get does one thing at a time. */
export async function findBrowsers(): Promise<FoundBrowsers> {
  const chromium = named()?.includes('chromium') === false ? undefined : await findChromium();
  const firefox = await attempt('firefox', findFirefox);
  const webkit = await attempt('webkit', findWebKit);
  return { chromium, firefox, webkit };
}

if (import.meta.main) {
  try {
    const { chromium, firefox, webkit } = await findBrowsers();
    for (const path of [chromium?.executablePath, firefox, webkit?.browser]) if (path !== undefined) console.log(path);
  } catch (error) {
    say(reason(error));
    process.exitCode = 1;
  }
}
