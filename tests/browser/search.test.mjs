// Reading at any place: search, links to messages, quotes of messages that are not loaded, and the way back to the newest.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { LAPTOP, PHONE, person } from './deployment.mjs';
import { picture } from './picture.mjs';
import { Room } from './room.mjs';
import { fill } from './speaker.mjs';

const shared = fixture();
const { guest } = shared;

/// A message's distance from the top of the list, and whether it is marked and has the focus.
function shown(room, seq) {
  return room.log.evaluate((log, seq) => {
    const article = log.querySelector(`[data-seq="${seq}"]`);
    if (!article) return undefined;
    const top = article.getBoundingClientRect().top - log.getBoundingClientRect().top;
    return {
      isVisible: top >= 0 && top < log.clientHeight,
      isTarget: article.hasAttribute('data-target'),
      hasFocus: article === document.activeElement,
    };
  }, seq);
}

/// Checks that one is at a message.
async function isAt(someone, seq) {
  const there = { isVisible: true, isTarget: true, hasFocus: true };
  await expect(async () => {
    const where = await shown(someone.room, seq);
    assert.deepEqual(where, there);
    return true;
  }, `${seq} is shown, marked and has the focus`);
}

function searchbox(someone) {
  return someone.page.getByRole('searchbox', { name: 'Search messages' });
}

async function search(someone, words) {
  if (!(await searchbox(someone).isVisible())) await someone.page.getByRole('button', { name: 'Search', exact: true }).click();
  await searchbox(someone).fill(words);
  await searchbox(someone).press('Enter');
}

/// The results, as [author, text, the marked words].
function results(someone) {
  return someone.page
    .getByRole('list', { name: 'Search results' })
    .getByRole('listitem')
    .evaluateAll((items) =>
      items.map((item) => [
        item.querySelector('.name').textContent,
        item.querySelector('.words').textContent,
        [...item.querySelectorAll('mark')].map((mark) => mark.textContent),
      ]),
    );
}

