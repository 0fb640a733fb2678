// Several answers to a question: an owner's bot that gives three, paging through them, choosing one, and asking again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { PHONE } from './deployment.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';

const shared = fixture();

test('a bot gives three answers, everybody pages through them, and who asked chooses one', async () => {
  const ann = await shared.guest('Ann', 'several');
  const bob = await shared.guest('Bob', 'several', { viewport: PHONE });
  const carol = await shared.guest('Carol', 'several');
  const drawer = ann.page.getByRole('complementary', { name: 'Bots' });
  const label = (name) => drawer.getByLabel(name, { exact: true });
  const save = () => drawer.getByRole('button', { name: 'Save', exact: true }).click();
  await ann.page.getByRole('button', { name: 'Bots', exact: true }).click();
  await drawer.getByRole('button', { name: 'Add a bot', exact: true }).click();
  await label('Handle').fill('many');
  await label('Instructions').fill('You have ideas.');
  await label('Answers to choose from').selectOption('3');
  await label('Weather').check();
  await save();
  await drawer.getByText('A bot with tools or a form gives one answer.').waitFor();
  await label('Weather').uncheck();
  await save();
  await drawer.getByRole('button', { name: 'Edit @many', exact: true }).click();
  assert.equal(await label('Answers to choose from').inputValue(), '3', 'it is kept');
  await ann.page.keyboard.press('Escape');

  const pager = ({ room }) => room.answer.getByRole('group', { name: 'Answers' });
  const turn = (someone, name) => pager(someone).getByRole('button', { name, exact: true });
  const shows = (someone, page, text) =>
    expect(async () => {
      const [place, words] = [await pager(someone).getByRole('status').innerText(), await someone.room.body(someone.room.answer)];
      return place === page && text.test(words);
    }, `${page} ${text}`, 20_000);
  await bob.room.say('@many hello');
  for (const someone of [ann, bob, carol]) await shows(someone, '1/3', /^(?!.*\(\d\)$)/s);
  // Everybody pages for themselves, around the ends, and the focus stays.
  await turn(carol, 'Next answer').focus();
  await carol.page.keyboard.press('Enter');
  await shows(carol, '2/3', /\(2\)$/);
  assert.ok(await turn(carol, 'Next answer').evaluate((button) => button === document.activeElement), 'the focus stays');
  await turn(carol, 'Previous answer').click();
  await turn(carol, 'Previous answer').click();
  await shows(carol, '3/3', /\(3\)$/);
  await shows(bob, '1/3', /./);
  assert.equal(await pager(carol).getByRole('button', { name: 'Use this one' }).count(), 0, 'she has not asked');
  for (const button of await pager(bob).getByRole('button').all()) {
    const { width, height } = await button.boundingBox();
    assert.ok(width >= 44 && height >= 44, `${width} x ${height}`);
  }
  await turn(bob, 'Next answer').click();
  await turn(bob, 'Use this one').click();
  for (const someone of [ann, bob, carol]) await shows(someone, '2/3', /\(2\)$/);
  assert.ok(await turn(bob, 'Previous answer').evaluate((button) => button === document.activeElement), 'the focus stays near');
  for (const someone of [ann, bob]) assert.deepEqual(await violations(someone), []);
  await carol.page.reload();
  await carol.room.isConnected();
  await shows(carol, '2/3', /\(2\)$/);

  // An answer that is asked for again has the same place.
  const count = await ann.room.articles.count();
  await ann.room.say('a message after it');
  assert.equal(await carol.room.answer.getByRole('button', { name: 'Regenerate' }).count(), 0, 'only who asked and the owner');
  await ann.room.answer.getByRole('button', { name: 'Regenerate' }).click();
  for (const someone of [ann, bob, carol]) await shows(someone, '4/6', /./);
  assert.equal(await ann.room.articles.count(), count + 1, 'one place for all answers to a question');
  await turn(ann, 'Previous answer').click();
  await shows(ann, '3/6', /\(3\)$/);
  assert.deepEqual([...ann.complaints, ...bob.complaints, ...carol.complaints], []);
  for (const { context } of [ann, bob, carol]) await context.close();
});
