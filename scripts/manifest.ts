/**
 * What editors and type checkers read of the elements: `custom-elements.json`, made of the comments on the classes and
 * of what the guides say of parts, tokens and states; and from it the data of VS Code and JetBrains.
 * `npm run manifest` writes all of it into build/manifest/.
 */
import { glob, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create, ts } from '@custom-elements-manifest/analyzer/index.js';
import { litPlugin } from '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js';
import * as z from 'zod';
import { platformKeys, platforms } from '../src/contract/platforms.ts';
import { cssData, htmlData, webTypes } from './editor-data.ts';
import { codesIn, readText, tableBelow } from './guide-tables.ts';
import { atRoot, root } from './root.ts';

const named = z.object({ name: z.string().default(''), description: z.string().default('') });
const typed = named.extend({ type: z.object({ text: z.string() }).optional(), default: z.string().optional() });
const analyzed = z.object({
  modules: z.array(
    z.object({
      path: z.string(),
      declarations: z.array(
        z.looseObject({
          name: z.string(),
          tagName: z.string().optional(),
          description: z.string().default(''),
          attributes: z.array(typed.extend({ fieldName: z.string() })).default([]),
          members: z
            .array(
              typed.extend({
                kind: z.enum(['field', 'method']),
                privacy: z.string().optional(),
                static: z.boolean().optional(),
                readonly: z.boolean().optional(),
                attribute: z.string().optional(),
                return: z.object({ type: z.object({ text: z.string() }) }).optional(),
              }),
            )
            .default([]),
          events: z.array(typed).default([]),
          slots: z.array(named).default([]),
          cssParts: z.array(named).default([]),
        }),
      ),
    }),
  ),
});
type Declaration = z.infer<typeof analyzed>['modules'][number]['declarations'][number];

export interface Named {
  readonly name: string;
  readonly description: string;
}
export interface Typed extends Named {
  readonly type?: { readonly text: string };
  readonly default?: string;
}
export interface ElementEntry extends Named {
  readonly kind: 'class';
  readonly customElement: true;
  readonly tagName: string;
  readonly superclass: { readonly name: 'LitElement'; readonly package: 'lit' };
  readonly attributes: readonly (Typed & { readonly fieldName: string })[];
  readonly members: readonly (Typed & { readonly kind: 'field' | 'method'; readonly attribute?: string })[];
  readonly events: readonly Typed[];
  readonly slots: readonly Named[];
  readonly cssParts: readonly Named[];
  readonly cssProperties: readonly (Named & { readonly default: string })[];
  readonly cssStates: readonly Named[];
}

/** One place in the guides says what each is, in a column of its table. */
const fromGuide = (page: string, heading: string, column = 1): Map<string, Named & { readonly default: string }> =>
  new Map(
    tableBelow(page, heading).flatMap((cells) =>
      codesIn(cells[0] ?? '').map((name) => {
        const standard = (cells[column + 1] ?? '').replaceAll(/^`|`$/g, '');
        return [name, { name, description: cells[column] ?? '', default: standard }] as const;
      }),
    ),
  );

const theming = await readText('docs/theming.md');
const guide = await readText('docs/elements.md');
const parts = fromGuide(theming, 'Parts');
const tokens = [...fromGuide(theming, 'Tokens').values()];
const states = [...fromGuide(guide, 'States').values()].map(({ name, description }) => ({ name, description }));
const slotsOf = fromGuide(guide, 'Slots', 2);

/** The analyzer takes the first word of a comment's line for the name; here a line may have several. */
const listOf = ({ name, description }: Named): string[] =>
  name.endsWith(',') ? `${name} ${description.replace(/ - .*$/s, '')}`.split(/,\s*/) : [name];

