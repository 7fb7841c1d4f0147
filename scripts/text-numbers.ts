/** In built files a text that is asked for by its key is asked for by its number: shorter three hundred times. */
import { Visitor, type ESTree, type Plugin } from 'vite';
import { en } from '../src/locales/en.ts';
import { atRoot } from './root.ts';

const numbers = new Map(Object.keys(en).map((key, number) => [key, number]));

const isAsking = (callee: ESTree.Expression): boolean => {
  const name = callee.type === 'MemberExpression' && !callee.computed ? callee.property : callee;
  return name.type === 'Identifier' && (name.name === 't' || name.name === 'rich');
};

/** Keys written out where `t` and `rich` are called, also behind a condition; others stay what they are. */
export const numberTexts = (code: string, program: ESTree.Program): string => {
  const literals: ESTree.StringLiteral[] = [];
  const collect = (key: ESTree.Argument | undefined): void => {
    if (key?.type === 'ParenthesizedExpression') collect(key.expression);
    if (key?.type === 'ConditionalExpression') [key.consequent, key.alternate].forEach(collect);
    if (key?.type === 'Literal' && typeof key.value === 'string' && numbers.has(key.value)) literals.push(key);
  };
  new Visitor({
    CallExpression({ callee, arguments: [key] }) {
      if (isAsking(callee)) collect(key);
    },
  }).visit(program);
  let numbered = '';
  let at = 0;
  for (const { start, end, value } of literals.toSorted((one, other) => one.start - other.start)) {
    numbered += `${code.slice(at, start)}${numbers.get(value)}`;
    at = end;
  }
  return numbered + code.slice(at);
};

export const textNumbers: Plugin = {
  name: 'text-numbers',
  load: (id) =>
    /src[\\/]elements[\\/]internal[\\/]key-of\.ts$/.test(id)
      ? `import { en } from ${JSON.stringify(atRoot('src/locales/en.ts'))};
const keys = Object.keys(en);
export const keyOf = (key) => typeof key === 'number' ? keys[key] : key;`
      : null,
  transform(code, id) {
    if (!/src[\\/]elements[\\/].*\.ts$/.test(id)) return null;
    return { code: numberTexts(code, this.parse(code)), map: null };
  },
};
