/**
 * `npm run check:api`: what the package offers, compared with what is written down in test/baseline/: tags with their
 * attributes, properties, events, slots, parts and tokens, and the types of every entry. A difference is a change of
 * the public contract: if it is meant, `npm run check:api -- --update` writes it down, and the commit shows it.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import ts from 'typescript';
import * as z from 'zod';
import { buildAll } from './build.ts';
import { elementEntries, type Typed } from './manifest.ts';
import { atRoot } from './root.ts';
import { judge } from './verdict.ts';

const lineOf = (what: string, { name, type, default: standard }: Typed): string =>
  [`  ${what} ${name || '(default)'}`, type && `: ${type.text}`, standard && ` = ${standard}`].filter(Boolean).join('');

const elementsText = async (): Promise<string> => {
  const blocks = (await elementEntries()).map((element) =>
    [
      `<${element.tagName}> ${element.name}`,
      ...[
        ...element.attributes.map((each) => lineOf('attribute', each)),
        ...element.members.map((each) => lineOf(each.kind === 'field' ? 'property' : 'method', each)),
        ...element.events.map((each) => lineOf('event', each)),
        ...element.slots.map((each) => lineOf('slot', each)),
        ...element.cssParts.map((each) => lineOf('part', each)),
        ...element.cssProperties.map((each) => lineOf('token', each)),
        ...element.cssStates.map((each) => lineOf('state', each)),
      ].toSorted((one, other) => one.localeCompare(other, 'en')),
    ].join('\n'),
  );
  return `${blocks.join('\n\n')}\n`;
};

const manifest = z.object({ exports: z.record(z.string(), z.union([z.string(), z.object({ types: z.string() })])) });
const printer = ts.createPrinter({ removeComments: true });
const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;

const isOurs = (node: ts.Node): boolean => node.getSourceFile().fileName.startsWith(atRoot('dist/'));

/** Nobody outside may use it. */
const isHidden = (node: ts.Node): boolean =>
  ts.isClassElement(node) &&
  ((ts.getCombinedModifierFlags(node) & hidden) !== 0 ||
    (node.name !== undefined && ts.isPrivateIdentifier(node.name)));

/** Which texts there are is public, how they are worded is not. */
const isWording = (node: ts.Node): boolean =>
  ts.isLiteralTypeNode(node) && node.getSourceFile().fileName.endsWith('/locales/en.d.ts');

/** A whole statement's text, without comments, what is hidden, and the words that only say how it is exported. */
const textOf = (declaration: ts.Node): string => {
  const result = ts.transform(declaration, [
    (context) => {
      const visit = (node: ts.Node): ts.Node | undefined => {
        if (isWording(node)) return ts.factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword);
        return isHidden(node) ? undefined : ts.visitEachChild(node, visit, context);
      };
      return (root) => ts.visitEachChild(root, visit, context);
    },
  ]);
  const [transformed = declaration] = result.transformed;
  return printer
    .printNode(ts.EmitHint.Unspecified, transformed, declaration.getSourceFile())
    .replace(/^(export )?(declare )?(default )?/, '');
};

/** The statement of its file that a declaration stands in; a whole module has none. */
const statementOf = (declaration: ts.Node): ts.Node | undefined => {
  if (ts.isSourceFile(declaration)) return undefined;
  let node = declaration;
  while (!ts.isSourceFile(node.parent)) node = node.parent;
  return node;
};

