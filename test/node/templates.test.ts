import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSync } from 'vite';
import { compactCss, compactHtml, compactTemplates, plainProperties } from '../../scripts/compact.ts';

test('text that flows keeps one space where a line broke, blocks none around them', () => {
  assert.equal(
    compactHtml('\n    <p\n      part="a  b"\n      >One\n two</p\n    >\n'),
    '<p part="a  b" >One two</p >',
  );
  assert.equal(compactHtml('<li>\n  <b>a</b>\n  <i>b</i>\n</li>\n'), '<li><b>a</b> <i>b</i></li>');
  assert.equal(
    compactHtml('</b>\n <span>\n <pre> a </pre> <link> <picture>'),
    '</b> <span> <pre> a </pre> <link> <picture>',
  );
  assert.equal(compactHtml('a  b'), 'a  b');
});

test('style sheets keep every space that means something', () => {
  assert.equal(
    compactCss(`
      /* Note */
      .a :is(.b, .c) > d,
      ::before {
        width: calc(100% + 6px);
        content: '';
      }
      @media (min-width: 480px) and (hover: hover) { .e:hover .f { margin: 0 -1px; } }
    `),
    " .a :is(.b,.c)>d,::before{width:calc(100% + 6px);content:''}" +
      '@media (min-width:480px) and (hover:hover){.e:hover .f{margin:0 -1px}}',
  );
});

test('templates inside templates are compacted, other text is not, and every line stays where it was', () => {
  const code = [
    'const plain = `one',
    '  two`;',
    'const all = html`',
    '  <ul>',
    '    ${items.map((item) => html`',
    '      <li>${item}</li>`)}',
    '  </ul>`;',
    'mark();',
  ].join('\n');
  const compacted = compactTemplates(code, parseSync('code.js', code).program);
  assert.equal(
    compacted.replace(/\n/g, ''),
    'const plain = `one  two`;const all = html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;mark();',
  );
  assert.equal(compacted.split('\n').length, code.split('\n').length);
  assert.equal(compacted.split('\n').indexOf('mark();'), 7);
  assert.ok(compacted.includes('`one\n  two`'));
});

test('what decorators were lowered to becomes a call of its own', () => {
  const lowered = [
    '_decorate([property()], Some.prototype, "one", void 0);',
    '_decorate([property({',
    '  attribute: false',
    '})], Some.prototype, "two", void 0);',
    '_decorate([state()], Some.prototype, "three", void 0);',
  ];
  assert.deepEqual(plainProperties(lowered.join('\n')).split('\n'), [
    'Some.createProperty("one", {});',
    'Some.createProperty("two", {',
    '  attribute: false',
    '});',
    'Some.createProperty("three", { state: true });',
  ]);
  assert.throws(() => plainProperties('_decorate([query("p")], Some.prototype, "four", void 0);'), /another way/);
});
