// Cards, tool uses and costs of answers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { PHONE } from './deployment.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { picture } from './picture.mjs';

const shared = fixture();
const { guest } = shared;

/// Records from now on every text that the page shows or announces.
async function listen({ page }) {
  await page.evaluate(() => {
    const look = () => window.said.add(document.body.innerText + document.querySelector('.visually-hidden[aria-live]').textContent);
    window.said = new Set();
    new MutationObserver(look).observe(document.body, { childList: true, characterData: true, attributes: true, subtree: true });
  });
  return () => page.evaluate(() => [...window.said]);
}

/// The options of a poll with their votes; the own vote is marked.
function votes({ room }) {
  return room.answer.getByRole('group').locator('[aria-pressed]').evaluateAll((options) =>
    options.map((option) => [...option.innerText.trim().split(/\s+/), ...(option.getAttribute('aria-pressed') === 'true' ? ['mine'] : [])].join(' ')),
  );
}

function shows(someone, expected) {
  return expect(async () => `${await votes(someone)}` === `${expected}`, `the votes are ${expected}`);
}

test('a poll is shown as a card from its first delta, and two people vote', async () => {
  const ann = await guest('Ann', 'poll');
  const bob = await guest('Bob', 'poll');
  const heard = await Promise.all([ann, bob].map(listen));
  await ann.room.say('@poll 점심 뭐 먹지? 김밥, 라면, 비빔밥');
  await Promise.all([ann, bob].map(({ room }) => room.answerIs('done')));
  await shows(ann, ['김밥 0', '라면 0', '비빔밥 0']);
  await shows(bob, ['김밥 0', '라면 0', '비빔밥 0']);
  await ann.room.answer.getByRole('group', { name: '점심 뭐 먹지?' }).waitFor();
  // Announcements come a little later.
  await new Promise((done) => setTimeout(done, 1_000));
  for (const said of heard) {
    const all = await said();
    assert.ok(all.some((text) => text.includes('Making a poll…')), 'while it is made, that is said');
    assert.deepEqual(all.flatMap((text) => text.match(/.*[{}[\]].*|.*"(question|options)".*/) ?? []), [], 'no notation is ever shown or read aloud');
  }

  const option = ({ room }, name) => room.answer.getByRole('button', { name: new RegExp(`^${name}`) });
  await option(ann, '김밥').click();
  await shows(ann, ['김밥 1 mine', '라면 0', '비빔밥 0']);
  await shows(bob, ['김밥 1', '라면 0', '비빔밥 0']);
  await option(bob, '라면').focus();
  await bob.page.keyboard.press('Enter');
  await shows(bob, ['김밥 1', '라면 1 mine', '비빔밥 0']);
  await shows(ann, ['김밥 1 mine', '라면 1', '비빔밥 0']);
  assert.ok(await option(bob, '라면').evaluate((button) => button === document.activeElement), 'the keyboard stays where it voted');
  // The list of voters opens on request and stays open.
  await bob.room.answer.getByText('2 votes · Who voted').click();
  await bob.room.answer.getByText('김밥: Ann').waitFor();
  await option(ann, '라면').click();
  await shows(ann, ['김밥 0', '라면 2 mine', '비빔밥 0']);
  await shows(bob, ['김밥 0', '라면 2 mine', '비빔밥 0']);
  await expect(() => bob.room.answer.getByText(/라면: (Ann, Bob|Bob, Ann)/).isVisible(), 'both are named');
  await option(ann, '라면').click();
  await shows(ann, ['김밥 0', '라면 1', '비빔밥 0']);
  await shows(bob, ['김밥 0', '라면 1 mine', '비빔밥 0']);
  await bob.page.reload();
  await bob.room.isConnected();
  await shows(bob, ['김밥 0', '라면 1 mine', '비빔밥 0']);
  // A quotation of a card is plain text.
  await bob.room.answer.getByRole('button', { name: 'Reply' }).click();
  assert.doesNotMatch(await bob.page.locator('form').filter({ has: bob.room.composer }).innerText(), /[{}"]/);
  const carol = await guest('Carol', 'poll');
  await shows(carol, ['김밥 0', '라면 1', '비빔밥 0']);
  assert.deepEqual([...ann.complaints, ...bob.complaints, ...carol.complaints], []);
  for (const { context } of [ann, bob, carol]) await context.close();
});

test('a summary is shown as a card with its parts', async () => {
  const ann = await guest('Ann', 'summary');
  const bob = await guest('Bob', 'summary');
  await ann.room.say('토요일에 한강에서 만나자');
  await bob.room.say('좋아, 두 시에 보기로 하자');
  await ann.room.say('비가 오면 어떡하지?');
  await bob.room.saying('비가 오면').waitFor();
  const heard = await listen(ann);
  await bob.room.say('@요약');
  await Promise.all([ann, bob].map(({ room }) => room.answerIs('done')));
  await new Promise((done) => setTimeout(done, 1_000));
  assert.deepEqual((await heard()).flatMap((text) => text.match(/.*[{}[\]].*|.*"(topics|decisions)".*/) ?? []), []);
  for (const { room } of [ann, bob]) {
    const headings = await room.answer.getByRole('heading').allInnerTexts();
    assert.ok(headings.includes('Topics'), `the headings are “${headings}”`);
    for (const heading of headings) assert.match(heading, /^(Topics|Decisions|Open questions)$/);
    assert.equal(await room.answer.getByRole('list').count(), headings.length);
    assert.match(await room.body(room.answer), /한강|비/);
  }
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await ann.context.close();
  await bob.context.close();
});

/// The numbers of an answer's footer or of a line of the bill: input, cached and output tokens.
function tokens(text) {
  const found = text.match(/([\d,]+) in (?:\(([\d,]+) cached\) )?· ([\d,]+) out/);
  assert.ok(found, `tokens in “${text}”`);
  return found.slice(1).map((number) => Number((number ?? '0').replaceAll(',', '')));
}

function sum(lists) {
  return lists.reduce((one, other) => one.map((number, index) => number + other[index]), [0, 0, 0]);
}

test('an answer shows its tool uses and usage, and the bill counts it', async () => {
  const ann = await guest('Ann', 'bill');
  const bob = await guest('Bob', 'bill');
  await ann.page.getByRole('button', { name: 'Bots', exact: true }).click();
  const bill = ann.page.getByRole('region', { name: 'Cost' });
  const line = (name) => bill.getByRole('definition').nth(['Today', 'All time', 'Yours today'].indexOf(name)).innerText();
  await bill.waitFor();
  assert.match(await line('Today'), /^0 answers/);

  await bob.room.say('@chatbot 서울 날씨 어때?');
  await bob.room.answerIs('done');
  const foot = await bob.room.answer.innerText();
  assert.match(foot, /looked up the weather in (서울|Seoul)/);
  assert.match(foot, /(≈|<)\$0\.\d+/);
  const first = tokens(foot);
  assert.ok(first[0] > 0 && first[2] > 0, `${first}`);
  // The open panel is updated.
  await expect(async () => /^1 answer ·/.test(await line('Today')), 'the answer is on the bill');
  assert.deepEqual(tokens(await line('Today')), first);
  assert.match(await line('Yours today'), /^0 answers/, 'what somebody else asked is not on one’s own');

  await ann.room.say('@chatbot hello');
  await expect(async () => (await ann.room.articles.count()) === 4, 'a second answer');
  await ann.room.answerIs('done');
  const second = tokens(await ann.room.answer.innerText());
  await expect(async () => /^2 answers ·/.test(await line('Today')), 'both are on the bill');
  assert.deepEqual(tokens(await line('Today')), sum([first, second]));
  assert.deepEqual(tokens(await line('All time')), sum([first, second]));
  assert.match(await line('Yours today'), /^1 answer ·/);
  assert.deepEqual(tokens(await line('Yours today')), second);
  assert.match(await bill.innerText(), /Today\s+(≈|<)\$0\.\d+/);
  await ann.page.keyboard.press('Escape');
  assert.equal(await bill.count(), 0, 'Escape closes the drawer');
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await ann.context.close();
  await bob.context.close();
});

test('several options are chosen, one is added, and who asked closes the poll', async () => {
  const ann = await guest('Ann', 'options');
  const bob = await guest('Bob', 'options', { viewport: PHONE });
  await ann.room.say('@poll 되는 날을 모두 골라 주세요. 언제 볼까? 월요일, 화요일, 수요일');
  await Promise.all([ann, bob].map(({ room }) => room.answerIs('done')));
  await bob.room.answer.getByText('Choose one or more.').waitFor();
  const button = ({ room }, name) => room.answer.getByRole('button', { name });
  await button(bob, /^월요일/).click();
  await button(bob, /^수요일/).click();
  await shows(ann, ['월요일 1', '화요일 0', '수요일 1']);
  await shows(bob, ['월요일 1 mine', '화요일 0', '수요일 1 mine']);
  await button(bob, /^월요일/).click();
  await shows(bob, ['월요일 0', '화요일 0', '수요일 1 mine']);

  // What is typed survives the votes of others.
  await button(bob, 'Add an option').click();
  const dialog = bob.page.getByRole('dialog', { name: 'Add an option' });
  const field = dialog.getByLabel('Option', { exact: true });
  await expect(() => field.evaluate((input) => input === document.activeElement), 'one can type at once');
  await field.pressSequentially('목요');
  await button(ann, /^화요일/).click();
  await shows(bob, ['월요일 0', '화요일 1', '수요일 1 mine']);
  await field.pressSequentially('일');
  assert.deepEqual(await violations(bob), []);
  await picture(bob, 'poll-option-phone');
  await bob.page.keyboard.press('Enter');
  await shows(ann, ['월요일 0', '화요일 1 mine', '수요일 1', '목요일 0']);
  assert.equal(await dialog.count(), 0, 'the dialog is closed');
  await button(bob, 'Add an option').click();
  await bob.page.keyboard.press('Enter');
  await dialog.getByText('Write something here.').waitFor();
  await field.fill('목요일');
  await bob.page.keyboard.press('Enter');
  await bob.page.getByText('There is nothing to do there now.').waitFor();

  assert.equal(await button(bob, 'Close the poll').count(), 0, 'Bob did not ask');
  await button(ann, 'Close the poll').click();
  await bob.room.answer.getByText('The poll is closed.').waitFor();
  assert.ok(await button(bob, /^수요일/).isDisabled());
  assert.equal(await button(bob, 'Add an option').count(), 0);
  assert.deepEqual(await violations(bob), []);
  await picture(ann, 'poll-closed-laptop');
  await button(ann, 'Reopen the poll').click();
  await button(bob, /^목요일/).click();
  await shows(ann, ['월요일 0', '화요일 1 mine', '수요일 1', '목요일 1']);
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  for (const { context } of [ann, bob]) await context.close();
});

test('case_233_a_secret_poll_shows_how_many_and_not_who', async () => {
  const ann = await guest('Ann', 'secret');
  const bob = await guest('Bob', 'secret', { viewport: PHONE });
  await ann.room.say('@poll 비밀 투표로 정해요. 누가 발표할까? 민수, 하루');
  await Promise.all([ann, bob].map(({ room }) => room.answerIs('done')));
  await bob.room.answer.getByText('Secret: nobody sees who chose what.').waitFor();
  const button = ({ room }, name) => room.answer.getByRole('button', { name });
  await button(ann, /^민수/).click();
  await button(bob, /^하루/).click();
  await shows(ann, ['민수 1 mine', '하루 1']);
  await button(bob, /^민수/).click();
  await shows(ann, ['민수 2 mine', '하루 0']);
  await shows(bob, ['민수 2 mine', '하루 0']);
  for (const someone of [ann, bob]) {
    assert.equal(await someone.room.answer.locator('details').filter({ hasText: /who/i }).count(), 0, 'nobody is named');
    assert.deepEqual(await violations(someone), []);
  }
  await picture(bob, 'poll-secret-phone');
  await bob.page.reload();
  await bob.room.isConnected();
  await shows(bob, ['민수 2 mine', '하루 0']);
  await button(bob, /^민수/).click();
  await shows(bob, ['민수 1', '하루 0']);
  await shows(ann, ['민수 1 mine', '하루 0']);
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await ann.context.close();
  await bob.context.close();
});

test('open questions of a summary are ticked off by anybody, with mouse and keyboard', async () => {
  const ann = await guest('Ann', 'questions');
  const bob = await guest('Bob', 'questions');
  await ann.room.say('토요일에 한강에서 만나자');
  await bob.room.say('비가 오면 어떡하지?');
  await ann.room.saying('비가 오면').waitFor();
  await ann.room.say('@summary');
  await Promise.all([ann, bob].map(({ room }) => room.answerIs('done')));
  const question = ({ room }) => room.answer.getByRole('checkbox').first();
  assert.ok(!(await question(ann).isChecked()));
  await question(ann).click();
  await expect(() => question(bob).isChecked(), 'Bob sees it');
  assert.deepEqual(await violations(ann), []);
  await picture(ann, 'summary-ticked');
  await question(bob).press('Space');
  await expect(async () => !(await question(ann).isChecked()), 'it is open again');
  await question(ann).press('Space');
  await expect(() => question(bob).isChecked(), 'Bob sees it again');
  assert.ok(await question(ann).evaluate((box) => box === document.activeElement), 'the keyboard stays there');
  await bob.page.reload();
  await bob.room.isConnected();
  await expect(() => question(bob).isChecked(), 'it is kept');
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  for (const { context } of [ann, bob]) await context.close();
});