test('a search finds, marks and leads to messages, and a button leads back to the newest', async () => {
  const ann = await guest('Ann', 'find');
  await ann.room.say('Where is the 김치찌개 recipe?');
  await fill(shared.madang.address, 'find', 110);
  const bob = await guest('Bob', 'find', { viewport: PHONE });
  await search(bob, 'KIMCHI');
  await bob.page.getByText('No messages found.').waitFor();
  await search(bob, '김치');
  await expect(async () => (await results(bob)).length === 1, 'one is found');
  assert.deepEqual(await results(bob), [['Ann', 'Where is the 김치찌개 recipe?', ['김치']]]);
  assert.deepEqual(await violations(bob), []);
  await picture(bob, 'search-phone');
  await bob.page.getByRole('listitem').filter({ hasText: 'recipe' }).getByRole('button').click();
  await isAt(bob, 1);
  assert.equal(await searchbox(bob).count(), 0, 'the dialog is closed');
  await picture(bob, 'search-jumped-phone');
  assert.deepEqual(await violations(bob), []);
  // What comes meanwhile is counted, and moves nothing.
  const before = await shown(bob.room, 1);
  await ann.room.say('something new');
  const down = bob.page.getByRole('button', { name: /^Jump to newest/ });
  await expect(async () => /1/.test(await down.textContent()), 'it is counted');
  assert.deepEqual(await shown(bob.room, 1), before);
  assert.equal(await bob.room.saying('something new').count(), 0);
  await down.click();
  await bob.room.saying('something new').waitFor();
  await expect(() => bob.room.log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 3), 'one is at the newest');
  assert.equal(await down.count(), 0);
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

test('one reads on from an old message to the newest, and few messages are on the page', async () => {
  const ann = await guest('Ann', 'walk');
  await fill(shared.madang.address, 'walk', 160);
  const link = `${shared.madang.address}/r/walk?lang=en#m=40`;
  const bob = await person(shared.chromium, shared.madang, { viewport: LAPTOP });
  bob.room = new Room(bob.page, shared.madang.address);
  await bob.page.goto(link);
  await isAt(bob, 40);
  assert.match(bob.page.url(), /\/r\/walk\?lang=en$/, 'the address is the room again');
  await bob.room.log.hover();
  await expect(async () => {
    await bob.page.mouse.wheel(0, 1_500);
    return (await shown(bob.room, 160))?.isVisible;
  }, 'the newest message is reached', 20_000);
  const seqs = await bob.room.articles.evaluateAll((all) => all.map((one) => Number(one.dataset.seq)));
  assert.deepEqual(seqs, seqs.map((_, index) => seqs[0] + index), 'none is missing or doubled');
  await ann.room.say('and on');
  await bob.room.saying('and on').waitFor();
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

test('links and quotes lead to messages that are not loaded, and say when one is gone', async () => {
  const ann = await guest('Ann', 'links');
  await ann.room.say('the first');
  await ann.room.saying('the first').getByRole('button', { name: 'More' }).click();
  await ann.page.getByRole('menuitem', { name: 'Reply', exact: true }).waitFor();
  await ann.page.getByRole('menuitem', { name: 'Copy link', exact: true }).waitFor();
  await ann.page.keyboard.press('Escape');
  await fill(shared.madang.address, 'links', 120);
  const link = `${shared.madang.address}/r/links#m=2`;
  await ann.room.say(`see ${link} please`);
  await ann.room.saying('the first').getByRole('button', { name: 'More' }).click();
  await ann.page.getByRole('menuitem', { name: 'Reply', exact: true }).click();
  await ann.room.say('as I said');
  const bob = await guest('Bob', 'links');
  const quote = bob.room.saying('as I said').locator('.quote');
  assert.equal(await bob.page.locator('[data-seq="1"]').count(), 0, 'the quoted message is not loaded');
  await expect(async () => /^Ann\s*the first$/.test((await quote.innerText()).trim()), 'the quote names its author and words');
  await quote.click();
  await isAt(bob, 1);
  assert.equal(await bob.page.getByRole('button', { name: 'Back', exact: true }).count(), 0, 'they came from the newest');
  await bob.page.getByRole('button', { name: /^Jump to newest/ }).click();
  await bob.room.saying('see').locator('a').click();
  await isAt(bob, 2);
  // From within the history there is a way back.
  await bob.room.log.hover();
  await bob.page.mouse.wheel(0, 600);
  await expect(async () => !(await shown(bob.room, 1))?.isVisible, 'they have read on');
  await bob.page.evaluate(() => (location.hash = '#m=110'));
  await isAt(bob, 110);
  await bob.page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(async () => {
    const seq = await bob.page.evaluate(() => Number(document.activeElement.dataset.seq));
    return seq > 1 && seq < 60 && (await shown(bob.room, seq)).isVisible;
  }, 'they are back');
  assert.equal(await bob.page.getByRole('button', { name: 'Back', exact: true }).count(), 0);
  assert.equal(bob.context.pages().length, 1, 'no tab was opened');
  // A deleted message is shown as such, one that never was is said to be missing, and nothing moves.
  await ann.room.saying('the first').getByRole('button', { name: 'More' }).click();
  await ann.page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
  await bob.page.evaluate(() => (location.hash = '#m=1'));
  await isAt(bob, 1);
  await expect(async () => (await bob.room.body(bob.page.locator('[data-seq="1"]'))) !== 'the first', 'it is deleted');
  await bob.page.getByRole('button', { name: /^Jump to newest/ }).click();
  await expect(async () => !(await quote.innerText()).includes('the first'), 'the quote is deleted with it');
  await bob.page.evaluate(() => (location.hash = '#m=1'));
  await isAt(bob, 1);
  await bob.page.evaluate(() => (location.hash = '#m=99999'));
  await bob.page.getByText('That message is no longer here.').waitFor();
  assert.equal((await shown(bob.room, 1)).isVisible, true);
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

test('a search by keyboard alone, in both languages and themes', async () => {
  for (const [lang, theme, viewport] of [['en', 'light', LAPTOP], ['ko', 'dark', LAPTOP], ['ko', 'light', PHONE], ['en', 'dark', PHONE]]) {
    const ann = await person(shared.chromium, shared.madang, { viewport, colorScheme: theme });
    ann.room = new Room(ann.page, shared.madang.address);
    await ann.room.join('Ann', `keys-${lang}-${theme}`);
    await ann.room.say('tea at four, **Tea** <b>TEA</b>');
    await ann.room.say('@chatbot hi');
    await ann.room.answerIs('done');
    if (lang === 'ko') {
      ann.room.log = ann.page.getByRole('log');
      await ann.room.open(`keys-${lang}-${theme}`, 'ko');
      await ann.page.getByRole('log').getByText('tea at four').waitFor();
    }
    await ann.page.getByRole('log').focus();
    await ann.page.keyboard.press('Control+k');
    const box = ann.page.getByRole('searchbox');
    await expect(() => box.evaluate((field) => field === document.activeElement), 'the field has the focus');
    await ann.page.keyboard.type('tea');
    await ann.page.keyboard.press('Enter');
    const hit = ann.page.getByRole('dialog').getByRole('listitem').getByRole('button').first();
    await hit.waitFor();
    assert.deepEqual(await hit.locator('mark').allTextContents(), ['tea', 'Tea', 'TEA']);
    assert.deepEqual(await violations(ann), [], `${lang} ${theme}`);
    await picture(ann, `search-${lang}-${theme}-${viewport.width}`);
    await hit.focus();
    await ann.page.keyboard.press('Enter');
    await isAt(ann, 1);
    await picture(ann, `target-${lang}-${theme}-${viewport.width}`);
    // What was found is still there.
    await ann.page.keyboard.press('Control+k');
    await hit.waitFor();
    await ann.page.keyboard.press('Escape');
    await expect(async () => (await box.count()) === 0, 'the dialog is closed');
    assert.deepEqual(ann.complaints, []);
    await ann.context.close();
  }
});

test('what is found is shown as text', async () => {
  const ann = await guest('Ann', 'markup');
  const words = '<img src=x onerror=alert(1)> [link](javascript:alert(1)) ![pixel](https://example.com/x.png)';
  await ann.room.say(words);
  await search(ann, '<img src=x');
  await expect(async () => (await results(ann)).length === 1, 'it is found');
  assert.deepEqual(await results(ann), [['Ann', words, ['<img src=x']]]);
  assert.equal(await ann.page.locator('.found img, .found a').count(), 0);
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
});

test('a line stands above what came while one was away, also after a reload', async () => {
  const ann = await guest('Ann', 'unread');
  const bob = await guest('Bob', 'unread');
  await ann.room.say('before');
  await bob.room.saying('before').waitFor();
  assert.equal(await bob.page.getByRole('separator').count(), 0);
  await bob.page.goto('about:blank');
  await ann.room.say('while away');
  await ann.room.say('and more');
  await bob.room.open('unread');
  const line = bob.page.getByRole('separator', { name: 'New messages' });
  await line.waitFor();
  const above = () => line.evaluate((line) => line.closest('.unread').nextElementSibling.querySelector('[data-part="body"]').innerText.trim());
  assert.equal(await above(), 'while away');
  assert.deepEqual(await violations(bob), []);
  await picture(bob, 'unread');
  // It stays while one reads on, and is gone when one comes back.
  await ann.room.say('later');
  await bob.room.saying('later').waitFor();
  assert.equal(await above(), 'while away');
  await bob.room.open('unread');
  await bob.room.saying('later').waitFor();
  assert.equal(await line.count(), 0);
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

test('who has not joined reads, and is not offered a search', async () => {
  const ann = await guest('Ann', 'readers');
  await ann.room.say('hello');
  const bob = await person(shared.chromium, shared.madang);
  const room = new Room(bob.page, shared.madang.address);
  await room.open('readers');
  await room.saying('hello').waitFor();
  assert.equal(await bob.page.getByRole('button', { name: 'Search', exact: true }).count(), 0);
  await bob.page.keyboard.press('Control+k');
  assert.equal(await bob.page.getByRole('dialog').count(), 0);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

test('a slash offers commands, one of which searches', async () => {
  const ann = await guest('Ann', 'commands', { viewport: PHONE });
  await ann.room.say('tea at four');
  await ann.room.composer.fill('/');
  const options = ann.page.getByRole('option');
  await expect(async () => (await options.count()) === 6, 'six commands are offered');
  await picture(ann, 'commands-phone');
  assert.deepEqual(await violations(ann), []);
  await ann.room.composer.pressSequentially('se');
  await expect(async () => (await options.count()) === 1, 'one begins like that');
  await ann.room.composer.press('Tab');
  await ann.room.composer.pressSequentially('tea');
  await ann.room.composer.press('Enter');
  await expect(async () => (await results(ann)).length === 1, 'it is found');
  await ann.page.keyboard.press('Escape');
  await ann.room.say('/poll lunch?');
  await ann.room.saying('@poll lunch?').waitFor();
  await ann.room.say('/nick Anna');
  await ann.room.people.getByText('Anna').waitFor({ state: 'attached' });
  assert.equal(await ann.room.saying('/nick').count(), 0);
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
});
