// A room owner's bot with a schema of its own: the form's complaints, and answers that are cards of titles and values.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';

const shared = fixture();

const SCHEMA = JSON.stringify({
  type: 'object',
  properties: {
    dish: { type: 'string', title: '<b>Dish</b>' },
    kind: { type: 'string', enum: ['soup', 'rice'] },
    for_guests: { type: 'boolean' },
    steps: { type: 'array', items: { type: 'object', properties: { what: { type: 'string' } } } },
  },
});

test('an owner gives a bot a schema, and its answers are cards of titles and values', async () => {
  const ann = await shared.guest('Ann', 'schema');
  const bob = await shared.guest('Bob', 'schema');
  const drawer = ann.page.getByRole('complementary', { name: 'Bots' });
  const label = (name) => drawer.getByLabel(name, { exact: true });
  await ann.page.getByRole('button', { name: 'Bots', exact: true }).click();
  await drawer.getByRole('button', { name: 'Add a bot', exact: true }).click();
  await label('Handle').fill('cook');
  await label('Instructions').fill('You know how to cook.');
  const form = label('Form of its answers (JSON schema)');
  const complaint = async () => {
    const ids = await form.getAttribute('aria-describedby');
    return drawer.locator(`#${ids.split(' ')[0]}`).innerText();
  };
  const save = drawer.getByRole('button', { name: 'Save', exact: true });
  await form.fill('{"type": }');
  await save.click();
  await expect(async () => /not JSON\. \(1:10\)$/.test(await complaint()), 'where it is no JSON');
  await form.fill('{"type":"object","properties":{"dish":{"type":"string","pattern":"a"}}}');
  await save.click();
  await expect(async () => (await complaint()).endsWith(' (/properties/dish/pattern)'), 'what no model takes');
  await form.fill(SCHEMA);
  await expect(async () => (await complaint()) === '', 'a schema');
  await label('Weather').check();
  await drawer.getByRole('button', { name: 'Save', exact: true }).click();
  await drawer.getByText('A bot with a form uses no tools.').waitFor();
  await label('Weather').uncheck();
  await drawer.getByRole('button', { name: 'Save', exact: true }).click();
  await drawer.getByRole('button', { name: 'Edit @cook', exact: true }).click();
  assert.equal(await form.inputValue(), SCHEMA, 'as it was written');
  await ann.page.keyboard.press('Escape');

  await bob.room.say('@cook what is for lunch?');
  for (const someone of [ann, bob]) {
    const { room } = someone;
    await room.answerIs('done');
    const lines = (await room.answer.locator('.fields p').allInnerTexts()).map((line) => line.trim());
    assert.match(lines[0], /^<b>Dish<\/b>: ./, 'nothing is HTML');
    assert.deepEqual([lines[1], lines[2]], ['kind: soup', 'for guests: ✓']);
    assert.ok(lines.includes('1:') && lines.some((line) => /^what: ./.test(line)), lines.join('\n'));
    assert.equal(await room.answer.locator('.fields b b').count(), 0);
    assert.deepEqual(await violations(someone), []);
  }
  await bob.page.reload();
  await bob.room.isConnected();
  await expect(async () => (await bob.room.answer.locator('.fields p').count()) > 3, 'it is kept');
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await ann.context.close();
  await bob.context.close();
});
