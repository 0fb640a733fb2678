// The parts of the page that are loaded when they are first used: formulas, colors of code, and that a first visit loads none of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { LAPTOP, PHONE } from './deployment.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { model } from './model.mjs';
import { Room } from './room.mjs';

const shared = fixture({}, model);

/// Somebody in a room, and the parts that their page has loaded.
async function guest(nickname, room, options) {
  const someone = await shared.guest(nickname, room, options);
  const parts = () => someone.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/parts/')));
  return { ...someone, parts };
}

const MATHS = [
  'Euler wrote \\(e^{i\\pi} + 1 = 0\\), and $a_1^2$ costs $5, not $6.',
  '',
  '\\[',
  '\\begin{aligned}',
  'x &= \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a} \\\\',
  '+ y &= \\mathcal{O}(n \\log n)',
  '\\end{aligned}',
  '\\]',
  '',
  '$$\\sum_{k=1}^{n} k = \\frac{n(n+1)}{2}$$',
  '',
  'No TeX: $\\nothing{$ and $\\href{javascript:alert(1)}{x}$, \\(\\class{me}{\\text{<img src=x onerror=alert(1)>}}\\)',
  '',
  'Bold \\(\\pmb{x}\\), $\\sideset{_1^2}{_3^4}\\prod$ and \\(\\color{red}y\\).',
].join('\n');

test('formulas of an answer are MathML, and what is no TeX stays as it was written', async () => {
  for (const [name, viewport] of [['laptop', LAPTOP], ['phone', PHONE]]) {
    const ann = await guest('Ann', `maths-${name}`, { viewport });
    const { page, room } = ann;
    assert.deepEqual(await ann.parts(), [], 'nothing is loaded before it is used');
    await room.say('$a_1$ of a person is text, and \\(b\\) too');
    await shared.bot.answer(MATHS);
    await room.say('@chatbot maths, please');
    await room.answerIs('done');
    const formulas = room.answer.locator('math');
    await expect(async () => (await formulas.count()) === 7, 'the formulas');
    assert.equal(await room.saying('of a person').locator('.math').count(), 0);
    assert.equal(await room.answer.locator('.math.display math[display="block"]').count(), 2);
    assert.ok(await formulas.first().evaluate((math) => math.namespaceURI === 'http://www.w3.org/1998/Math/MathML' && math.getBoundingClientRect().width > 20));
    const shown = await room.answer.locator('[data-part="body"] p', { hasText: 'No TeX' }).innerText();
    assert.ok(shown.includes('$\\nothing{$') && shown.includes('$\\href{javascript:alert(1)}{x}$') && shown.includes('onerror'), shown);
    assert.ok((await room.body(room.answer)).includes('costs $5, not $6.'), 'prices are text');
    assert.equal(await room.answer.locator('math [href], math a, math img, .body img').count(), 0);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(ann), [], colorScheme);
      await shot(page, `maths-${name}-${colorScheme}`);
    }
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'nothing is too wide');
    assert.deepEqual([ann.complaints, ann.strangers], [[], []]);
    await ann.context.close();
  }
});

test('copying a formula copies its source', async () => {
  const ann = await guest('Ann', 'copies', { permissions: ['clipboard-read', 'clipboard-write'] });
  await shared.bot.answer('So \\(x^2 + y\\) it is.');
  await ann.room.say('@chatbot copy');
  await ann.room.answerIs('done');
  await ann.room.answer.locator('math').waitFor();
  await ann.room.answer.locator('[data-part="body"] p').evaluate((p) => getSelection().selectAllChildren(p));
  await ann.page.keyboard.press('Control+c');
  await expect(async () => (await ann.page.evaluate(() => navigator.clipboard.readText())).trim() === 'So \\(x^2 + y\\) it is.', 'the source');
  await ann.context.close();
});

