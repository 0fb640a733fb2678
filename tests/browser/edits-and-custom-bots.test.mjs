// Edits and deletions of own messages, and custom bots of a room's owner.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { Room } from './room.mjs';
import { person, product } from './deployment.mjs';

const shared = fixture();

async function guest(nickname, room, options) {
  const someone = await shared.guest(nickname, room, options);
  const drawer = someone.page.getByRole('complementary', { name: 'Bots' });
  return { ...someone, drawer };
}

/// Everything that a page holds: its elements, its fields' values, and its storage.
function everything({ page }) {
  return page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea')].map((field) => field.value);
    return [document.documentElement.outerHTML, document.title, ...fields, JSON.stringify(localStorage), JSON.stringify(sessionStorage)].join('\n');
  });
}

/// The message with this text, with its menu opened by the keyboard.
async function menu({ room, page }, words, item) {
  const article = room.saying(words);
  await article.getByRole('button', { name: 'More' }).focus();
  await page.keyboard.press('Enter');
  const entry = article.getByRole('menuitem', { name: item });
  await entry.waitFor();
  for (let step = 0; step < 9 && !(await entry.evaluate((button) => button === document.activeElement)); step += 1) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}

test('one’s own words are changed and deleted with the keyboard, everywhere and for the bots', async () => {
  const ann = await guest('Ann', 'change');
  const bob = await guest('Bob', 'change');
  await ann.room.say('my name is Sky');
  await bob.room.saying('my name is Sky').waitFor();
  await bob.room.saying('my name is Sky').getByRole('button', { name: 'More' }).click();
  assert.deepEqual(await bob.room.saying('my name is Sky').getByRole('menuitem').allInnerTexts(), ['Reply', 'React', 'Ask a bot about this', 'Translate for me', 'Copy text', 'Copy link', 'Report'], 'only one’s own are changed');
  await bob.page.keyboard.press('Escape');
  assert.equal(await bob.page.getByRole('menu').count(), 0);
  // Another person quotes it and is about to quote it again.
  await bob.room.saying('my name is Sky').getByRole('button', { name: 'Reply' }).click();
  await bob.room.say('what a name');
  await ann.room.saying('what a name').waitFor();
  await bob.room.saying('my name is Sky').getByRole('button', { name: 'Reply' }).click();

  await menu(ann, 'my name is Sky', 'Edit');
  const editor = ann.page.getByRole('textbox', { name: 'Edit message' });
  assert.equal(await editor.inputValue(), 'my name is Sky');
  assert.ok(await editor.evaluate((field) => field === document.activeElement), 'one writes at once');
  for (let step = 0; step < 3; step += 1) await ann.page.keyboard.press('Backspace');
  await ann.page.keyboard.type('Sea');
  await ann.page.keyboard.press('Enter');
  const changed = bob.room.saying('my name is Sea');
  await changed.waitFor();
  await changed.getByText('edited').waitFor();
  assert.equal(await ann.page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'More', 'the keyboard is back');
  await expect(async () => !/\bSky\b/.test(await everything(bob)), 'the former words are gone for the other', 5_000);
  await expect(async () => !/\bSky\b/.test(await everything(ann)), 'the former words are gone for oneself', 5_000);
  await ann.room.say('@chatbot what is my name?');
  await expect(async () => (await ann.room.articles.count()) === 4, 'an answer');
  assert.match(await ann.room.answerIs('done'), /Sea/);

  await ann.room.say('no, my name is Rumpel');
  await bob.room.saying('Rumpel').waitFor();
  await bob.room.saying('Rumpel').getByRole('button', { name: 'Reply' }).click();
  await bob.room.say('how nice');
  await ann.room.saying('how nice').waitFor();
  // The chatbot was sent it.
  await bob.room.say('@chatbot 1 + 2');
  await expect(async () => (await bob.room.articles.count()) === 8, 'an answer');
  await bob.room.answerIs('done');
  await bob.room.saying('Rumpel').getByRole('button', { name: 'Reply' }).click();
  const seq = await ann.room.saying('Rumpel').getAttribute('data-seq');
  await menu(ann, 'Rumpel', 'Delete');
  for (const { room } of [ann, bob]) {
    await room.log.locator(`article[data-seq="${seq}"]`).getByText('This message was deleted.').waitFor();
    const buttons = room.log.locator(`article[data-seq="${seq}"]`).getByRole('button');
    await expect(async () => (await buttons.count()) === 0, 'nothing more can be done with it');
  }
  assert.notEqual(await ann.page.evaluate(() => document.activeElement.tagName), 'BODY', 'the keyboard has a place');
  await expect(async () => !/Rumpel/.test(await everything(bob)), 'the words are nowhere for the other', 5_000);
  await expect(async () => !/Rumpel/.test(await everything(ann)), 'the words are nowhere for oneself', 5_000);
  await bob.page.reload();
  await bob.room.isConnected();
  await expect(async () => (await bob.room.articles.count()) === 8, 'the history is back');
  assert.doesNotMatch(await everything(bob), /Rumpel|\bSky\b/);

  await ann.room.say('@chatbot what is my name?');
  await expect(async () => (await ann.room.articles.count()) === 10, 'an answer');
  assert.match(await ann.room.answerIs('done'), /Sea/, 'it knows what is left');
  assert.doesNotMatch(await ann.room.body(ann.room.answer), /Rumpel|Sky/);
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await ann.context.close();
  await bob.context.close();
});

