// Appearance: accessible and within the screen, on every screen size, in both themes and languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { expect } from './expect.mjs';
import { Room } from './room.mjs';
import { LAPTOP, PHONE, SMALL_PHONE, browser, person, product } from './deployment.mjs';

let madang;
let chromium;
/// The owner's cookies, for other browsers of the same person.
let storageState;
before(async () => {
  madang = await product();
  chromium = await browser();
  const ann = await person(chromium, madang);
  const room = new Room(ann.page, madang.address);
  await room.join('Ann', 'look');
  await room.say('토요일에 한강에서 만나자. 비가 오면 어떡하지?');
  await room.say('@poll 점심 뭐 먹지? 김밥, 라면, 아주아주긴이름을가진그래도맛있는비빔밥');
  await room.answerIs('done');
  await room.answer.getByRole('button', { name: /김밥/ }).click();
  await room.answer.getByText('1 vote').waitFor();
  await room.say('@summary');
  await expect(async () => (await room.articles.count()) === 5, 'the summary');
  await room.answerIs('done');
  await ann.page.getByRole('button', { name: 'Bots', exact: true }).click();
  await ann.page.getByRole('button', { name: 'Add a bot' }).click();
  await ann.page.getByLabel('Handle', { exact: true }).fill('a-bot-with-a-long-handle');
  await ann.page.getByLabel('About', { exact: true }).fill('OneVeryLongWordThatDoesNotEndUntilItHasReachedTheOtherSideOfTheDrawer');
  await ann.page.getByLabel('Instructions', { exact: true }).fill('You answer.');
  await ann.page.getByRole('button', { name: 'Save' }).click();
  await ann.page.getByRole('button', { name: 'Edit @a-bot-with-a-long-handle' }).waitFor();
  storageState = await ann.context.storageState();
  await ann.context.close();
});
after(async () => {
  await chromium?.close();
  await madang?.stop();
});

const WORDS = {
  en: { message: 'Message', mentions: 'Mentions', bots: 'Bots', cost: 'Cost', add: 'Add a bot', save: 'Save', poll: /김밥/, who: /Who voted/, more: 'More', edit: 'Edit', field: 'Edit message' },
  ko: { message: '메시지', mentions: '부르기', bots: '봇', cost: '비용', add: '봇 만들기', save: '저장', poll: /김밥/, who: /투표한 사람/, more: '더 보기', edit: '수정', field: '메시지 수정' },
};

for (const [name, viewport] of [['phone', PHONE], ['laptop', LAPTOP]]) {
  for (const lang of ['en', 'ko']) {
    test(`nothing new is wrong for assistive technology: ${name}, ${lang}`, async () => {
      const words = WORDS[lang];
      const ann = await person(chromium, madang, { viewport, storageState, reducedMotion: 'reduce' });
      const named = (role, word) => ann.page.getByRole(role, { name: word, exact: true });
      /// Checks the page in both themes; on a phone also at the smallest size.
      const look = async (what) => {
        for (const colorScheme of ['light', 'dark']) {
          await ann.page.emulateMedia({ colorScheme });
          assert.deepEqual(await violations(ann), [], `${what}, ${colorScheme}`);
          if (process.env.MADANG_SHOTS) await ann.page.screenshot({ path: `${process.env.MADANG_SHOTS}/${what}-${name}-${lang}-${colorScheme}.png` });
        }
        for (const size of name === 'phone' ? [SMALL_PHONE, viewport] : [viewport]) {
          await ann.page.setViewportSize(size);
          assert.deepEqual(await tooWide(ann), [], `${what}, ${size.width} pixels wide`);
        }
      };
      await ann.page.goto(`${madang.address}/r/look?lang=${lang}`);
      await named('textbox', words.message).waitFor();
      await ann.page.getByRole('button', { name: words.poll }).waitFor();
      await ann.page.getByText(words.who).click();
      await ann.page.getByRole('article').first().getByRole('button', { name: words.more }).click();
      await named('menuitem', words.edit).click();
      await named('textbox', words.field).waitFor();
      await look('cards');
      await ann.page.keyboard.press('Escape');
      await named('textbox', words.message).pressSequentially('@');
      await named('listbox', words.mentions).waitFor();
      await look('list');
      assert.ok(await named('listbox', words.mentions).isVisible(), 'the list was there all the time');
      await ann.page.keyboard.press('Escape');
      await named('button', words.bots).click();
      await named('region', words.cost).waitFor();
      await look('drawer');
      await named('button', words.add).click();
      await named('button', words.save).click();
      await ann.page.locator('[aria-invalid="true"]').first().waitFor();
      await look('form');
      assert.deepEqual(ann.complaints, []);
      await ann.context.close();
    });
  }
}

/// The elements that reach over the edge of the screen or make it scroll sideways.
function tooWide({ page }) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const over = [...document.querySelectorAll('.panel *, .mentions, .mentions *, .card *, .editor *')].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.right > clientWidth + 1 || box.left < -1);
    });
    return [...(scrollWidth > clientWidth ? ['the page scrolls sideways'] : []), ...over.map((element) => element.outerHTML.slice(0, 100))];
  });
}
