import type { Sandbox } from '../../../src/sandbox/index.ts';

/** A page as a browser has it, after the redirects that stay in the sandbox. */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  /** The level-one heading, without markup. */
  readonly heading: string;
  /** Where a redirect out of the sandbox would lead. */
  readonly left?: string | undefined;
}

export const unescaped = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

const plain = (markup: string): string =>
  unescaped(markup.replaceAll(/<[^>]*>/g, ''))
    .replaceAll(/\s+/g, ' ')
    .trim();

/** A visitor's browser: no key, links and forms as the pages have them. */
export function visitor({ sandbox }: { readonly sandbox: Pick<Sandbox, 'fetch'> }) {
  const home = 'http://sandbox.test';

  const load = async (url: URL, form?: URLSearchParams): Promise<Page> => {
    const init = form === undefined ? { method: 'GET' } : { method: 'POST', body: form };
    const response = await sandbox.fetch(new Request(url, init));
    const text = await response.text();
    const location = response.headers.get('location');
    if (location !== null) {
      const next = new URL(location, url);
      if (next.origin === home) return load(next);
      return { url, status: response.status, text, heading: '', left: next.href };
    }
    const [, heading = ''] = /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(text) ?? [];
    return { url, status: response.status, text, heading: plain(heading) };
  };

  const open = (path: string): Promise<Page> => load(new URL(path, home));

  /** Follows the link with these words. */
  const follow = (page: Page, words: string): Promise<Page> => {
    const links = [...page.text.matchAll(/<a\b[^>]*?href="([^"]*)"[^>]*>([\s\S]*?)<\/a\s*>/g)];
    const found = links.find(([, , text = '']) => plain(text).includes(words));
    if (found === undefined) throw new Error(`No link "${words}" at ${page.url.pathname}: ${plain(page.text)}`);
    return load(new URL(unescaped(found[1] ?? ''), page.url));
  };

  /** Fills in and sends the form with this button; hidden members and what is filled in already go along. */
  const send = (page: Page, button: string, fill: Record<string, string | readonly string[]> = {}): Promise<Page> => {
    const forms = [...page.text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form\s*>/g)];
    const found = forms.find(([, , inner = '']) =>
      plain(inner.replaceAll(/<(?!\/?button)[^>]*>/g, ' ')).includes(button),
    );
    if (found === undefined) throw new Error(`No button "${button}" at ${page.url.pathname}: ${plain(page.text)}`);
    const [, attributes = '', inner = ''] = found;
    const form = new URLSearchParams();
    const attribute = (tag: string, name: string): string | undefined => {
      const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
      return value === undefined ? undefined : unescaped(value);
    };
    for (const [tag] of inner.matchAll(/<input\b[^>]*>/g)) {
      const name = attribute(tag, 'name');
      const choice = /type="(?:radio|checkbox)"/.test(tag);
      if (name !== undefined && (!choice || /\schecked/.test(tag))) form.set(name, attribute(tag, 'value') ?? '');
    }
    for (const [tag, inside = ''] of inner.matchAll(/<select\b[^>]*>([\s\S]*?)<\/select\s*>/g)) {
      const first = attribute(/<option\b[^>]*>/.exec(inside)?.[0] ?? '', 'value');
      const selected = /<option\b[^>]*\svalue="([^"]*)"[^>]*\sselected/.exec(inside)?.[1];
      form.set(attribute(tag, 'name') ?? '', selected ?? first ?? '');
    }
    for (const [tag, text = ''] of inner.matchAll(/<button\b[^>]*>([\s\S]*?)<\/button\s*>/g)) {
      const name = attribute(tag, 'name');
      if (name !== undefined && plain(text) === button) form.set(name, attribute(tag, 'value') ?? '');
    }
    for (const [name, value] of Object.entries(fill)) {
      form.delete(name);
      for (const each of [value].flat()) form.append(name, each);
    }
    const action = unescaped(/\saction="([^"]*)"/.exec(attributes)?.[1] ?? '');
    const target = new URL(action, page.url);
    if (/method="post"/.test(attributes)) return load(target, form);
    target.search = form.toString();
    return load(target);
  };

  return { open, follow, send };
}
