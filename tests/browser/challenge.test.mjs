// New visitors pass a challenge where the operator has set its keys. A server on this machine stands for Turnstile.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { expect } from './expect.mjs';
import { browser as launch, person, PHONE, product } from './deployment.mjs';

const WIDGET = `
const place = document.querySelector('.cf-turnstile');
const button = document.createElement('button');
button.textContent = 'I am a person ' + place.dataset.sitekey;
button.onclick = () => window[place.dataset.callback]('token-' + Math.random());
place.append(button);`;

let service;
let madang;
let browser;
const used = [];

before(async () => {
  service = createServer((request, response) => {
    if (request.url === '/turnstile/v0/api.js') {
      response.setHeader('content-type', 'text/javascript');
      return response.end(WIDGET);
    }
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const { secret, response: token } = JSON.parse(body);
      const success = secret === 'the-secret' && !used.includes(token);
      used.push(token);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ success, action: 'enter', hostname: '127.0.0.1', 'error-codes': [] }));
    });
  });
  await new Promise((done) => service.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${service.address().port}`;
  madang = await product({ TURNSTILE_SITE_KEY: 'the-site', TURNSTILE_SECRET: 'the-secret', TURNSTILE_URL: url });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await madang?.stop();
  service?.close();
});

for (const [lang, size] of [['en', undefined], ['ko', PHONE]]) {
  test(`a new visitor passes the challenge once: ${lang}`, async () => {
    const options = size ? { viewport: size } : {};
    const { context, page, complaints, strangers } = await person(browser, madang, options);
    await page.goto(`${madang.address}/r/lobby?lang=${lang}`);
    const dialog = page.getByRole('dialog', { name: lang === 'en' ? 'see that you are a person' : '사람인지' });
    await dialog.waitFor();
    const button = page.frameLocator('dialog iframe').getByRole('button', { name: 'I am a person the-site' });
    await button.click();
    await dialog.waitFor({ state: 'detached' });
    await page.locator('[role=log]').waitFor();
    await expect(() => used.length === (lang === 'en' ? 1 : 2), 'each token is verified once');
    // Whoever is known is not asked again.
    await page.reload();
    await page.locator('[role=log]').waitFor();
    await page.waitForTimeout(500);
    assert.equal(await page.locator('dialog iframe').count(), 0);
    assert.deepEqual(complaints, []);
    assert.ok(strangers.every((url) => url.includes('/turnstile/v0/api.js')), `${strangers}`);
    await context.close();
  });
}
