/** What the comments on the elements' classes say, which is what the guides have to agree with. */
import { glob } from 'node:fs/promises';
import { readText } from '../../../scripts/guide-tables.ts';
import { root } from '../../../scripts/root.ts';

export const pathsOf = async (pattern: string): Promise<string[]> => {
  const paths: string[] = [];
  for await (const path of glob(pattern, { cwd: root })) paths.push(path);
  return paths;
};

export type DocTag = 'attr' | 'prop' | 'slot' | 'fires' | 'csspart';

export interface ElementDocs {
  /** `connect` of `<bank-feed-connect>`. */
  readonly name: string;
  readonly path: string;
  readonly source: string;
  readonly names: Readonly<Record<DocTag, readonly string[]>>;
}

/** The names behind one tag, without types and explanations; the default slot's is empty. */
const namesOf = (source: string, tag: DocTag): string[] =>
  [...source.matchAll(new RegExp(`@${tag} ((?:(?!\\n \\* @|\\n \\*/).)*)`, 'gs'))].flatMap(([, text = '']) =>
    (/^(?:\{[^@]*?\} )?(.*?)(?:(?:^| )- |$)/s.exec(text.replaceAll(/\n \*\s*/g, ' '))?.[1] ?? '').split(/[,\s]+/),
  );

export const elementDocs = async (): Promise<ElementDocs[]> =>
  Promise.all(
    (await pathsOf('src/elements/*/bank-feed-*.ts'))
      .filter((path) => !path.endsWith('.styles.ts'))
      .map(async (path) => {
        const source = await readText(path);
        const name = /@tag bank-feed-(\w+)/.exec(source)?.[1] ?? '';
        const of = (tag: DocTag): string[] => namesOf(source, tag);
        const names = {
          attr: of('attr'),
          prop: of('prop'),
          slot: of('slot'),
          fires: of('fires'),
          csspart: of('csspart'),
        };
        return { name, path, source, names };
      }),
  );
