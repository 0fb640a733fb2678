// When the program of the page crashes: it says so on screen and in the console, and one can go on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { person } from './deployment.mjs';

const shared = fixture();

/// Makes the next view that is drawn crash.
function breakViews(page) {
  return page.evaluate(() => {
    const whole = [];
    for (const [of, name] of [[Document, 'createElement'], [Document, 'createElementNS'], [Document, 'createTextNode'], [Node, 'cloneNode']]) {
      whole.push([of.prototype, name, of.prototype[name]]);
      of.prototype[name] = () => {
        throw new TypeError('the browser makes no elements');
      };
    }
    globalThis.mend = () => whole.forEach(([of, name, method]) => (of[name] = method));
  });
}

for (const [lang, words, reload] of [['en', /^Madang stopped working\./, 'Reload'], ['ko', /^마당이 멈췄어요\./, '새로고침']]) {
  test(`case_250_a_crash_in_a_view_shows_a_way_back: ${lang}`, async () => {
    const ann = await shared.guest('Ann', `crash-${lang}`);
    await ann.room.say('before');
    await ann.room.saying('before').waitFor();
    await ann.room.open(`crash-${lang}`, lang);
    const composer = ann.page.getByRole('textbox', { name: lang === 'en' ? 'Message' : '메시지', exact: true });
    await composer.fill('half a thought');
    const before = ann.page.getByRole('article').filter({ hasText: 'before' });
    await before.waitFor();
    await breakViews(ann.page);
    await before.getByRole('button').first().click();
    const notice = ann.page.locator('#page-notice');
    await expect(async () => words.test(await notice.innerText()), 'the page says so');
    assert.ok(await before.isVisible(), 'what was there can still be read');
    assert.ok(ann.complaints.some((line) => line.includes('Madang crashed')), `the console says so: ${ann.complaints}`);
    assert.ok(ann.complaints.some((line) => line.includes('panicked at')), `the console says where: ${ann.complaints}`);
    await ann.page.evaluate(() => mend());
    assert.deepEqual(await violations(ann), []);
    await notice.getByRole('button', { name: reload }).click();
    await expect(() => ann.page.evaluate(() => !globalThis.mend), 'the page is loaded again');
    await before.waitFor();
    await expect(async () => (await composer.inputValue()) === 'half a thought', 'the draft is there');
    assert.equal(await notice.isVisible(), false);
    await ann.context.close();
  });
}

test('case_250_a_crash_while_the_page_starts_is_no_white_page', async () => {
  const ann = await person(shared.chromium, shared.madang);
  // Once the program runs, nothing can be drawn.
  await ann.context.addInitScript(() => {
    const { instantiateStreaming } = WebAssembly;
    WebAssembly.instantiateStreaming = async (...given) => {
      const broken = () => {
        throw new TypeError('the browser makes no elements');
      };
      Document.prototype.createElement = broken;
      Document.prototype.createElementNS = broken;
      Node.prototype.cloneNode = broken;
      return instantiateStreaming.apply(WebAssembly, given);
    };
  });
  await ann.page.goto(`${shared.madang.address}/r/lobby?lang=en`);
  await ann.page.getByText('Madang stopped working.').waitFor();
  assert.ok(await ann.page.getByRole('link', { name: 'Start page' }).isVisible());
  await ann.context.close();
});

test('case_250_a_program_that_cannot_be_loaded_is_said', async () => {
  const ann = await person(shared.chromium, shared.madang);
  await ann.page.route('**/*.wasm', (route) => route.abort());
  await ann.page.goto(`${shared.madang.address}/r/lobby?lang=en`);
  await ann.page.getByText('Madang could not start.').waitFor();
  await ann.context.close();
});
