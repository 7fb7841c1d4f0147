import { en } from '../../locales/en.ts';
import type { Loader } from '../internal/languages.ts';
import { readLines } from '../internal/text-lines.ts';
import { policy } from './policy.ts';

/**
 * Loads a language from its file beside the script. `import()` knows no integrity, and import maps are the page's; a
 * module script has one in every browser, and `import()` then finds what that script loaded.
 */
export const languageFile =
  (script: string, name: string, integrity: string): Loader =>
  async () => {
    const url = new URL(`locales/${name}.js`, script).href;
    const element = document.createElement('script');
    element.type = 'module';
    element.integrity = integrity;
    // Where the page allows scripts by a nonce, this one has to carry it too.
    element.nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
    element.src = policy().createScriptURL(url);
    await new Promise<unknown>((resolve, reject) => {
      element.addEventListener('load', resolve);
      element.addEventListener('error', () =>
        reject(new Error(`${url} is not there, or not the file of this version.`)),
      );
      document.head.append(element);
    }).finally(() => element.remove());
    const { texts }: { readonly texts: string } = await import(/* @vite-ignore */ url);
    return readLines(Object.keys(en), texts);
  };
