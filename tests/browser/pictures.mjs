// Takes a chosen few pictures of the page, or with `--all` all of them: `cargo xtask pictures [FOLDER]`.
// They show the product with its demo model, nothing is drawn.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import gifenc from 'gifenc';
import { PNG } from 'pngjs';
import { LAPTOP, PHONE, browser, person, product } from './deployment.mjs';
import { expect } from './expect.mjs';

const [folder, all] = process.argv.slice(2);
const CHOSEN = ['room-laptop-en-light', 'room-phone-ko-dark', 'landing-laptop-ko-light', 'search-laptop-en-light', 'settings-phone-en-light', 'streaming-en'];
const isWanted = (name) => all === '--all' || CHOSEN.includes(name);
await mkdir(folder, { recursive: true });

/// The words of the page's elements that are used here.
const WORDS = {
  ko: { nickname: '닉네임', join: '들어가기', message: '메시지', bots: '봇', settings: '방 설정', more: '더 보기', people: '사람들', react: '반응 남기기', search: '검색', add: '봇 만들기', send: '보내기' },
  en: { nickname: 'Nickname', join: 'Join', message: 'Message', bots: 'Bots', settings: 'Room settings', more: 'More', people: 'People', react: 'React', search: 'Search', add: 'Add a bot', send: 'Send' },
};

const madang = await product();
const chromium = await browser();

/// Somebody in a room, in their language.
async function guest(nickname, room, lang, options) {
  const someone = await person(chromium, madang, { locale: lang === 'ko' ? 'ko-KR' : 'en-US', reducedMotion: 'reduce', ...options });
  const words = WORDS[lang];
  const named = (role, name) => someone.page.getByRole(role, { name, exact: true });
  await someone.page.goto(`${madang.address}/r/${encodeURIComponent(room)}?lang=${lang}`);
  if (nickname) {
    await named('textbox', words.nickname).fill(nickname);
    await named('button', words.join).click();
  }
  const composer = named('textbox', words.message);
  await composer.waitFor();
  const say = async (text) => {
    await composer.fill(text);
    await named('button', words.send).click();
    await expect(async () => (await composer.inputValue()) === '', 'it is sent');
    await someone.page.waitForTimeout(300);
  };
  const answered = async () => {
    const answer = someone.page.locator('article[data-kind="bot"]').last();
    await expect(async () => (await answer.getAttribute('data-state')) === 'done', 'the answer ends', 20_000);
  };
  return { ...someone, words, named, say, answered, composer };
}

async function shoot({ page }, name) {
  for (const colorScheme of ['light', 'dark']) {
    if (!isWanted(`${name}-${colorScheme}`)) continue;
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(100);
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  }
}

/// An answer that streams to two people, as a GIF: both pages side by side, ten pictures a second.
async function animate(people, start, name) {
  if (!isWanted(name)) return;
  for (const { page } of people) await page.setViewportSize({ width: 360, height: 560 });
  await start();
  const pictures = [];
  const answer = people[0].page.locator('article[data-kind="bot"]').last();
  for (let last = 12; last > 0 && pictures.length < 60; ) {
    const begun = Date.now();
    pictures.push(await Promise.all(people.map(async ({ page }) => PNG.sync.read(await page.screenshot()))));
    if ((await answer.getAttribute('data-state')) === 'done') last--;
    await people[0].page.waitForTimeout(Math.max(0, 100 - (Date.now() - begun)));
  }
  const { GIFEncoder, quantize, applyPalette } = gifenc;
  const gif = GIFEncoder();
  const gap = 8;
  const width = pictures[0].reduce((sum, picture) => sum + picture.width, gap * (people.length - 1));
  const { height } = pictures[0][0];
  for (const picture of pictures) {
    const whole = new PNG({ width, height, fill: true });
    whole.data.fill(0xdd);
    picture.forEach((side, index) => PNG.bitblt(side, whole, 0, 0, side.width, height, index * (side.width + gap), 0));
    const palette = quantize(whole.data, 64);
    gif.writeFrame(applyPalette(whole.data, palette), width, height, { palette, delay: 100 });
  }
  gif.finish();
  await writeFile(join(folder, `${name}.gif`), gif.bytes());
}