const typesText = async (): Promise<string> => {
  const { exports } = manifest.parse(JSON.parse(await readFile(atRoot('package.json'), 'utf8')));
  const entries = Object.entries(exports).flatMap(([entry, to]) =>
    typeof to === 'string' ? [] : [[entry, atRoot(to.types)] as const],
  );
  const program = ts.createProgram(
    entries.map(([, file]) => file),
    {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ['lib.es2024.d.ts', 'lib.dom.d.ts'],
      types: ['node'],
      skipLibCheck: true,
      strict: true,
      noEmit: true,
    },
  );
  const checker = program.getTypeChecker();
  const followed = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

  const seen = new Set<ts.Node>();
  const take = (symbol: ts.Symbol | undefined): void => {
    for (const declaration of symbol ? (followed(symbol).declarations ?? []) : []) {
      const statement = statementOf(declaration);
      if (!statement || !isOurs(declaration) || seen.has(statement) || ts.isImportDeclaration(statement)) continue;
      seen.add(statement);
      walk(statement);
    }
  };
  const walk = (node: ts.Node): void => {
    if (isHidden(node)) return;
    if (ts.isIdentifier(node)) take(checker.getSymbolAtLocation(node));
    // What an element's own base class is made with is nobody's business.
    if (ts.isExpressionWithTypeArguments(node) && ts.isClassDeclaration(node.parent.parent)) walk(node.expression);
    else ts.forEachChild(node, walk);
  };

  const lists = entries.map(([entry, file]) => {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`${file} of ${entry} is not there.`);
    // What an entry adds to others' declarations: tags in JSX, events of the page.
    for (const statement of source.statements)
      if (ts.isModuleDeclaration(statement)) {
        seen.add(statement);
        walk(statement);
      }
    const symbol = checker.getSymbolAtLocation(source);
    const names = symbol ? checker.getExportsOfModule(symbol) : [];
    names.forEach(take);
    return [`${entry}:`, ...names.map(({ name }) => `  ${name}`).toSorted()].join('\n');
  });
  for (const file of new Set([...seen].map((node) => node.getSourceFile())))
    for (const statement of file.statements) if (ts.isModuleDeclaration(statement)) seen.add(statement);
  const texts = [...seen].map(textOf).toSorted();
  return `${[...lists, ...new Set(texts)].join('\n\n')}\n`;
};

const linesOf = (block: string): string[] => block.split('\n').slice(1);
const headOf = (block: string): string => block.split('\n', 1)[0] ?? '';

/** What differs, block by block, as a person would look for it. */
export const difference = (before: string, now: string): string => {
  const [had, has] = [before, now].map((text) => text.trimEnd().split('\n\n'));
  const gone = had?.filter((block) => !has?.includes(block)) ?? [];
  const come = has?.filter((block) => !had?.includes(block)) ?? [];
  const changed = [...new Set([...gone, ...come].map(headOf))].flatMap((head) => {
    const [old, young] = [gone, come].map((blocks) => blocks.filter((block) => headOf(block) === head));
    if (young?.length === 0) return [`  - ${head}`];
    if (old?.length === 0) return [`  + ${head}`];
    const [left, right] = [old, young].map((blocks) => blocks?.flatMap(linesOf) ?? []);
    return [
      `    ${head}`,
      ...(left ?? []).filter((line) => !right?.includes(line)).map((line) => `  - ${line}`),
      ...(right ?? []).filter((line) => !left?.includes(line)).map((line) => `  + ${line}`),
    ];
  });
  return [...changed.slice(0, 80), ...(changed.length > 80 ? [`  … and ${changed.length - 80} lines more`] : [])].join(
    '\n',
  );
};

/** It is well where nothing has changed, or was written down just now. */
export const checkApi = async (update: boolean): Promise<void> => {
  let same = true;
  const texts = { 'elements.txt': await elementsText(), 'types.txt': await typesText() };
  await mkdir(atRoot('test/baseline'), { recursive: true });
  for (const [name, now] of Object.entries(texts)) {
    const path = atRoot(`test/baseline/${name}`);
    const before = await readFile(path, 'utf8').catch(() => '');
    const equal = before === now;
    if (update) await writeFile(path, now);
    const good = judge(equal || update, `${name}: ${now.split('\n').length - 1} lines${equal ? '' : ', changed'}`);
    same &&= good;
    if (!equal && before !== '') console.log(difference(before, now));
  }
  if (!same) console.log('The public contract has changed. If that is meant: npm run check:api -- --update');
};

if (import.meta.main) {
  await buildAll();
  await checkApi(process.argv.includes('--update'));
}