/// A field of the form with its error text.
async function field(drawer, name) {
  return drawer.getByLabel(name, { exact: true }).evaluate((field) => ({
    wrong: field.getAttribute('aria-invalid') === 'true',
    focused: field === document.activeElement,
    words: field.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).innerText).join(' ').trim(),
  }));
}

test('the owner of a room makes a bot, calls it by its Korean name, changes it and removes it', async () => {
  const ann = await guest('Ann', 'owner');
  const bob = await guest('Bob', 'owner');
  for (const { page, drawer } of [ann, bob]) {
    await page.getByRole('button', { name: 'Bots', exact: true }).click();
    await drawer.getByText('@chatbot @챗봇').waitFor();
  }
  const button = (name) => ann.drawer.getByRole('button', { name, exact: true });
  await button('Add a bot').click();
  assert.ok((await field(ann.drawer, 'Handle')).focused, 'one writes at once');
  await button('Save').click();
  await expect(async () => (await field(ann.drawer, 'Handle')).wrong, 'the handle is wrong');
  const handle = await field(ann.drawer, 'Handle');
  assert.match(handle.words, /A handle has at least two characters\./);
  assert.ok(handle.focused, 'the first wrong field has the focus');
  assert.match((await field(ann.drawer, 'Instructions')).words, /Write something here\./);
  assert.equal((await field(ann.drawer, 'Name')).wrong, false);

  await ann.drawer.getByLabel('Handle', { exact: true }).fill('Cook!');
  await expect(async () => /Use a–z/.test((await field(ann.drawer, 'Handle')).words), 'it says so while one writes');
  await ann.drawer.getByLabel('Handle', { exact: true }).fill('chatbot');
  await expect(async () => !(await field(ann.drawer, 'Handle')).wrong, 'that is a handle');
  await ann.drawer.getByLabel('Aliases', { exact: true }).fill('요리사');
  await ann.drawer.getByLabel('Name', { exact: true }).fill('Chef');
  await ann.drawer.getByLabel('About', { exact: true }).fill('Knows what to eat.');
  await ann.drawer.getByLabel('Instructions', { exact: true }).fill('You know how to cook.\nBe brief.');
  await ann.drawer.getByLabel('Longest answer', { exact: true }).fill('9');
  await expect(async () => /Between 64 and 8,192\./.test((await field(ann.drawer, 'Longest answer')).words), 'too short');
  await ann.drawer.getByLabel('Longest answer', { exact: true }).fill('300');
  await ann.drawer.getByLabel('Weather', { exact: true }).check();
  await button('Save').click();
  // Only the room knows which names are taken.
  await expect(async () => /already calls somebody/.test((await field(ann.drawer, 'Handle')).words), 'the room refuses the handle');
  await ann.drawer.getByText('Look at the marked fields.').waitFor();
  await expect(async () => (await field(ann.drawer, 'Handle')).focused, 'the field that is wrong has the focus');
  // After leaving without saving, the form is empty again.
  await ann.page.keyboard.press('Escape');
  await ann.page.getByRole('button', { name: 'Bots', exact: true }).click();
  await button('Add a bot').click();
  await ann.drawer.getByLabel('Handle', { exact: true }).waitFor();
  assert.equal((await field(ann.drawer, 'Handle')).wrong, false, 'an empty form has no faults');
  assert.equal(await ann.drawer.getByText('Look at the marked fields.').count(), 0);

  await ann.drawer.getByLabel('Handle', { exact: true }).fill('cook');
  await ann.drawer.getByLabel('Aliases', { exact: true }).fill('요리사');
  await ann.drawer.getByLabel('Name', { exact: true }).fill('Chef');
  await ann.drawer.getByLabel('About', { exact: true }).fill('Knows what to eat.');
  await ann.drawer.getByLabel('Instructions', { exact: true }).fill('You know how to cook.\nBe brief.');
  await ann.drawer.getByLabel('Weather', { exact: true }).check();
  await button('Save').click();
  const entry = ({ drawer }) => drawer.getByRole('listitem').filter({ hasText: '@cook @요리사' });
  for (const someone of [ann, bob]) {
    await entry(someone).waitFor();
    assert.match(await entry(someone).innerText(), /Chef[\s\S]*Knows what to eat\./);
  }
  await expect(() => entry(ann).evaluate((item) => item === document.activeElement), 'one sees what was saved');
  await ann.page.locator('[aria-live]').filter({ hasText: '@cook is saved.' }).waitFor({ state: 'attached' });
  assert.equal(await bob.drawer.getByRole('button', { name: /Add|Edit|Remove/ }).count(), 0, 'a visitor can change nothing');
  assert.equal(await ann.drawer.getByRole('button', { name: /^(Edit|Remove) @(?!cook)/ }).count(), 0, 'nor the owner the others');

  await bob.page.keyboard.press('Escape');
  await bob.room.say('@요리사 안녕하세요');
  await ann.room.answerIs('done');
  assert.equal(await ann.room.answer.getAttribute('data-author'), 'cook');
  assert.ok((await ann.room.body(ann.room.answer)).length > 0);

  await button('Edit @cook').click();
  await ann.drawer.getByRole('heading', { name: 'Edit @cook' }).waitFor();
  assert.equal(await ann.drawer.getByLabel('Instructions', { exact: true }).inputValue(), 'You know how to cook.\nBe brief.');
  assert.ok(await ann.drawer.getByLabel('Weather', { exact: true }).isChecked());
  assert.ok(!(await ann.drawer.getByLabel('Handle', { exact: true }).isEditable()), 'a bot keeps its handle');
  await ann.drawer.getByLabel('About', { exact: true }).fill('Knows what to drink.');
  await button('Save').click();
  await bob.page.getByRole('button', { name: 'Bots', exact: true }).click();
  for (const someone of [ann, bob]) {
    await expect(async () => /Knows what to drink\./.test(await entry(someone).innerText()), 'it has changed');
  }
  await button('Remove @cook').click();
  for (const someone of [ann, bob]) await expect(async () => (await entry(someone).count()) === 0, 'it is gone');
  await bob.page.keyboard.press('Escape');
  const before = await bob.room.articles.count();
  await bob.room.say('@요리사 아직 있어요?');
  await bob.room.saying('아직 있어요').waitFor();
  await bob.room.say('after');
  await ann.room.saying('after').waitFor();
  assert.equal(await ann.room.articles.count(), before + 2, 'it does not answer any more');
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await ann.context.close();
  await bob.context.close();
});

