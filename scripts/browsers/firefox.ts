import { aptInstall, commandPaths, firstThat, programFiles, starts } from './machine.ts';

const knownPaths = (): string[] => {
  switch (process.platform) {
    case 'darwin':
      return ['/Applications/Firefox.app/Contents/MacOS/firefox'];
    case 'win32':
      return programFiles('Mozilla Firefox', 'firefox.exe');
    default:
      return commandPaths('firefox-esr', 'firefox');
  }
};

const installed = (): Promise<string | undefined> => firstThat(knownPaths(), (path) => starts(path, /firefox/i));

/** A Firefox that starts: an installed one, else Debian's package. */
export async function findFirefox(): Promise<string> {
  const here = await installed();
  if (here !== undefined) return here;
  await aptInstall('firefox-esr');
  const fresh = await installed();
  if (fresh === undefined) throw new Error('the package firefox-esr brought no Firefox that starts');
  return fresh;
}
