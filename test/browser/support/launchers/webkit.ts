/**
 * WebKit as Debian packages it: the MiniBrowser of WebKitGTK on a screen that nobody sees, spoken to over WebDriver.
 * A driver has one browser and a browser one page in front, so pages that run side by side have one of each.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { BrowserLauncher, SessionResult } from '@web/test-runner';
import { WebDriverSession } from './webdriver.ts';
import { freePort } from '../../../support/free-ports.ts';

export interface WebKitPaths {
  readonly driver: string;
  readonly browser: string;
  readonly display: string;
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill();
  await gone;
};

class Screen {
  readonly #xvfb: ChildProcess;
  readonly #number: Promise<string>;

  constructor(path: string) {
    const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
    this.#xvfb = spawn(path, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    this.#number = new Promise((resolve, reject) => {
      this.#xvfb.stdio[3]?.once('data', (told: Buffer) => resolve(told.toString().trim()));
      this.#xvfb.once('error', reject);
      this.#xvfb.once('exit', () => reject(new Error('Xvfb ended before it had a screen.')));
    });
    this.#number.catch(() => undefined);
  }

  async name(): Promise<string> {
    return `:${await this.#number}`;
  }

  close(): Promise<void> {
    return end(this.#xvfb);
  }
}

interface Window {
  readonly driver: ChildProcess;
  readonly session: WebDriverSession;
}

class WebKitLauncher implements BrowserLauncher {
  readonly name = 'WebKit';
  /** Under this name the commands of the test runner find `sendKeys` below. */
  readonly type = 'webdriver';
  readonly concurrency: number;
  readonly #paths: WebKitPaths;
  readonly #idle: Window[] = [];
  readonly #windows = new Set<Window>();
  readonly #active = new Map<string, Window>();
  #screen: Screen | undefined;

  constructor(paths: WebKitPaths, concurrency: number) {
    this.#paths = paths;
    this.concurrency = concurrency;
  }

  async startSession(id: string, url: string): Promise<void> {
    const window = this.#idle.pop() ?? (await this.#open());
    this.#active.set(id, window);
    await window.session.navigate(url);
  }

  isActive(id: string): boolean {
    return this.#active.has(id);
  }

  async getBrowserUrl(id: string): Promise<string> {
    return String(await this.#of(id).evaluate('return location.href'));
  }

  /** The empty page ends what still runs. */
  async stopSession(id: string): Promise<SessionResult> {
    const window = this.#active.get(id);
    this.#active.delete(id);
    if (window) {
      await window.session.navigate('about:blank');
      this.#idle.push(window);
    }
    return {};
  }

  startDebugSession(): Promise<void> {
    return Promise.reject(new Error('WebKit is only run unseen: debug in another browser.'));
  }

  async sendKeys(id: string, keys: readonly string[]): Promise<void> {
    await this.#of(id).press(keys);
  }

  async stop(): Promise<void> {
    for (const { driver, session } of this.#windows) {
      await session.close().catch(() => undefined);
      await end(driver);
    }
    await this.#screen?.close();
  }

  #of(id: string): WebDriverSession {
    const window = this.#active.get(id);
    if (!window) throw new Error(`No page runs the session ${id}.`);
    return window.session;
  }

  async #open(): Promise<Window> {
    this.#screen ??= new Screen(this.#paths.display);
    const port = await freePort();
    const driver = spawn(this.#paths.driver, [`--port=${port}`], {
      stdio: 'ignore',
      env: {
        ...process.env,
        DISPLAY: await this.#screen.name(),
        WEBKIT_DISABLE_COMPOSITING_MODE: '1',
        LIBGL_ALWAYS_SOFTWARE: '1',
      },
    });
    try {
      const session = await WebDriverSession.open(`http://127.0.0.1:${port}`, {
        pageLoadStrategy: 'none',
        'webkitgtk:browserOptions': { binary: this.#paths.browser, args: ['--automation'] },
      });
      // The window has a bar of 38 pixels; the page gets what it has in the other browsers.
      await session.resize(800, 638);
      const window = { driver, session };
      this.#windows.add(window);
      return window;
    } catch (error) {
      await end(driver);
      throw error;
    }
  }
}

export const webkitLauncher = (paths: WebKitPaths, concurrency = 1): BrowserLauncher =>
  new WebKitLauncher(paths, concurrency);
