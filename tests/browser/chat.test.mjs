// Two people and a chatbot, each in a browser of their own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { Room } from './room.mjs';
import { LAPTOP, person, SMALL_PHONE } from './deployment.mjs';

const shared = fixture();
const { guest } = shared;

test('a room name is put into its form, and a wrong one is said at its field', async () => {
  const ann = await person(shared.chromium, shared.madang);
  await ann.page.goto(`${shared.madang.address}/?lang=en`);
  const field = ann.page.getByRole('textbox', { name: 'Room name' });
  const open = ann.page.getByRole('button', { name: 'Open room' });
  await field.fill('???');
  await open.click();
  await ann.page.getByText('Use letters a–z, digits, hyphens or Hangul, up to 64 characters.').waitFor();
  await expect(async () => field.evaluate((input) => input === document.activeElement && input.getAttribute('aria-invalid') === 'true'), 'the field has the focus');
  await field.fill('My Room!');
  await open.click();
  await ann.page.waitForURL((url) => url.pathname === '/r/my-room');
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
});

test('a button that is being pressed stays in its place while the room answers', async () => {
  for (const viewport of [LAPTOP, SMALL_PHONE]) {
    const ann = await person(shared.chromium, shared.madang, { viewport });
    let answer;
    const asked = new Promise((done) => ann.page.route('**/api/enter', (route) => done((answer = () => route.continue())), { times: 1 }));
    await ann.page.goto(`${shared.madang.address}/r/pressed-${viewport.width}?lang=en`);
    await ann.page.getByRole('textbox', { name: 'Nickname' }).fill('Ann');
    await asked;
    const button = ann.page.getByRole('button', { name: 'Join' });
    const before = await button.boundingBox();
    await ann.page.mouse.move(before.x + before.width / 2, before.y + before.height / 2);
    await ann.page.mouse.down();
    await answer();
    await ann.page.getByText('This room is new.', { exact: false }).waitFor();
    await ann.page.getByText('Demo:', { exact: false }).waitFor();
    assert.deepEqual(await button.boundingBox(), before);
    await ann.page.mouse.up();
    await ann.page.getByRole('textbox', { name: 'Message' }).waitFor();
    await ann.context.close();
  }
});

test('two people enter a room from the landing page and see each other', async () => {
  const ann = await person(shared.chromium, shared.madang);
  await ann.page.goto(`${shared.madang.address}/?lang=en`);
  const nickname = ann.page.getByRole('textbox', { name: 'Nickname' });
  await expect(() => nickname.evaluate((input) => input === document.activeElement), 'one types at once');
  await ann.page.getByRole('textbox', { name: 'Room name' }).fill('우리 집');
  await ann.page.getByRole('button', { name: 'Open room' }).click();
  await ann.page.waitForURL((url) => decodeURIComponent(url.pathname) === '/r/우리-집');
  await ann.page.getByRole('textbox', { name: 'Nickname' }).fill('Ann');
  await ann.page.getByRole('button', { name: 'Join' }).click();
  const atAnn = new Room(ann.page, shared.madang.address);
  await atAnn.composer.waitFor();

  const bob = await guest('밥', '우리-집');
  await atAnn.say('안녕하세요');
  await bob.room.saying('안녕하세요').waitFor();
  await bob.room.say('hello **there** <b>x</b>');
  await atAnn.saying('hello').waitFor();
  assert.match(await atAnn.body(atAnn.saying('hello')), /<b>x<\/b>/);
  await expect(async () => (await atAnn.people.getByRole('listitem').count()) === 2, 'two people are here');
  const article = bob.room.saying('안녕하세요');
  assert.equal(await article.getAttribute('data-author'), 'Ann');
  assert.equal(await article.getAttribute('data-kind'), 'human');
  assert.ok((await bob.page.getByRole('article', { name: /^Ann/ }).count()) > 0, 'the article is named after its author');
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  assert.deepEqual([...ann.strangers, ...bob.strangers], []);
  await ann.context.close();
  await bob.context.close();
});