for (const lang of ['ko', 'en']) {
  const names = lang === 'ko' ? ['안나', '민수', '하루'] : ['Anna', 'Minsu', 'Haru'];
  const room = lang === 'ko' ? '주말-모임' : 'weekend';
  const lines =
    lang === 'ko'
      ? ['토요일에 한강에서 만나자. 비가 오면 어떡하지?', '나는 **오후 3시** 이후면 다 좋아 🙌', '@챗봇 토요일에 서울 날씨 어때?', '@투표 점심 뭐 먹지? 김밥, 라면, 비빔밥', '@번역 See you at the river on Saturday']
      : ["Let's meet at the river on Saturday. What if it rains?", 'Any time after **3 pm** suits me 🙌', '@chatbot what is the weather in Seoul?', '@poll What shall we eat? Gimbap, ramen, bibimbap', '@translator 토요일에 한강에서 만나요'];
  const anna = await guest(names[0], room, lang, { viewport: LAPTOP });
  const minsu = await guest(names[1], room, lang, { viewport: PHONE, hasTouch: true, isMobile: true });
  const haru = await guest(names[2], room, lang, { viewport: PHONE, hasTouch: true, isMobile: true });
  await anna.say(lines[0]);
  await minsu.say(lines[1]);
  await haru.say(lines[2]);
  await anna.answered();
  await anna.say(lines[3]);
  await anna.answered();
  const option = (someone) => someone.page.getByRole('button', { name: lang === 'ko' ? /비빔밥/ : /bibimbap/i }).first();
  await option(anna).click();
  await option(minsu).click();
  await minsu.say(lines[4]);
  await minsu.answered();
  const react = async (someone, index, emoji) => {
    await someone.page.getByRole('article').nth(index).getByRole('button', { name: someone.words.more }).first().click();
    await someone.named('menuitem', someone.words.react).click();
    await someone.page.getByRole('menuitem', { name: emoji }).click();
  };
  await react(anna, 1, '❤️');
  await react(minsu, 0, '👍');
  await react(haru, 0, '👍');
  for (const { page } of [anna, minsu]) await page.getByRole('log').evaluate((log) => log.scrollTo(0, log.scrollHeight));
  await anna.page.waitForTimeout(500);
  await shoot(anna, `room-laptop-${lang}`);
  await shoot(minsu, `room-phone-${lang}`);

  const landing = await person(chromium, madang, { viewport: LAPTOP });
  await landing.page.goto(`${madang.address}/?lang=${lang}`);
  await landing.page.getByRole('button').first().waitFor();
  await shoot(landing, `landing-laptop-${lang}`);
  await landing.page.setViewportSize(PHONE);
  await shoot(landing, `landing-phone-${lang}`);

  // A search with its results.
  await anna.named('button', anna.words.search).click();
  await anna.page.getByRole('searchbox').fill(lang === 'ko' ? '토요일' : 'Saturday');
  await anna.page.getByRole('searchbox').press('Enter');
  await anna.page.getByRole('dialog').getByRole('listitem').first().waitFor();
  await shoot(anna, `search-laptop-${lang}`);
  await anna.page.setViewportSize(PHONE);
  await shoot(anna, `search-phone-${lang}`);
  await anna.page.keyboard.press('Escape');
  await anna.page.setViewportSize(LAPTOP);

  // The menu of a message, the person's dialog, the settings, the bots, the people.
  for (const [someone, size] of [[anna, 'laptop']]) {
    const { page, words, named } = someone;
    await page.getByRole('article').first().hover();
    await page.getByRole('article').nth(1).getByRole('button', { name: words.more }).first().click();
    await shoot(someone, `menu-${size}-${lang}`);
    await page.keyboard.press('Escape');
    await page.getByRole('article').nth(1).getByRole('button', { name: names[1] }).first().click();
    await shoot(someone, `person-${size}-${lang}`);
    await page.setViewportSize(PHONE);
    await shoot(someone, `person-phone-${lang}`);
    await page.keyboard.press('Escape');
    await page.setViewportSize(LAPTOP);
    await named('button', words.settings).click();
    await shoot(someone, `settings-${size}-${lang}`);
    await page.setViewportSize(PHONE);
    await shoot(someone, `settings-phone-${lang}`);
    await page.keyboard.press('Escape');
    await page.setViewportSize(LAPTOP);
    await named('button', words.bots).click();
    await page.waitForTimeout(400);
    await shoot(someone, `bots-${size}-${lang}`);
    await named('button', words.add).click();
    await shoot(someone, `bot-form-${size}-${lang}`);
    await page.setViewportSize(PHONE);
    await shoot(someone, `bot-form-phone-${lang}`);
    await page.keyboard.press('Escape');
  }
  await anna.page.emulateMedia({ colorScheme: 'light' });
  await minsu.page.emulateMedia({ colorScheme: 'light' });
  await anna.page.reload();
  await anna.composer.waitFor();
  const question = lang === 'ko' ? '@챗봇 토요일 계획을 정리해 줄래?' : '@chatbot can you sum up the plan for Saturday?';
  await animate([anna, minsu], () => anna.say(question), `streaming-${lang}`);
  const stranger = await person(chromium, madang, { viewport: PHONE });
  await stranger.page.goto(`${madang.address}/r/${encodeURIComponent(room)}?lang=${lang}`);
  await stranger.page.getByRole('textbox').first().waitFor();
  await shoot(stranger, `join-phone-${lang}`);
}
await chromium.close();
await madang.stop();
