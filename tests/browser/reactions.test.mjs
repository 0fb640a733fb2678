// Emoji on messages: who put them there, live for everybody, by mouse and by keyboard.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { PHONE, person } from './deployment.mjs';

const shared = fixture();
const { guest } = shared;

/// The button of an emoji below the message with this text.
function reaction(someone, words, emoji) {
  return someone.room.saying(words).getByRole('button', { name: emoji });
}

test('a reaction is there for everybody, tells who, and goes with its last person', async () => {
  const ann = await guest('Ann', 'reactions');
  const bob = await guest('Bob', 'reactions', { viewport: PHONE });
  await ann.room.say('lunch at noon?');
  await bob.room.saying('lunch at noon?').getByRole('button', { name: 'More' }).click();
  await bob.page.getByRole('menuitem', { name: 'React', exact: true }).click();
  const menu = bob.page.getByRole('menu', { name: 'React' });
  await menu.getByRole('menuitem', { name: '👍' }).click();
  const seen = reaction(ann, 'lunch at noon?', '👍');
  await expect(async () => (await seen.getAttribute('aria-label')) === '👍 1, Bob', 'Ann sees it');
  assert.equal(await seen.getAttribute('aria-pressed'), 'false');
  await seen.click();
  const counted = reaction(bob, 'lunch at noon?', '👍');
  await expect(async () => (await counted.getAttribute('aria-label')) === '👍 2, Bob, Ann', 'Bob sees it');
  assert.deepEqual(await violations(ann), []);
  assert.deepEqual(await violations(bob), []);
  // They are part of the message for who comes later.
  const carol = await guest('Carol', 'reactions');
  await reaction(carol, 'lunch at noon?', '👍 2').waitFor();
  for (const someone of [ann, bob]) await reaction(someone, 'lunch at noon?', '👍').click();
  await expect(async () => (await reaction(carol, 'lunch at noon?', '👍').count()) === 0, 'it is gone');
  assert.deepEqual([...ann.complaints, ...bob.complaints, ...carol.complaints], []);
});

test('the keyboard alone puts a reaction on a message', async () => {
  const ann = await guest('Ann', 'keys');
  await ann.room.say('by keyboard');
  await ann.room.saying('by keyboard').getByRole('button', { name: 'More' }).focus();
  await ann.page.keyboard.press('Enter');
  const react = ann.page.getByRole('menuitem', { name: 'React', exact: true });
  await react.waitFor();
  const isReact = () => react.evaluate((item) => item === document.activeElement);
  for (let step = 0; step < 5 && !(await isReact()); step++) await ann.page.keyboard.press('ArrowDown');
  await ann.page.keyboard.press('Enter');
  await ann.page.getByRole('menuitem', { name: '👍' }).waitFor();
  await ann.page.keyboard.press('ArrowDown');
  await ann.page.keyboard.press('Enter');
  await reaction(ann, 'by keyboard', '❤️').waitFor();
  // The focus is where the menu was opened, and Escape in the menu brings it back there, too.
  const hasFocus = () => ann.page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  await expect(async () => (await hasFocus()) === 'More', 'the focus is back');
  assert.deepEqual(ann.complaints, []);
});
