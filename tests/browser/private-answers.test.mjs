// What bots write for the reader alone: what they missed, and messages in their language; questions about a message; and the export
// of the conversation.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { LAPTOP, PHONE, person, product } from './deployment.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { model } from './model.mjs';
import { picture } from './picture.mjs';
import { Room } from './room.mjs';
import { fill } from './speaker.mjs';

const shared = fixture({}, model);

async function choose(someone, text, entry) {
  const message = someone.room.saying(text);
  await message.hover();
  await message.getByRole('button', { name: 'More' }).click();
  await someone.page.getByRole('menuitem', { name: entry, exact: true }).click();
}

test('a reader who was away is told what they missed, and nobody else is', async () => {
  for (const [name, viewport] of [['laptop', LAPTOP], ['phone', PHONE]]) {
    const ann = await shared.guest('Ann', `missed-${name}`, { viewport: LAPTOP });
    await ann.room.say('hello');
    const bob = await shared.guest('Bob', `missed-${name}`, { viewport });
    await bob.room.saying('hello').waitFor();
    await expect(() => bob.page.evaluate((room) => Object.keys(localStorage).some((key) => key.includes('read') && key.includes(room)), `missed-${name}`), 'what Bob has read is stored');
    await bob.page.goto('about:blank');
    await ann.room.say('**Lunch** is at noon');
    await ann.room.say('@chatbot bring what?');
    await ann.room.answerIs('done');
    await bob.room.open(`missed-${name}`);
    await bob.page.getByRole('separator', { name: 'New messages' }).waitFor();
    await shared.bot.answer('- **Ann**: lunch is at noon\n- open: what to bring');
    await bob.room.log.getByRole('button', { name: 'Catch me up' }).click();
    const dialog = bob.page.getByRole('dialog', { name: 'Catch me up' });
    await dialog.getByRole('listitem').filter({ hasText: 'lunch is at noon' }).waitFor();
    await dialog.getByText('Only you see this.').waitFor();
    assert.deepEqual(await violations(bob), []);
    await picture(bob, `catch-up-${name}`);
    await dialog.getByRole('button', { name: 'Close' }).click();
    // It was paid for, so it is shown again and not asked again.
    await bob.room.log.getByRole('button', { name: 'Catch me up' }).click();
    await dialog.getByRole('listitem').filter({ hasText: 'lunch is at noon' }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    assert.equal((await ann.room.transcript()).length, 4, 'nothing of it is in the room');
    assert.deepEqual([...ann.complaints, ...bob.complaints], []);
    await Promise.all([ann.context.close(), bob.context.close()]);
  }
});

test('who has missed nothing is told of the last messages, from the list of people', async () => {
  const ann = await shared.guest('Ann', 'recent', { viewport: LAPTOP });
  await ann.room.say('tea is ready');
  await ann.room.saying('tea is ready').waitFor();
  await shared.bot.answer('- tea');
  await ann.page.getByRole('complementary', { name: 'People' }).getByRole('button', { name: 'Catch me up' }).click();
  await ann.page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'tea' }).waitFor();
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
});

test('a message is translated below it for the reader, and goes with it', async () => {
  for (const [name, viewport] of [['laptop', LAPTOP], ['phone', PHONE]]) {
    const ann = await shared.guest('Ann', `words-${name}`, { viewport: LAPTOP });
    await ann.room.say('점심은 김밥 어때요?');
    const bob = await shared.guest('Bob', `words-${name}`, { viewport });
    await shared.bot.answer('How about **gimbap** for lunch?');
    await choose(bob, '점심은', 'Translate for me');
    const translation = bob.room.saying('점심은').getByRole('group', { name: 'Translation' });
    await translation.getByText('How about gimbap for lunch?').waitFor();
    assert.deepEqual(await violations(bob), []);
    await picture(bob, `translation-${name}`);
    await translation.getByRole('button', { name: 'Hide' }).click();
    assert.equal(await translation.count(), 0);
    await choose(bob, '점심은', 'Translate for me');
    await translation.getByText('How about gimbap for lunch?').waitFor();
    assert.equal(await ann.page.getByText('gimbap').count(), 0);
    await choose(ann, '점심은', 'Delete');
    await expect(async () => (await translation.count()) === 0, 'it is gone with the message', 20_000);
    assert.deepEqual([...ann.complaints, ...bob.complaints], []);
    await Promise.all([ann.context.close(), bob.context.close()]);
  }
});

