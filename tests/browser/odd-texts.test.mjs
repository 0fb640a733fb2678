// Names, directions and searches that mean something elsewhere: on the page they are text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { speaker } from './speaker.mjs';
import { RULES, watch } from './untrusted.mjs';

const shared = fixture();

/// Somebody whose page is watched.
async function reader(room) {
  const ann = await shared.guest('Ann', room);
  await ann.page.evaluate(`(${watch})(${JSON.stringify(RULES)}); madangWatch.start();`);
  const isHarmless = async () => {
    const { ran, reports, strange } = await ann.page.evaluate(() => madangWatch);
    assert.deepEqual({ ran, reports, strange }, { ran: [], reports: [], strange: [] });
    assert.deepEqual([ann.complaints, ann.strangers], [[], []]);
  };
  return { ...ann, isHarmless };
}

test('case_20_nicknames_with_a_meaning_elsewhere_are_text_everywhere', async () => {
  const ann = await reader('odd-names');
  const names = ['__proto__', 'constructor', '<img src=x onerror=a()>', "'; DROP TABLE a; --", '{{7*7}} ${7*7}', '[x](javascript:a())', '&lt;b&gt; **c**'];
  for (const name of names) {
    const someone = await speaker(shared.madang.address, 'odd-names', name);
    const seq = await someone.say(`I am @${name}`);
    const article = ann.page.locator(`article[data-seq="${seq}"]`);
    await article.waitFor();
    assert.equal(await article.getAttribute('data-author'), name);
    assert.equal(await article.locator('.name').innerText(), name);
    await expect(async () => (await ann.room.people.innerText()).includes(name), `${name} is in the list`);
    // The dialog about a person, and their completion.
    await article.getByRole('button', { name, exact: true }).first().click();
    await ann.page.getByRole('dialog', { name }).waitFor();
    await ann.page.keyboard.press('Escape');
    await ann.room.composer.fill(`@${name.slice(0, 3)}`);
    await ann.page.getByRole('option').filter({ hasText: name }).first().waitFor({ timeout: 2_000 }).catch(() => {});
    await ann.room.composer.fill('');
    someone.leave();
  }
  await ann.isHarmless();
  await ann.context.close();
});

test('case_21_directions_stay_inside_their_message', async () => {
  const ann = await reader('directions');
  const eve = await speaker(shared.madang.address, 'directions', 'Eve');
  const zoe = await speaker(shared.madang.address, 'directions', 'Zoe');
  const shapes = [];
  for (const text of ['plain', '\u202eetanretla \u2066\u2067\u2068', 'if (admin\u202e \u2066) { // \u2069\u2066', 'שלום עולם', '\u2067\u2067\u2067\u2067']) {
    const seq = await eve.say(`${text} x`);
    await zoe.say('between');
    const article = ann.page.locator(`article[data-seq="${seq}"]`);
    await article.waitFor();
    shapes.push(
      await article.evaluate((article) => {
        const left = (selector) => Math.round(article.querySelector(selector).getBoundingClientRect().left);
        const body = article.querySelector('[data-part="body"]');
        return [left('.name'), left('time'), left('.byline'), getComputedStyle(article).direction, body.scrollWidth <= article.clientWidth];
      }),
    );
  }
  for (const shape of shapes) assert.deepEqual(shape, shapes[0], 'what stands around a text does not move');
  await ann.isHarmless();
  await ann.context.close();
});

test('case_25_a_search_takes_its_words_literally', async () => {
  const ann = await reader('literal');
  const lines = ['100 % sure', 'snake_case', 'a*b', "Robert'); DROP TABLE a;--", '"quoted" OR NOT', '<mark>marked</mark>', 'plain words', '[a-z]+ \\d'];
  for (const line of lines) await ann.room.say(line);
  await expect(async () => (await ann.room.articles.count()) === lines.length, 'all are there');
  await ann.page.getByRole('button', { name: 'Search', exact: true }).click();
  const box = ann.page.getByRole('searchbox', { name: 'Search messages' });
  const found = () => ann.page.getByRole('list', { name: 'Search results' }).getByRole('listitem').locator('.words').allInnerTexts();
  for (const [words, expected] of [['0 %', 0], ['e_c', 1], ['a*b', 2], ["'); DROP", 3], ['OR NOT', 4], ['<mark>', 5], ['+ \\d', 7]]) {
    await box.fill(words);
    await box.press('Enter');
    await expect(async () => (await found()).join('|') === lines[expected], `${words} finds ${lines[expected]}`);
    assert.equal(await ann.page.locator('.words mark mark').count(), 0);
  }
  await ann.isHarmless();
  await ann.context.close();
});
