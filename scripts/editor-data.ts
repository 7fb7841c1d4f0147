/** The manifest's entries in the words of VS Code's custom data and of JetBrains' web-types. */
import type { ElementEntry, Named, Typed } from './manifest.ts';

/** The words that an attribute takes, where it takes no others. */
const wordsOf = (type: string): string[] =>
  /^(?:'[^']*'|undefined)(?: \| (?:'[^']*'|undefined))*$/.test(type)
    ? [...type.matchAll(/'([^']*)'/g)].map(([, word = '']) => word)
    : [];
const isFlag = ({ type }: Typed): boolean => type?.text === 'boolean';

const unique = <Item extends Named>(items: readonly Item[]): Item[] => [
  ...new Map(items.map((item) => [item.name, item])).values(),
];
const described = ({ name, description }: Named): Named => ({ name, description });

/** https://github.com/microsoft/vscode-html-languageservice: `html.customData`. */
export const htmlData = (entries: readonly ElementEntry[]): object => ({
  version: 1.1,
  tags: entries.map(({ tagName, description, attributes, slots }) => ({
    name: tagName,
    description: [description, ...slots.map(({ name, description: said }) => `\`${name || 'default'}\`: ${said}`)].join(
      '\n\n',
    ),
    attributes: attributes.map((attribute) => ({
      ...described(attribute),
      ...(isFlag(attribute) && { valueSet: 'v' }),
      ...(wordsOf(attribute.type?.text ?? '').length > 0 && {
        values: wordsOf(attribute.type?.text ?? '').map((name) => ({ name })),
      }),
    })),
  })),
});

/** https://github.com/microsoft/vscode-css-languageservice: `css.customData`. */
export const cssData = (entries: readonly ElementEntry[]): object => ({
  version: 1.1,
  properties: unique(entries.flatMap(({ cssProperties }) => cssProperties)).map(described),
  pseudoElements: unique(entries.flatMap(({ cssParts }) => cssParts)).map(({ name, description }) => ({
    name: `::part(${name})`,
    description,
  })),
  pseudoClasses: unique(entries.flatMap(({ cssStates }) => cssStates)).map(({ name, description }) => ({
    name: `:state(${name})`,
    description,
  })),
});

const valueOf = (item: Typed): object => ({
  ...described(item),
  ...(item.type && { value: { type: isFlag(item) ? 'boolean' : item.type.text } }),
  ...(item.default !== undefined && { default: item.default }),
});

/** https://github.com/JetBrains/web-types. */
export const webTypes = (entries: readonly ElementEntry[], version: string): object => ({
  $schema: 'https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json',
  name: 'bank-feed-elements',
  version,
  'js-types-syntax': 'typescript',
  'description-markup': 'markdown',
  contributions: {
    html: {
      elements: entries.map((element) => ({
        name: element.tagName,
        description: element.description,
        attributes: element.attributes.map(valueOf),
        slots: element.slots.map(({ name, description }) => ({ name: name || 'default', description })),
        js: {
          properties: element.members
            .filter(({ kind }) => kind === 'field')
            .map(({ type, ...member }) => ({ ...described(member), ...(type && { type: type.text }) })),
          events: element.events.map(({ type, ...event }) => ({
            ...described(event),
            ...(type && { type: type.text }),
          })),
        },
        css: { parts: element.cssParts.map(described), properties: element.cssProperties.map(described) },
      })),
    },
  },
});
