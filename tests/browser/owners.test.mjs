// What owners and operators do, what happens to the people they do it to, and what everybody can do about a person.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { Room } from './room.mjs';
import { LAPTOP, PHONE, person } from './deployment.mjs';

const SECRET = 'a secret for operators, long enough';

const shared = fixture({ OPERATOR_SECRET: SECRET });

async function guest(nickname, room, options) {
  const someone = await shared.guest(nickname, room, options);
  const dialog = (name) => someone.page.getByRole('dialog', { name, exact: true });
  const button = (name, where = someone.page) => where.getByRole('button', { name, exact: true });
  return { ...someone, dialog, button };
}

/// Opens the dialog about a person from the list, and returns it.
async function about(someone, nickname) {
  const entry = someone.room.people.getByRole('listitem').filter({ hasText: nickname });
  await entry.getByRole('button').click();
  const dialog = someone.dialog(nickname);
  await dialog.waitFor();
  return dialog;
}

/// Opens the menu of the message with this text and chooses an item.
async function choose(someone, words, item) {
  await someone.room.saying(words).getByRole('button', { name: 'More' }).click();
  await someone.page.getByRole('menu').getByRole('menuitem', { name: item, exact: true }).click();
}

async function settings(someone) {
  await someone.button('Room settings').click();
  const dialog = someone.dialog('Room settings');
  await dialog.waitFor();
  return dialog;
}

function noComplaints(...people) {
  assert.deepEqual(people.flatMap(({ complaints }) => complaints), []);
}

test('an owner mutes somebody and lets them write again', async () => {
  const ann = await guest('Ann', 'mute');
  const bob = await guest('Bob', 'mute');
  await bob.room.say('so much to say');
  await ann.room.saying('so much to say').waitFor();
  const dialog = await about(ann, 'Bob');
  await dialog.getByRole('combobox', { name: 'How long to mute' }).selectOption({ label: '10 minutes' });
  await ann.button('Mute', dialog).click();
  await dialog.getByText(/^Muted until /).waitFor();
  await bob.page.getByText(/You are muted here until .*\. You can read along\./).waitFor();
  await bob.room.composer.fill('may I?');
  assert.ok(await bob.room.send.isDisabled(), 'nothing can be sent');
  for (const { room } of [ann, bob]) {
    await room.log.getByText(/Ann muted Bob until /).waitFor();
    assert.equal(await room.articles.count(), 1, 'the line is no message');
  }
  await bob.page.reload();
  await bob.room.isConnected();
  await bob.page.getByText(/You are muted here until /).waitFor();

  await ann.button('Unmute', dialog).click();
  await ann.button('Mute', dialog).waitFor();
  await expect(async () => (await bob.page.getByText(/You are muted here/).count()) === 0, 'it is over');
  await bob.room.say('thank you');
  await ann.room.saying('thank you').waitFor();
  await ann.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.match(await ann.page.evaluate(() => document.activeElement.textContent), /Bob/, 'the keyboard is back where it was');
  noComplaints(ann, bob);
  await ann.context.close();
  await bob.context.close();
});

test('an owner kicks somebody, bans them, and takes the ban back', async () => {
  const ann = await guest('Ann', 'kick');
  const bob = await guest('Bob', 'kick');
  await bob.room.say('I shall be shown out');
  await ann.room.saying('I shall be shown out').waitFor();
  await ann.button('Kick', await about(ann, 'Bob')).click();
  await bob.page.getByText('You were removed from this room. You can come back in a minute.').waitFor();
  await ann.room.log.getByText(/Ann kicked Bob/).waitFor();
  await bob.button('Come back').click();
  await bob.page.getByText('You were removed from this room.').waitFor();
  assert.equal(await bob.room.composer.count(), 0);

  // Somebody who is gone is reached by their messages.
  await ann.button('Bob', ann.room.saying('I shall be shown out')).click();
  const dialog = ann.dialog('Bob');
  await dialog.getByRole('combobox', { name: 'How long to ban' }).selectOption({ label: 'until lifted' });
  await ann.button('Ban', dialog).click();
  await dialog.getByText('Banned until somebody lifts it.').waitFor();
  await ann.page.keyboard.press('Escape');
  await bob.page.reload();
  await bob.page.getByText('You are banned from this room.').waitFor();
  await bob.button('Home').waitFor();

  const kept = await settings(ann);
  await kept.getByRole('listitem').filter({ hasText: 'Bob Banned until' }).getByRole('button', { name: 'Unban' }).click();
  await kept.getByText('Nobody is muted or banned.').waitFor();
  await kept.getByText('What was done').click();
  await kept.getByText('Ann unbanned Bob').waitFor();
  noComplaints(ann);
  await ann.context.close();
  await bob.context.close();
});