test('a formula that is still written stays text, and becomes MathML with the answer', async () => {
  const ann = await guest('Ann', 'streams');
  await shared.bot.answer(['It ', 'is ', '$x', '_1$', '.', ...Array(60).fill(' word')]);
  await shared.bot.pace(40);
  await ann.room.say('@chatbot stream');
  const body = ann.room.answer.locator('[data-part="body"]');
  await expect(async () => (await ann.room.answer.getAttribute('data-state')) === 'streaming' && (await body.locator('.math').count()) === 1, 'it streams');
  assert.equal(await body.locator('math').count(), 0);
  await ann.room.answerIs('done');
  await body.locator('math').waitFor();
  await shared.bot.pace(5);
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
});

const CODE = '```rust\n// Says hello\nfn main() {\n    let times = 3;\n    println!("hello {times}");\n}\n```';

test('code of people and bots has colors that can be read, and no node of it changes', async () => {
  const ann = await guest('Ann', 'code');
  const { page, room } = ann;
  assert.deepEqual(await ann.parts(), []);
  await room.composer.fill(CODE);
  await room.send.click();
  await room.saying('println').waitFor();
  const sizes = () => page.evaluate(() => Object.fromEntries([...CSS.highlights].map(([name, ranges]) => [name, ranges.size])));
  await expect(async () => (await sizes())['code-keyword'] >= 2, 'keywords');
  const found = await sizes();
  assert.deepEqual([found['code-comment'], found['code-number']], [1, 1], JSON.stringify(found));
  await shared.bot.answer('Python:\n\n```python\ndef f():\n    return "a"  # b\n```\n\nand\n\n```\nno language\n```');
  await room.say('@chatbot code');
  await room.answerIs('done');
  await expect(async () => (await sizes())['code-comment'] === 2, 'the comment of the answer');
  assert.deepEqual(await page.locator('.code code').evaluateAll((codes) => codes.map((code) => code.querySelectorAll('*').length)), [0, 0, 0]);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const [name, ratio] of await contrasts(page)) assert.ok(ratio >= 4.5, `${name} has ${ratio} in the ${colorScheme} theme`);
    await shot(page, `code-${colorScheme}`);
  }
  const seq = await room.saying('println').getAttribute('data-seq');
  await page.locator(`[data-seq="${seq}"] .more`).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'Edit message' }).fill('```rust\nlet a = 1;\n```');
  await page.keyboard.press('Enter');
  await room.saying('let a = 1;').waitFor();
  await expect(async () => (await sizes())['code-comment'] === 1, 'the colors of the old code are gone');
  assert.deepEqual([ann.complaints, ann.strangers], [[], []]);
  await ann.context.close();
});

test('without the API of highlights code stays as it is', async () => {
  const context = await shared.chromium.newContext({ viewport: LAPTOP, locale: 'en-US' });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(`${error}`));
  await page.addInitScript(() => delete CSS.highlights);
  const room = new Room(page, shared.madang.address);
  await room.join('Old', 'old');
  await room.composer.fill(CODE);
  await room.send.click();
  await room.saying('println').waitFor();
  await page.waitForTimeout(500);
  assert.deepEqual(errors, []);
  await context.close();
});

/// The contrast of each color of code to the ground of a code block.
function contrasts(page) {
  return page.evaluate(() => {
    const ground = document.querySelector('.code');
    const probe = document.createElement('span');
    ground.append(probe);
    const light = (color) => {
      const [r, g, b] = color.match(/[\d.]+/g).map((part) => {
        const share = Number(part) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const under = light(getComputedStyle(ground).backgroundColor);
    const names = ['comment', 'keyword', 'string', 'number', 'type', 'name', 'meta', 'deleted'];
    const found = names.map((name) => {
      probe.style.color = `var(--code-${name})`;
      const over = light(getComputedStyle(probe).color);
      return [name, (Math.max(over, under) + 0.05) / (Math.min(over, under) + 0.05)];
    });
    probe.remove();
    return found;
  });
}

async function shot(page, name) {
  if (process.env.MADANG_SHOTS) await page.screenshot({ path: `${process.env.MADANG_SHOTS}/${name}.png` });
}
