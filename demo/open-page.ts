import { spawn } from 'node:child_process';

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [command: string, ...args: string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Shows the page to who sits before this terminal. Where that is nobody, or has no screen, its address is enough. */
export const openPage = (url: string): void => {
  const { CI, DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION } = process.env;
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const screen = command !== 'xdg-open' || DISPLAY || WAYLAND_DISPLAY;
  if (!process.stdout.isTTY || CI || SSH_CONNECTION || !screen) return;
  const opener = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  // Without such a command there is still the address.
  opener.on('error', () => undefined);
  opener.unref();
};