test('an owner sets topic, slow mode and lock, and everybody is told', async () => {
  const ann = await guest('Ann', 'set');
  const bob = await guest('Bob', 'set');
  assert.equal(await bob.button('Room settings').count(), 0, 'only owners have settings');
  const dialog = await settings(ann);
  await dialog.getByLabel('Topic', { exact: true }).fill('Tea and cake');
  await dialog.getByLabel('Slow mode', { exact: true }).selectOption({ label: 'one message every 30 s' });
  await dialog.getByLabel('Lock the room').check();
  await dialog.getByLabel('Strict', { exact: true }).check();
  await ann.button('Save', dialog).click();
  await dialog.getByText('Saved.').waitFor();
  await bob.page.getByRole('banner').getByText('Tea and cake').waitFor();
  await bob.page.getByText('Slow mode: one message every 30 s.').waitFor();
  await bob.room.log.getByText(/Ann changed the room: topic “Tea and cake” · one message every 30 s · locked · strict moderation/).waitFor();

  const eve = await person(shared.chromium, shared.madang);
  await eve.page.goto(`${shared.madang.address}/r/set?lang=en`);
  await eve.page.getByText(/This room is locked/).first().waitFor();

  await bob.room.say('one');
  await bob.room.say('two');
  await expect(async () => (await bob.room.saying('two').getAttribute('data-state')) === 'failed', 'too soon');
  await bob.room.saying('two').getByText(/Slow mode is on here/).waitFor();
  await ann.page.keyboard.press('Escape');
  assert.equal(await ann.page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Room settings', 'the keyboard is back');
  noComplaints(ann, bob);
  for (const { context } of [ann, bob, eve]) await context.close();
});

test('a report reaches the owner, who deletes the message', async () => {
  const ann = await guest('Ann', 'report');
  const bob = await guest('Bob', 'report');
  const eve = await guest('Eve', 'report');
  await bob.room.say('buy my wonderful watches');
  await bob.room.say('and my wonderful shoes');
  await eve.room.saying('shoes').waitFor();
  for (const words of ['watches', 'shoes']) {
    await choose(eve, words, 'Report');
    const dialog = eve.dialog('Report a message of Bob');
    await dialog.getByText(words).waitFor();
    await dialog.getByLabel('Reason (optional)').fill('advertising');
    await eve.button('Report', dialog).click();
    await dialog.getByText('Thank you. The room\'s owner will see it.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await eve.page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'More', 'the keyboard is back');
  }
  const opener = ann.button('Room settings');
  await expect(async () => (await opener.getAttribute('data-count')) === '2', 'the badge tells how many');
  const dialog = await settings(ann);
  const entry = (words) => dialog.getByRole('list', { name: 'Reports' }).getByRole('listitem').filter({ hasText: words });
  await entry('watches').getByText('“advertising”').waitFor();
  await entry('watches').getByRole('button', { name: 'Delete message' }).click();
  await entry('shoes').getByRole('button', { name: 'Dismiss' }).click();
  await dialog.getByText('Nothing was reported.').waitFor();
  await ann.page.keyboard.press('Escape');
  await expect(async () => (await opener.getAttribute('data-count')) === null, 'the badge is gone');
  await bob.room.log.getByText('This message was deleted.').waitFor();
  assert.equal(await bob.room.saying('watches').count(), 0);
  assert.equal(await bob.room.saying('shoes').count(), 1);
  noComplaints(ann, bob, eve);
  for (const { context } of [ann, bob, eve]) await context.close();
});

test('somebody whom one has muted for oneself stays folded after a reload, and others see nothing of it', async () => {
  const ann = await guest('Ann', 'fold');
  const bob = await guest('Bob', 'fold');
  await ann.room.say('a long story');
  await bob.room.saying('a long story').waitFor();
  const dialog = await about(bob, 'Ann');
  assert.equal(await dialog.getByRole('button', { name: /^(Mute|Kick|Ban|Hand over ownership)$/ }).count(), 0, 'a visitor has no power');
  await bob.button('Mute for me', dialog).click();
  await bob.page.keyboard.press('Escape');
  await bob.room.log.getByText('Messages of Ann are hidden.').waitFor();
  assert.ok(!(await bob.room.saying('a long story').locator('[data-part="body"]').isVisible()));
  await ann.room.say('and its end');
  await expect(async () => (await bob.page.locator('article').count()) === 2, 'it has arrived');
  await bob.page.reload();
  await bob.room.isConnected();
  await bob.room.log.getByText('Messages of Ann are hidden.').first().waitFor();
  assert.ok(!(await bob.page.getByText('a long story').first().isVisible()), 'it stays hidden');
  await bob.room.log.getByRole('button', { name: 'Show again' }).first().click();
  await expect(async () => bob.room.saying('a long story').locator('[data-part="body"]').isVisible(), 'it is back');
  noComplaints(ann, bob);
  await ann.context.close();
  await bob.context.close();
});

test('one mentions a person, changes one’s nickname, and hands the room over', async () => {
  const ann = await guest('Ann', 'hand');
  const bob = await guest('Bob', 'hand');
  await ann.button('Mention', await about(ann, 'Bob')).click();
  await expect(async () => (await ann.room.composer.inputValue()) === '@Bob ', 'the mention is written');
  assert.ok(await ann.room.composer.evaluate((field) => field === document.activeElement), 'one goes on writing');

  const own = await about(bob, 'Bob');
  await bob.button('Change nickname', own).click();
  const field = own.getByRole('textbox', { name: 'Nickname' });
  await field.fill('Ann');
  await bob.button('Save', own).click();
  await own.getByText(/Somebody here has that nickname/).waitFor();
  await field.fill('Bobby');
  await bob.button('Save', own).click();
  await own.waitFor({ state: 'detached' });
  await ann.room.people.getByText('Bobby').waitFor();

  const dialog = await about(ann, 'Bobby');
  await ann.button('Hand over ownership', dialog).click();
  await dialog.getByText(/Bobby will own the room/).waitFor();
  await ann.button('Hand over', dialog).click();
  await bob.button('Room settings').waitFor();
  await expect(async () => (await ann.button('Room settings').count()) === 0, 'she owns it no more');
  await bob.room.log.getByText(/Ann made Bobby the owner/).waitFor();
  noComplaints(ann, bob);
  await ann.context.close();
  await bob.context.close();
});

test('a private room gets a new invite link, and is deleted by typing its name', async () => {
  const ann = await person(shared.chromium, shared.madang);
  await ann.page.goto(`${shared.madang.address}/?lang=en`);
  await ann.page.getByRole('button', { name: 'Create private room' }).click();
  await ann.page.getByRole('textbox', { name: 'Nickname' }).fill('Ann');
  await ann.page.getByRole('button', { name: 'Join' }).click();
  await ann.page.getByRole('textbox', { name: 'Message' }).waitFor();
  const old = ann.page.url();
  await ann.page.getByRole('button', { name: 'Room settings' }).click();
  const dialog = ann.page.getByRole('dialog', { name: 'Room settings' });
  await dialog.getByRole('button', { name: 'New invite link' }).click();
  const link = dialog.getByRole('group', { name: 'Invitation' }).locator('code');
  await link.waitFor();
  const fresh = await link.innerText();
  assert.notEqual(new URL(fresh).hash, new URL(old).hash);
  await expect(async () => new URL(ann.page.url()).hash === new URL(fresh).hash, 'the address bar has the new key');
  const late = await person(shared.chromium, shared.madang);
  await late.page.goto(old);
  await late.page.getByText(/There is no such room, or the link is incomplete/).waitFor();
  const bob = await person(shared.chromium, shared.madang);
  await bob.page.goto(`${fresh.replace('#', '?lang=en#')}`);
  await bob.page.getByRole('textbox', { name: 'Nickname' }).waitFor();

  await dialog.getByRole('button', { name: 'Delete room' }).click();
  const name = dialog.getByRole('textbox', { name: 'Type “Private room” to confirm' });
  await name.fill('private');
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  assert.ok(await name.isVisible(), 'a wrong name deletes nothing');
  await name.fill('Private room');
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  for (const { page } of [ann, bob]) await page.getByText('This room was deleted.').waitFor();
  noComplaints(ann, bob);
  for (const { context } of [ann, bob, late]) await context.close();
});

test('another device becomes the same person by a link that works once', async () => {
  const ann = await guest('Ann', 'device');
  await ann.button('Use on another device', await about(ann, 'Ann')).click();
  const dialog = ann.dialog('Use on another device');
  const link = dialog.getByRole('group', { name: 'Link for another device' }).locator('code');
  await link.waitFor();
  const address = (await link.innerText()).replace('#', '?lang=en#');
  const phone = await person(shared.chromium, shared.madang, { viewport: PHONE });
  await phone.page.goto(address);
  await phone.page.getByRole('button', { name: 'Use this browser' }).click();
  await phone.page.waitForURL(`${shared.madang.address}/`);
  // Nobody else can have the name that she has on the other device.
  await new Room(phone.page, shared.madang.address).join('Ann', 'device');
  await phone.page.getByRole('button', { name: 'Room settings' }).waitFor();
  const late = await person(shared.chromium, shared.madang);
  await late.page.goto(address);
  await late.page.getByRole('button', { name: 'Use this browser' }).click();
  await late.page.getByText(/This link was used already or is too old/).waitFor();
  noComplaints(ann, phone);
  for (const { context } of [ann, phone, late]) await context.close();
});

test('an operator signs in and keeps order in a room of others', async () => {
  const ann = await guest('Ann', 'order');
  const bob = await guest('Bob', 'order');
  await bob.page.goto(`${shared.madang.address}/operator?lang=en`);
  await bob.page.getByLabel("Operator's secret").fill('not the secret');
  await bob.button('Sign in').click();
  await bob.page.getByText('This is not the secret.').waitFor();
  await bob.page.getByLabel("Operator's secret").fill(SECRET);
  await bob.button('Sign in').click();
  await bob.page.getByRole('heading', { name: 'This day' }).waitFor();
  await bob.room.open('order');
  await bob.room.isConnected();
  await bob.room.people.getByText('operator').waitFor();
  await ann.room.say('hello');
  await bob.room.saying('hello').waitFor();
  await choose(bob, 'hello', 'Delete');
  await ann.room.log.getByText('This message was deleted.').waitFor();
  await bob.button('Room settings').waitFor();
  await bob.page.goto(`${shared.madang.address}/operator?lang=en`);
  await bob.button('Sign out').click();
  await bob.page.getByLabel("Operator's secret").waitFor();
  await bob.room.open('order');
  await bob.room.isConnected();
  assert.equal(await bob.button('Room settings').count(), 0);
  noComplaints(ann, bob);
  await ann.context.close();
  await bob.context.close();
});

for (const [size, viewport] of [['phone', PHONE], ['laptop', LAPTOP]]) {
  for (const lang of ['en', 'ko']) {
    test(`the dialogs of people and rooms are accessible: ${size}, ${lang}`, async () => {
      const room = `see-${size}-${lang}`;
      const ann = await guest('Ann', room, { viewport: LAPTOP, reducedMotion: 'reduce' });
      const bob = await guest('Bob', room);
      await bob.room.say('something to look at');
      await ann.room.saying('something to look at').waitFor();
      const muting = await about(ann, 'Bob');
      await ann.button('Mute', muting).click();
      await muting.getByText(/^Muted until /).waitFor();
      await ann.page.setViewportSize(viewport);
      await ann.room.open(room, lang);
      const look = async (what) => {
        for (const colorScheme of ['light', 'dark']) {
          await ann.page.emulateMedia({ colorScheme });
          assert.deepEqual(await violations(ann), [], `${what}, ${colorScheme}`);
          if (process.env.MADANG_SHOTS) await ann.page.screenshot({ path: `${process.env.MADANG_SHOTS}/${what}-${size}-${lang}-${colorScheme}.png` });
        }
        const width = await ann.page.evaluate(() => Math.max(...[...document.querySelectorAll('dialog *')].map((element) => element.getBoundingClientRect().right)));
        assert.ok(width <= viewport.width, `${what} is within the screen`);
      };
      const article = ann.page.locator('article', { hasText: 'something to look at' });
      await article.locator('.author').click();
      await ann.page.locator('dialog .keep-order').waitFor();
      await ann.page.locator('dialog .keep-order select').waitFor();
      await look('person');
      await ann.page.keyboard.press('Escape');
      await article.locator('.more').click();
      await ann.page.getByRole('menu').waitFor();
      await look('menu');
      await ann.page.keyboard.press('End');
      await ann.page.keyboard.press('ArrowUp');
      await ann.page.keyboard.press('Enter');
      await ann.page.locator('#report-reason').waitFor();
      await look('report');
      await ann.page.keyboard.press('Escape');
      await ann.page.locator('.settings-button').click();
      await ann.page.locator('dialog.settings').waitFor();
      await ann.page.locator('dialog.settings summary').click();
      await look('settings');
      await ann.page.keyboard.press('Escape');
      if (size === 'phone') await ann.page.locator('.people-button').click();
      await ann.page.locator('.people .person', { hasText: 'Ann' }).click();
      await look('own');
      await ann.page.locator('dialog .choices .button').last().click();
      await ann.page.locator('dialog code').waitFor();
      await look('device');
      for (const [page, content] of [['operator', 'main form'], ['device', '.small-page']]) {
        await ann.page.goto(`${shared.madang.address}/${page}?lang=${lang}`);
        await ann.page.locator(content).waitFor();
        await look(`page-${page}`);
      }
      noComplaints(ann);
      await ann.context.close();
      await bob.context.close();
    });
  }
}
