// Mentions: the list of suggestions while typing, and the estimated cost of a question.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { PHONE } from './deployment.mjs';

const shared = fixture();

async function guest(nickname, room, options) {
  const someone = await shared.guest(nickname, room, options);
  const list = someone.page.getByRole('listbox', { name: 'Mentions' });
  return { ...someone, list, offers: list.getByRole('option') };
}

/// Clears the field and types key by key.
async function type({ room }, text) {
  await room.composer.fill('');
  await room.composer.pressSequentially(text);
}

/// The text of the field, with the caret as `|`.
function written({ room }) {
  return room.composer.evaluate((field) => {
    const { value, selectionStart, selectionEnd } = field;
    return selectionStart === selectionEnd ? `${value.slice(0, selectionEnd)}|${value.slice(selectionEnd)}` : value;
  });
}

/// The active suggestion, as assistive technology is told it.
function active({ room }) {
  return room.composer.evaluate((field) => {
    const option = document.getElementById(field.getAttribute('aria-activedescendant'));
    const isChosen = option?.getAttribute('role') === 'option' && option.getAttribute('aria-selected') === 'true';
    return isChosen && option.closest('[role="listbox"]').id === field.getAttribute('aria-controls') ? option.innerText.trim() : undefined;
  });
}

test('the keyboard chooses a mention suggestion', async () => {
  const ann = await guest('Ann', 'call-keys');
  await type(ann, 'please @su');
  await expect(async () => /@summary/.test(await ann.offers.first().innerText()), 'the summary is offered');
  assert.match(await active(ann), /@summary/);
  await ann.page.locator('[aria-live]').filter({ hasText: /\d suggestions?/ }).waitFor({ state: 'attached' });

  await ann.room.composer.press('Enter');
  assert.equal(await written(ann), 'please @summary |');
  assert.equal(await ann.list.count(), 0, 'the list is gone');
  assert.equal(await ann.room.articles.count(), 0, 'nothing was sent');

  // The arrow keys wrap around, and Tab takes the active suggestion.
  await type(ann, '@');
  await ann.list.waitFor();
  const all = await ann.offers.allInnerTexts();
  assert.ok(all.length > 2, 'an @ alone offers several');
  assert.equal(await active(ann), all[0].trim());
  await ann.room.composer.press('ArrowDown');
  assert.equal(await active(ann), all[1].trim());
  assert.equal(await ann.list.getByRole('option', { selected: true }).count(), 1);
  await ann.room.composer.press('ArrowUp');
  await ann.room.composer.press('ArrowUp');
  assert.equal(await active(ann), all.at(-1).trim());
  await ann.room.composer.press('Tab');
  assert.match(await written(ann), /^@\S+ \|$/);
  assert.ok(all.at(-1).includes((await ann.room.composer.inputValue()).trim()), 'the last one is called');
  assert.ok(await ann.room.composer.evaluate((field) => field === document.activeElement), 'the focus stays in the field');

  // A list that is longer than its place can have the focus, but leaving the field closes it first.
  await type(ann, '@');
  await ann.list.waitFor();
  assert.equal(await ann.list.getAttribute('tabindex'), '0');
  await ann.room.composer.press('Shift+Tab');
  assert.equal(await ann.list.count(), 0, 'the list is closed');
  assert.notEqual(await ann.page.evaluate(() => document.activeElement.tagName), 'BODY', 'a button has the focus');

  // In the middle of a text only the word is replaced.
  await type(ann, 'ask  today');
  for (let step = 0; step < ' today'.length; step += 1) await ann.room.composer.press('ArrowLeft');
  await ann.room.composer.pressSequentially('@su');
  await ann.list.waitFor();
  await ann.room.composer.press('Enter');
  assert.equal(await written(ann), 'ask @summary| today');

  await type(ann, '@su');
  await ann.list.waitFor();
  await ann.room.composer.press('Escape');
  assert.equal(await ann.list.count(), 0, 'Escape closes it');
  await ann.room.composer.pressSequentially('m');
  assert.equal(await ann.list.count(), 0, 'for this word it stays closed');
  assert.equal(await written(ann), '@sum|');
  await ann.room.composer.press('Enter');
  await ann.room.saying('@sum').waitFor();
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
});

test('while an input method composes, its Enter neither chooses nor sends', async () => {
  const ann = await guest('Ann', 'call-ime');
  const keys = await ann.context.newCDPSession(ann.page);
  await type(ann, '@');
  await ann.list.waitFor();
  for (const text of ['ㅂ', '버', '번']) {
    await keys.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 });
  }
  await expect(async () => (await ann.offers.count()) === 1 && /@번역/.test(await ann.offers.innerText()), 'the translator is offered');
  await keys.send('Input.dispatchKeyEvent', { type: 'keyDown', key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229 });
  await ann.page.evaluate(() => {
    const field = document.activeElement;
    for (const key of ['Enter', 'Tab', 'ArrowDown', 'Escape']) {
      field.dispatchEvent(new KeyboardEvent('keydown', { key, code: key, isComposing: true, bubbles: true, cancelable: true }));
      const old = new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true });
      Object.defineProperty(old, 'keyCode', { value: 229 });
      field.dispatchEvent(old);
    }
  });
  await new Promise((done) => setTimeout(done, 300));
  assert.equal(await ann.room.composer.inputValue(), '@번', 'nothing was chosen');
  assert.equal(await ann.room.articles.count(), 0, 'nothing was sent');
  assert.equal(await ann.offers.count(), 1, 'it is still offered');
  await keys.send('Input.insertText', { text: '번' });
  await ann.room.composer.press('Enter');
  assert.equal(await written(ann), '@번역 |');
  await ann.room.composer.pressSequentially('hello');
  await ann.room.composer.press('Enter');
  assert.equal(await ann.room.answer.getAttribute('data-author'), 'translator');
  await ann.context.close();
});

