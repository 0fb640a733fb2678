// The operator's page: signing in, the limits that hold without a deploy, and what people in the rooms see of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { Room } from './room.mjs';
import { LAPTOP, PHONE, person } from './deployment.mjs';

const SECRET = 'a secret for operators, long enough';

const shared = fixture({ OPERATOR_SECRET: SECRET, BUDGET_HOUR_USD: '1', BUDGET_DAY_USD: '5' });

/// The operator's page of somebody who has signed in.
async function operator(options) {
  const someone = await person(shared.chromium, shared.madang, options);
  const { page } = someone;
  await page.goto(`${shared.madang.address}/operator?lang=en`);
  await page.getByLabel("Operator's secret").fill(SECRET);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'This day' }).waitFor();
  const save = async () => {
    const stored = page.waitForResponse((reply) => reply.url().endsWith('/limits'));
    await page.getByRole('button', { name: 'Save limits' }).click();
    assert.equal((await stored).status(), 200);
    await page.getByText('Saved.').waitFor();
  };
  return { ...someone, save, status: page.getByRole('status') };
}

test('the operator changes a limit, and the page shows it at once', async () => {
  const { page, context, complaints, save, status } = await operator();
  const choice = page.getByRole('combobox', { name: 'Limit of a day' });
  await choice.selectOption('US dollars');
  const amount = page.getByLabel('Limit of a day: amount');
  for (const wrong of ['', '-1']) {
    await amount.fill(wrong);
    await page.getByRole('button', { name: 'Save limits' }).click();
    await expect(async () => (await status.textContent()) === 'Limit of a day: enter an amount.', `${wrong} is refused`);
  }
  await amount.fill('7.5');
  await save();
  await page.getByText(/ of \$7\.50$/).waitFor();
  assert.equal(await amount.inputValue(), '7.5');
  await page.reload();
  await page.getByText(/ of \$7\.50$/).waitFor();
  await choice.selectOption('no limit');
  await save();
  await page.getByText(/, no limit$/).waitFor();
  await choice.selectOption('as the variable says');
  await save();
  await expect(async () => (await page.getByText(/, no limit$/).count()) === 0, 'the variable holds again');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the kill switch stops answers, which say why, and lets them go again', async () => {
  const boss = await operator();
  const killSwitch = boss.page.getByLabel('Switch all bots off');
  await killSwitch.check();
  await boss.save();
  await boss.page.getByText('All bots are switched off. People can chat.').waitFor();

  const ann = await person(shared.chromium, shared.madang);
  const room = new Room(ann.page, shared.madang.address);
  await room.join('Ann', 'switch');
  await room.say('@chatbot hello');
  await expect(async () => /The operator has switched the AI off\. You can go on talking\./.test(await room.answer.innerText()), 'that is said');
  await room.say('so we talk');
  await expect(async () => (await room.saying('so we talk').getAttribute('data-state')) === 'sent', 'people talk on');

  await killSwitch.uncheck();
  await boss.save();
  await expect(async () => (await boss.page.getByText('All bots are switched off.').count()) === 0, 'the page no longer says so');
  await room.say('@chatbot hello again');
  await room.answerIs('done');
  assert.deepEqual([...ann.complaints, ...boss.complaints], []);
  for (const { context } of [ann, boss]) await context.close();
});

for (const [size, viewport] of [['phone', PHONE], ['laptop', LAPTOP]]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`the operator's page is accessible and fits: ${size}, ${colorScheme}`, async () => {
      const { page, context } = await operator({ viewport, colorScheme });
      assert.deepEqual(await violations({ context, page }), []);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, 'nothing is wider than the screen');
      await context.close();
    });
  }
}
