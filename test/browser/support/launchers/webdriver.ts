/** As much of WebDriver as the launcher for WebKit needs. https://www.w3.org/TR/webdriver2/ */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

const answer = z.object({ value: z.unknown() });
const failure = z.object({ error: z.string(), message: z.string() });
const created = z.object({ sessionId: z.string() });

const call = async (url: string, method: string, body?: object): Promise<unknown> => {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = answer.parse(await response.json());
  if (response.ok) return value;
  const { error, message } = failure.parse(value);
  throw new Error(`WebDriver, ${method} ${new URL(url).pathname}: ${error}: ${message}`);
};

/** https://www.w3.org/TR/webdriver2/#keyboard-actions */
const keyCodes: Readonly<Record<string, string>> = {
  Backspace: '\uE003',
  Tab: '\uE004',
  Enter: '\uE007',
  Shift: '\uE008',
  Control: '\uE009',
  Alt: '\uE00A',
  Escape: '\uE00C',
  Space: ' ',
  PageUp: '\uE00E',
  PageDown: '\uE00F',
  End: '\uE010',
  Home: '\uE011',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  Delete: '\uE017',
};

const keyCode = (key: string): string => {
  const code = keyCodes[key] ?? key;
  if (code.length === 1) return code;
  throw new Error(`The key ${key} is missing in the table of ${import.meta.filename}.`);
};

/** One browser window, driven. */
export class WebDriverSession {
  readonly #url: string;

  private constructor(url: string) {
    this.#url = url;
  }

  /** `driver` is the address of a driver that may still be starting. */
  static async open(driver: string, capabilities: object): Promise<WebDriverSession> {
    const until = Date.now() + 20_000;
    while (Date.now() < until && !(await call(`${driver}/status`, 'GET').catch(() => undefined))) await sleep(50);
    const value = await call(`${driver}/session`, 'POST', { capabilities: { alwaysMatch: capabilities } });
    return new WebDriverSession(`${driver}/session/${created.parse(value).sessionId}`);
  }

  async resize(width: number, height: number): Promise<void> {
    await this.#post('window/rect', { x: 0, y: 0, width, height });
  }

  async navigate(url: string): Promise<void> {
    await this.#post('url', { url });
  }

  evaluate(script: string): Promise<unknown> {
    return this.#post('execute/sync', { script, args: [] });
  }

  /** One after another; `Shift+Tab` holds the first while it presses the second. */
  async press(keys: readonly string[]): Promise<void> {
    const actions = keys.flatMap((combination) => {
      const codes = combination.split(/(?<=.)\+/).map(keyCode);
      return [
        ...codes.map((value) => ({ type: 'keyDown', value })),
        ...codes.toReversed().map((value) => ({ type: 'keyUp', value })),
      ];
    });
    await this.#post('actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  async close(): Promise<void> {
    await call(this.#url, 'DELETE');
  }

  #post(command: string, body: object): Promise<unknown> {
    return call(`${this.#url}/${command}`, 'POST', body);
  }
}