test('the mention button offers bots and people', async () => {
  const bob = await guest('밥돌이', 'call-touch');
  const ann = await guest('Ann', 'call-touch', { viewport: PHONE, hasTouch: true, isMobile: true });
  const button = ann.page.getByRole('button', { name: 'Mention', exact: true });
  assert.equal(await button.getAttribute('aria-expanded'), 'false');
  await button.tap();
  await ann.list.waitFor();
  assert.equal(await button.getAttribute('aria-expanded'), 'true');
  const offered = (await ann.offers.allInnerTexts()).join();
  for (const name of ['@chatbot', '@tutor', '@support', '@밥돌이']) assert.ok(offered.includes(name), `${name} in ${offered}`);
  await ann.offers.filter({ hasText: '@translator' }).or(ann.offers.filter({ hasText: '@summary' })).first().tap();
  assert.match(await written(ann), /^@(translator|summary) \|$/);
  assert.ok(await ann.room.composer.evaluate((field) => field === document.activeElement), 'the field has the focus');
  await button.tap();
  await ann.list.waitFor();
  assert.match(await written(ann), /^@(translator|summary) @\|$/);
  await button.tap();
  assert.equal(await ann.list.count(), 0, 'a second touch closes it');
  // By the keys of a Korean keyboard: 바 is on the way to 밥.
  await type(ann, '바 @바');
  await expect(async () => (await ann.offers.allInnerTexts()).some((text) => text.includes('밥돌이')), 'people are offered');
  assert.ok(!(await ann.offers.allInnerTexts()).some((text) => /Ann/.test(text)), 'not oneself');
  await ann.offers.filter({ hasText: '밥돌이' }).tap();
  assert.equal(await written(ann), '바 @밥돌이 |');
  await ann.room.send.tap();
  await bob.room.saying('바 @밥돌이').waitFor();
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await ann.context.close();
  await bob.context.close();
});

test('a tap on a bot keeps a space before its mention', async () => {
  const ann = await guest('Ann', 'call-chip');
  const chip = ann.page.getByRole('button', { name: 'Call @chatbot', exact: true });
  await chip.click();
  assert.equal(await written(ann), '@chatbot |');
  await type(ann, 'what shall we eat');
  await chip.click();
  assert.equal(await written(ann), 'what shall we eat @chatbot |');
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
});

test('an @ in code or an address offers no suggestions', async () => {
  const ann = await guest('Ann', 'call-nobody');
  for (const text of ['ann@su', 'see https://example.org/@su', 'no such @zzz', 'a sum', '@ su']) {
    await type(ann, text);
    await new Promise((done) => setTimeout(done, 100));
    assert.equal(await ann.list.count(), 0, text);
    assert.equal(await ann.room.composer.getAttribute('aria-activedescendant'), null, text);
  }
  // In inline code and in a code block.
  for (const [before, steps] of [['run ``', 1], ['```\n\n```', 4]]) {
    await ann.room.composer.fill(before);
    for (let step = 0; step < steps; step += 1) await ann.room.composer.press('ArrowLeft');
    await ann.room.composer.pressSequentially('@su');
    await new Promise((done) => setTimeout(done, 100));
    assert.match(await written(ann), /`\n?@su\|\n?`/);
    assert.equal(await ann.list.count(), 0, before);
  }
  await type(ann, 'ann@su and @su');
  await ann.list.waitFor();
  await ann.context.close();
});

test('the estimated cost is shown before sending, and only for mentions of bots', async () => {
  const ann = await guest('Ann', 'call-cost');
  const hint = ann.page.getByText(/reads about/);
  for (const text of ['hello', 'me@chatbot.com', '`@chatbot`', '@nobody hi']) {
    await ann.room.composer.fill(text);
    await new Promise((done) => setTimeout(done, 100));
    assert.equal(await hint.count(), 0, text);
  }
  await ann.room.composer.fill('@chatbot hi');
  await hint.waitFor();
  assert.match(await hint.innerText(), /^asks @chatbot · reads about [\d,]+ tokens · (≈|<)\$0\.\d+$/);
  await ann.room.composer.fill('@챗봇 @요약 hi');
  await expect(async () => /^asks @chatbot @summary · /.test(await hint.innerText()), 'both are asked');
  await ann.room.composer.fill('hi');
  await expect(async () => (await hint.count()) === 0, 'nobody is asked any more');
  await ann.room.say('@chatbot hi');
  await ann.room.answerIs('done');
  assert.equal(await hint.count(), 0, 'what was sent has no price any more');
  // A reply to a bot mentions it.
  await ann.room.composer.fill('and then?');
  await ann.room.answer.getByRole('button', { name: 'Reply' }).click();
  await expect(async () => /^asks @chatbot · /.test(await hint.innerText()), 'a reply asks');
  await ann.room.composer.press('Escape');
  await expect(async () => (await hint.count()) === 0, 'without the reply it asks nobody');
  await ann.context.close();
});