test('a refused private question says why, and can be tried again', async (t) => {
  const poor = await product({ ...shared.bot.settings, BUDGET_PERSON_DAY_USD: '0' });
  t.after(() => poor.stop());
  const ann = await person(shared.chromium, poor, { viewport: PHONE });
  ann.room = new Room(ann.page, poor.address);
  await ann.room.join('Ann', 'poor');
  await ann.room.say('bonjour');
  await choose(ann, 'bonjour', 'Translate for me');
  const translation = ann.room.saying('bonjour').getByRole('group', { name: 'Translation' });
  await translation.getByText(/today|again at/).first().waitFor();
  await translation.getByRole('button', { name: 'Try again' }).waitFor();
  assert.deepEqual(await violations(ann), []);
  await ann.context.close();
});

test('a bot is asked about a message of somebody else', async () => {
  const ann = await shared.guest('Ann', 'about', { viewport: LAPTOP });
  await ann.room.say('the moon is made of cheese');
  const bob = await shared.guest('Bob', 'about', { viewport: LAPTOP });
  await choose(bob, 'the moon', 'Ask a bot about this');
  await expect(async () => (await bob.room.composer.inputValue()).trim() === '@chatbot', 'the bot is mentioned');
  await bob.page.locator('.replying').getByText('the moon is made of cheese').waitFor();
  await shared.bot.answer('It is rock.');
  await bob.page.keyboard.type('really?');
  await bob.page.keyboard.press('Enter');
  assert.equal(await bob.room.answerIs('done'), 'It is rock.');
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

/// The name and the text of the file that the dialog of the export saves in this format.
async function saved(someone, dialog, name) {
  const [download] = await Promise.all([someone.page.waitForEvent('download'), dialog.getByRole('button', { name }).click()]);
  return [download.suggestedFilename(), await readFile(await download.path(), 'utf8')];
}

test('the conversation is saved as Markdown and as JSON', async () => {
  const ann = await shared.guest('Ann', 'export', { viewport: LAPTOP });
  await ann.room.say('first **words** <b>here</b>');
  await ann.room.say('a secret');
  await choose(ann, 'a secret', 'Delete');
  await ann.room.say('@chatbot hi');
  await ann.room.answerIs('done');
  await choose(ann, 'first', 'Reply');
  await ann.room.say('안녕하세요');
  await ann.room.saying('안녕하세요').waitFor();
  await expect(async () => (await ann.page.getByText('a secret').count()) === 0, 'it is deleted', 20_000);
  await ann.page.getByRole('button', { name: 'Export' }).click();
  const dialog = ann.page.getByRole('dialog', { name: 'Export the conversation' });
  const [markdownName, markdown] = await saved(ann, dialog, 'Markdown');
  assert.match(markdownName, /^madang-export-\d{4}-\d\d-\d\d\.md$/);
  assert.match(markdown, /^# export\n\n## .*2\d{3}.*\n\n\*\*Ann\*\* .*\n\nfirst \*\*words\*\* <b>here<\/b>\n\n\*\*Ann\*\*/);
  assert.match(markdown, /> \*\*Ann\*\*: first \\\*\\\*words\\\*\\\* \\<b\\>here\\<\/b\\>\n\n\*\*Ann\*\* .*\n\n안녕하세요\n$/);
  assert.doesNotMatch(markdown, /secret/);
  const [, json] = await saved(ann, dialog, 'JSON');
  const { room, messages } = JSON.parse(json);
  assert.equal(room, 'export');
  assert.deepEqual(messages.map(({ author, text }) => [author.name, author.kind === 'bot' || text]), [['Ann', 'first **words** <b>here</b>'], ['Ann', ''], ['Ann', '@chatbot hi'], ['chatbot', true], ['Ann', '안녕하세요']]);
  assert.ok(messages[1].deleted && !json.includes('secret') && !json.includes('nonce'));
  assert.match(messages[0].at, /^2\d{3}-\d\d-\d\dT/);
  await dialog.getByText('5 messages saved.').waitFor();
  assert.deepEqual(await violations(ann), []);
  await picture(ann, 'export');
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
});

test('a long conversation is saved whole and in order', async () => {
  const length = 450;
  await fill(shared.madang.address, 'long-export', length, (number) => `${number} ${'가나다라 '.repeat(160)}`);
  const ann = await shared.guest('Ann', 'long-export', { viewport: LAPTOP });
  const before = await ann.page.locator('article').count();
  assert.ok(before < length, 'the page has not loaded it all');
  await ann.page.getByRole('button', { name: 'Export' }).click();
  const dialog = ann.page.getByRole('dialog', { name: 'Export the conversation' });
  const [, json] = await saved(ann, dialog, 'JSON');
  const { messages } = JSON.parse(json);
  assert.deepEqual(messages.map(({ text }) => parseInt(text, 10)), Array.from({ length }, (_, index) => index + 1));
  await dialog.getByText(`${length} messages saved.`).waitFor();
  assert.deepEqual([ann.complaints, ann.strangers], [[], []]);
  await ann.context.close();
});