const slots = (declared: readonly Named[]): Named[] =>
  declared.flatMap((slot) =>
    listOf(slot).flatMap((name) => {
      const { description } = slotsOf.get(name) ?? slot;
      if (!name.includes('{platform}')) return [{ name: name === '-' ? '' : name, description }];
      return platformKeys.map((key) => ({
        name: name.replace('{platform}', key),
        description: description.replace(/^`[^`]+` and so on/, platforms[key].name),
      }));
    }),
  );

/** An attribute and its property share what only one of them says. */
const saidOf = ({ attributes, members }: Declaration, key: string): string =>
  [attributes.find(({ fieldName }) => fieldName === key), members.find(({ name }) => name === key)].find(
    (each) => each?.description,
  )?.description ?? '';

const entry = (declaration: Declaration, all: readonly Declaration[]): ElementEntry => {
  const { name, tagName = '', description, ...declared } = declaration;
  /** A comment may point to another element's, where editors cannot follow. */
  const said = (key: string): string => {
    const own = saidOf(declaration, key);
    const tag = /^As of `<([\w-]+)>`\.$/.exec(own)?.[1];
    const other = all.find((each) => tag !== undefined && each.tagName === tag);
    return other ? saidOf(other, key) : own;
  };
  const shown = declared.members.filter(
    (member) => member.privacy === undefined && member.static !== true && /^[a-z]/i.test(member.name),
  );
  return {
    kind: 'class',
    customElement: true,
    name,
    tagName,
    description,
    superclass: { name: 'LitElement', package: 'lit' },
    attributes: declared.attributes.map(({ fieldName, ...attribute }) => ({
      name: attribute.name,
      description: said(fieldName),
      ...(attribute.type && { type: attribute.type }),
      ...(attribute.default !== undefined && { default: attribute.default }),
      fieldName,
    })),
    members: shown.map(({ kind, name: own, type, attribute, readonly, return: gives }) => ({
      kind,
      name: own,
      description: said(own),
      ...(type && { type }),
      ...(gives && { return: gives }),
      ...(readonly && { readonly }),
      ...(attribute !== undefined && { attribute }),
    })),
    events: declared.events
      .filter((event) => event.name.startsWith('bank-feed-'))
      .map(({ name: type, description: said, type: of }) => ({
        name: type,
        description: said,
        ...(of && { type: of }),
      })),
    slots: slots(declared.slots),
    cssParts: declared.cssParts
      .flatMap(listOf)
      .map((part) => ({ name: part, description: parts.get(part)?.description ?? '' })),
    cssProperties: tokens,
    cssStates: tagName === 'bank-feed-provider' ? [] : states,
  };
};

export const elementEntries = async (): Promise<ElementEntry[]> => {
  const files: string[] = [];
  for await (const file of glob(['src/elements/*/bank-feed-*.ts', 'src/elements/internal/base-element.ts'], {
    cwd: root,
  }))
    if (!file.endsWith('.styles.ts')) files.push(file);
  const sources = await Promise.all(
    files.toSorted().map(async (file) => {
      // A type in the comment would hide the property's own, which knows that it may be left out.
      const text = (await readText(file)).replaceAll(/@prop \{.*?\} /g, '@prop ');
      return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    }),
  );
  const { modules } = analyzed.parse(create({ modules: sources, plugins: litPlugin(), context: {} }));
  const elements = modules.flatMap(({ declarations }) => declarations.filter(({ tagName }) => tagName !== undefined));
  return elements.map((element) => entry(element, elements));
};

const manifestOf = (entries: readonly ElementEntry[]): object => ({
  schemaVersion: '2.1.0',
  readme: 'README.md',
  modules: entries.map((declaration) => {
    const path = `dist/browser/${declaration.tagName.replace('bank-feed-', '')}.js`;
    const reference = { name: declaration.name, module: path };
    return {
      kind: 'javascript-module',
      path,
      declarations: [declaration],
      exports: [
        { kind: 'js', name: declaration.name, declaration: reference },
        { kind: 'custom-element-definition', name: declaration.tagName, declaration: reference },
      ],
    };
  }),
});

/** Writes the files, and answers what the package's own manifest says of them, where each tool looks. */
export const writeManifest = async (
  folder: string,
  version: string,
): Promise<{ files: string[]; fields: Record<string, unknown> }> => {
  const entries = await elementEntries();
  const files = {
    'custom-elements.json': manifestOf(entries),
    'web-types.json': webTypes(entries, version),
    'vscode.html-custom-data.json': htmlData(entries),
    'vscode.css-custom-data.json': cssData(entries),
  };
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
  return {
    files: Object.keys(files),
    fields: { customElements: './custom-elements.json', 'web-types': './web-types.json' },
  };
};

if (import.meta.main) {
  const folder = atRoot('build/manifest');
  await writeManifest(folder, '0.0.0');
  console.log(folder);
}