test('both see the answer stream, and a reload keeps everything', async () => {
  const ann = await guest('Ann', 'stream');
  const bob = await guest('Bob', 'stream');
  await ann.room.say('@chatbot tell me a long story');
  await bob.room.answerIs('streaming');
  const early = await bob.room.body(bob.room.answer);
  await expect(async () => (await bob.room.body(bob.room.answer)).length > early.length + 50, 'the answer grows');
  const carol = await guest('Carol', 'stream');
  assert.ok((await carol.room.body(carol.room.answer)).length > 10, 'a late joiner sees the text so far');
  const [one, two, three] = await Promise.all([ann, bob, carol].map(({ room }) => room.answerIs('done', 40_000)));
  assert.equal(one, two);
  assert.equal(one, three);
  const before = await bob.room.transcript();
  await bob.page.reload();
  await bob.room.isConnected();
  await expect(async () => (await bob.room.transcript()).length === before.length, 'the history is back');
  assert.deepEqual(await bob.room.transcript(), before);
  for (const { context } of [ann, bob, carol]) await context.close();
});

test('the chatbot knows who wrote which message', async () => {
  const ann = await guest('Ann', 'names');
  const bob = await guest('Bob', 'names');
  await ann.room.say('@chatbot 내 이름은 하늘이야');
  await ann.room.answerIs('done');
  await ann.room.say('사실 내 이름은 바다야');
  await ann.room.saying('사실 내 이름은').waitFor();
  await ann.room.say('@chatbot 내 이름이 뭐야?');
  await expect(async () => (await ann.room.articles.count()) === 5, 'two answers');
  assert.match(await ann.room.answerIs('done'), /바다/);
  await bob.room.say('@chatbot what is my name?');
  await expect(async () => (await bob.room.articles.count()) === 7, 'three answers');
  assert.doesNotMatch(await bob.room.answerIs('done'), /바다|하늘/);
  await ann.context.close();
  await bob.context.close();
});

test('an answer can be stopped and regenerated', async () => {
  const ann = await guest('Ann', 'stop');
  await ann.room.say('@chatbot tell me a long story');
  await ann.room.answerIs('streaming');
  await ann.room.answer.getByRole('button', { name: 'Stop' }).click();
  await ann.room.answerIs('stopped');
  await ann.room.answer.getByText('Stopped by Ann.').waitFor();
  await ann.room.answer.getByRole('button', { name: 'Regenerate' }).click();
  await ann.room.answerIs('streaming');
  assert.equal(await ann.room.articles.count(), 2, 'in the place of the first');
  await ann.context.close();
});

test('a process that is killed in the middle of an answer leaves it interrupted, and the chatbot still knows', async () => {
  const ann = await guest('Ann', 'kill');
  await ann.room.say('@chatbot my name is Sky');
  await ann.room.answerIs('done');
  await ann.room.say('@chatbot tell me a long story');
  await expect(async () => (await ann.room.articles.count()) === 4, 'the second answer');
  await ann.room.answerIs('streaming');
  await new Promise((done) => setTimeout(done, 2_500));
  await shared.madang.kill();
  await expect(async () => /Reconnecting…|Offline/.test(await ann.room.connection.textContent()), 'the banner says so');
  await ann.room.answer.getByText('Goes on when you are connected.').waitFor();
  assert.equal(await ann.room.answer.getByRole('button', { name: 'Stop' }).count(), 0, 'nobody could stop it');
  await shared.madang.start();
  await ann.room.isConnected();
  await ann.room.answerIs('interrupted');
  assert.ok((await ann.room.body(ann.room.answer)).length > 10, 'the partial text is there');
  await ann.room.say('@chatbot what is my name?');
  await expect(async () => (await ann.room.articles.count()) === 6, 'another answer');
  assert.match(await ann.room.answerIs('done'), /Sky/);
  await ann.context.close();
});
