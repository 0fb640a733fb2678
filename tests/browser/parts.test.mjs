// What the parts of the page that are loaded later do without a page: texts, tokens of code, pieces of long texts, names of emoji.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokens } from '../../frontend/parts/code-tokens.js';
import { find } from '../../frontend/parts/emoji-names.js';
import { count, split } from '../../frontend/parts/split-text.js';
import { en } from '../../frontend/parts/texts-en.js';
import { ko } from '../../frontend/parts/texts-ko.js';

test('every text of the parts exists in both languages', () => {
  const names = (texts, prefix = '') =>
    Object.entries(texts).flatMap(([name, text]) => {
      if (text !== null && typeof text === 'object') return names(text, `${prefix}${name}.`);
      return typeof text === 'function' ? `${prefix}${name}(${text.length})` : `${prefix}${name}`;
    });
  const untold = (texts) => names(texts).filter((name) => !/\.groups\.\d+\.0$/.test(name));
  assert.deepEqual(untold(en), untold(ko));
  assert.deepEqual(en.emoji.groups.map(([number]) => number), ko.emoji.groups.map(([number]) => number));
});

test('code of each language has its keywords, strings, numbers and comments', () => {
  const kinds = (language, code) => [...tokens(code, language)].map(({ from, to, kind }) => `${kind} ${code.slice(from, to).trim()}`);
  const table = {
    rust: ['let x = "a"; // b', ['keyword let', 'string "a"', 'comment // b']],
    js: ['const x = 1; /* a */', ['keyword const', 'number 1', 'comment /* a */']],
    ts: ['interface A { b: string }', ['keyword interface', 'type string']],
    python: ['def f(): return "a" # b', ['keyword def', 'string "a"', 'comment # b']],
    html: ['<p class="a">b</p>', ['name p', 'name class', 'string "a"']],
    css: ['.a { color: red } /* b */', ['name color', 'comment /* b */']],
    json: ['{"a": [1, null]}', ['string "a"', 'number 1', 'number null']],
    bash: ['if true; then echo "$a"; fi # b', ['keyword if', 'comment # b']],
    sql: ["SELECT a FROM b WHERE c = 'd' -- e", ['keyword SELECT', "string 'd'", 'comment -- e']],
    java: ['public int f() { return 1; } // a', ['keyword public', 'type int', 'number 1', 'comment // a']],
    kotlin: ['val a = "b" // c', ['keyword val', 'string "b"', 'comment // c']],
    c: ['return 0; /* a */', ['keyword return', 'number 0', 'comment /* a */']],
    cpp: ['#include <a>\nnew A("b");', ['meta #include <a>', 'keyword new', 'string "b"']],
    go: ['func main() { x := 1 } // a', ['keyword func', 'number 1', 'comment // a']],
    toml: ['a = "b" # c', ['name a', 'string "b"', 'comment # c']],
    yaml: ['a: 1\n# b', ['number 1', 'comment # b']],
    diff: ['-a\n+b', ['deleted -a', 'inserted +b']],
  };
  for (const [language, [code, expected]] of Object.entries(table)) {
    const found = kinds(language, code);
    for (const token of expected) assert.ok(found.includes(token), `${language}: ${token} is missing in ${JSON.stringify(found)}`);
  }
  assert.deepEqual(kinds('brainfuck', '+-'), []);
});

test('tokens do not overlap, whatever the code is', () => {
  const code = '"\'`/*<!--${#@\\\n\t{[(e1.0x한글😀*/-->\n---\n+++ "';
  for (const language of ['rust', 'js', 'python', 'html', 'css', 'json', 'bash', 'sql', 'java', 'kotlin', 'c', 'go', 'toml', 'yaml', 'diff']) {
    let end = 0;
    for (const { from, to } of tokens(code.repeat(20), language)) {
      assert.ok(from >= end && to > from, language);
      end = to;
    }
  }
});

test('a long text is split into pieces that fit, and nothing of it is lost', () => {
  const words = Array.from({ length: 400 }, (_, at) => `단어${at}`).join(' ');
  const paragraphs = Array.from({ length: 30 }, (_, at) => `${at}. ${'문장이에요. '.repeat(8)}`).join('\n\n');
  for (const text of [words, paragraphs, '😀'.repeat(900), 'x'.repeat(1001)]) {
    const pieces = split(text, 300);
    assert.ok(pieces.every((piece) => piece && count(piece) <= 300));
    assert.equal(pieces.join('').replace(/\s/g, ''), text.replace(/\s/g, ''));
  }
  assert.ok(split(paragraphs, 300).every((piece) => /^\d+\. /.test(piece)), 'between paragraphs');
  assert.deepEqual(split('short', 300), ['short']);
});

test('code that is cut is fenced on both sides of the cut', () => {
  const code = Array.from({ length: 60 }, (_, at) => `let x${at} = ${at};`).join('\n');
  const pieces = split(`Look:\n\`\`\`rust\n${code}\n\`\`\`\nDone.`, 300);
  assert.ok(pieces.length > 2 && pieces.every((piece) => count(piece) <= 300));
  for (const piece of pieces.slice(1, -1)) assert.match(piece, /^```rust\n[^`]+\n```$/);
  assert.equal(pieces.join('\n').match(/let x\d+ = /g).length, 60);
});

test('no piece but the first begins with a slash, which may be a command', () => {
  const pieces = split(`${'word '.repeat(50)}\n/nick x ${'word '.repeat(50)}`, 260);
  assert.ok(pieces.slice(1).every((piece) => !piece.startsWith('/')), JSON.stringify(pieces));
});

test('emoji are found by names and words, the nearest first', () => {
  const row = (emoji, names, words) => ({ emoji, names, words });
  const all = [
    row('🥳', ['partying face', '파티하는 얼굴'], ['party', '축하']),
    row('🎉', ['party popper', '폭죽'], ['tada', '축하', '파티']),
    row('😀', ['grinning face', '활짝 웃는 얼굴'], ['smile', '웃음']),
  ];
  const found = (words) => find(all, words).map(({ emoji }) => emoji).join('');
  assert.equal(found('party'), '🥳🎉');
  assert.equal(found('party_popper'), '🎉');
  assert.equal(found('TADA'), '🎉');
  assert.equal(found('축하'), '🥳🎉');
  assert.equal(found('웃'), '😀');
  assert.equal(found(' '), '');
  assert.equal(found('zebra'), '');
});