test('a form that was left while saving does not close the next one', async () => {
  const ann = await guest('Ann', 'left');
  const open = () => ann.page.getByRole('button', { name: 'Bots', exact: true }).click();
  await open();
  await ann.drawer.getByRole('button', { name: 'Add a bot' }).click();
  await ann.drawer.getByLabel('Handle', { exact: true }).fill('first');
  await ann.drawer.getByLabel('Instructions', { exact: true }).fill('You are first.');
  // At once, before the room can have replied.
  await ann.page.evaluate(() => {
    const drawer = document.getElementById('bots');
    drawer.querySelector('form button[type="submit"]').click();
    document.querySelector('.bots-button').click();
  });
  assert.equal(await ann.drawer.count(), 0);
  await open();
  await ann.drawer.getByRole('button', { name: 'Edit @first' }).waitFor();
  await ann.drawer.getByRole('button', { name: 'Add a bot' }).click();
  await new Promise((done) => setTimeout(done, 500));
  assert.ok(await ann.drawer.getByLabel('Handle', { exact: true }).isVisible(), 'the form stays open');
  await ann.context.close();
});

test('operator limits are explained in a sentence, and people can chat', async () => {
  const poor = await product({ BUDGET_PERSON_DAY_USD: '0' });
  try {
    const ann = await person(shared.chromium, poor);
    const room = new Room(ann.page, poor.address);
    await room.join('Ann', 'poor');
    await room.say('@chatbot hello');
    await expect(async () => /You have used up what you may spend on the AI today\. You can ask again at /.test(await room.answer.innerText()), 'that is said');
    assert.doesNotMatch(await room.answer.innerText(), /\bout\b|\$/, 'it cost nothing');
    await room.say('so we talk');
    await expect(async () => (await room.saying('so we talk').getAttribute('data-state')) === 'sent', 'people talk on');
    await ann.page.getByRole('button', { name: 'Bots', exact: true }).click();
    const bill = ann.page.getByRole('region', { name: 'Cost' });
    await bill.getByText('Each person may spend $0.00 a day.').waitFor();

    await poor.kill();
    await poor.start({ BUDGET_PERSON_DAY_USD: '', BOTS: 'off' });
    await room.isConnected();
    await bill.getByText('The operator has switched the AI off. You can go on talking.').waitFor();
    await ann.page.keyboard.press('Escape');
    await room.say('@chatbot hello again');
    await expect(async () => /The operator has switched the AI off\. You can go on talking\./.test(await room.answer.innerText()), 'that is said');
    await room.say('we talk on');
    await expect(async () => (await room.saying('we talk on').getAttribute('data-state')) === 'sent', 'people talk on');
    assert.deepEqual(ann.complaints, []);
    await ann.context.close();
  } finally {
    await poor.stop();
  }
});
