// Measures the page: `cargo xtask bench page [PART]...`. The parts are `visits`, `answer`, `reading`, `typing` and `history`; without
// one all are measured. Prints a table with the limit of each number. Other work on the machine is in all of them: each part's
// first row is a fixed piece of work, timed in the same page at the same time.
import { browser, LAPTOP, person, product } from './deployment.mjs';
import { expect } from './expect.mjs';
import { front } from './front.mjs';
import { Room } from './room.mjs';
import { speaker } from './speaker.mjs';
import { steadyModel } from './steady-model.mjs';
import { fileURLToPath } from 'node:url';

/// A phone of the middle class, on a slow network of a phone.
const CPU_SLOWDOWN = 4;
const SLOW_NETWORK = { roundTrip: 150, bitsPerSecond: 1_600_000 };
const MESSAGES_ON_SCREEN = 300;
const HISTORY_MESSAGES = 10_000;
const TOKENS = 10_000;
const TOKENS_PER_SECOND = 100;
/// Answers after which memory is compared; they are streamed faster, since their length counts.
const MORE_ANSWERS = 10;
const MORE_TOKENS_PER_SECOND = 2_500;
const VISITS = 3;
/// What a person may send at once, and how many send at the same time.
const MESSAGES_AT_ONCE = 28;
const SENDERS = 8;

const chosen = process.argv.slice(2);
const rows = [];
/// People so far, who each have another nickname.
let people = 0;
const parts = { visits, answer, reading, typing, history };
const unknown = chosen.find((name) => !(name in parts));
if (unknown) throw new Error(`there is no part ${unknown}; there are ${Object.keys(parts).join(', ')}`);

const server = await front();
const model = await steadyModel();
const madang = await product({ ...model.settings, ALLOWED_ORIGINS: server.address, BUDGET_DAY_USD: 'off', BUDGET_HOUR_USD: 'off', BUDGET_ROOM_DAY_USD: 'off', BUDGET_PERSON_DAY_USD: 'off' });
server.behind = madang.address;
server.serve(fileURLToPath(new URL('../../dist', import.meta.url)));
const chromium = await browser(['--enable-precise-memory-info', '--js-flags=--expose-gc']);
try {
  for (const [name, part] of Object.entries(parts)) {
    if (chosen.length && !chosen.includes(name)) continue;
    process.stderr.write(`${name} …\n`);
    await part().catch((error) => process.stderr.write(`${name} failed: ${error.stack}\n`));
  }
} finally {
  await chromium.close();
  server.stop();
  await madang.stop();
  model.stop();
  print();
}
process.exit();

/// A row of the table. A number without a limit is for comparison.
function row(what, value, unit, limit, isWithin = value <= limit) {
  rows.push([what, `${Number.isInteger(value) ? value : value.toFixed(1)} ${unit}`, limit === undefined ? '' : `${limit} ${unit}`, limit === undefined || isWithin ? '' : 'over']);
}

function print() {
  const table = [['measured', 'value', 'limit', ''], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((cells) => cells[column].length)));
  for (const [what, value, limit, over] of table) console.log(`${what.padEnd(widths[0])}  ${value.padStart(widths[1])}  ${limit.padStart(widths[2])}  ${over}`.trimEnd());
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/// Somebody in a room, who is where the page tells; with a CPU as slow as this.
async function reader(room, slowdown = 1) {
  const someone = await person(chromium, server, { viewport: LAPTOP });
  const there = new Room(someone.page, server.address);
  const session = await someone.context.newCDPSession(someone.page);
  await there.join('Ann', room);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  return { ...someone, room: there, session };
}

/// Milliseconds that fixed work takes in a page: what everything else in it can be compared with.
async function reference({ page }) {
  return page.evaluate(() => {
    const begun = performance.now();
    let sum = 0;
    for (let step = 0; step < 40_000_000; step += 1) sum = (sum + step * 7) | 0;
    return performance.now() - begun + (sum === 1 ? 1 : 0);
  });
}

/// Fills a room, as fast as people may write.
async function fill(room, count) {
  let sent = 0;
  const send = async () => {
    while (sent < count) {
      const someone = await speaker(madang.address, room, `Person ${(people += 1)}`);
      for (let number = 0; number < MESSAGES_AT_ONCE && sent < count; number += 1) {
        sent += 1;
        const say = () => someone.say(`Message ${sent}. ${'Words that somebody wrote to the others. '.repeat(sent % 4)}`);
        await say().catch(() => new Promise((done) => setTimeout(done, 1_000)).then(say));
      }
      someone.leave();
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
}

/// Watches frames, long tasks and layout shifts in a page until the returned function is called.
async function watched({ page }) {
  await page.evaluate(() => {
    const seen = { frames: [], tasks: [], shifts: 0, running: true };
    globalThis.benchSeen = seen;
    new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
    new PerformanceObserver((list) => list.getEntries().forEach((shift) => (seen.shifts += shift.hadRecentInput ? 0 : shift.value))).observe({ type: 'layout-shift' });
    let last;
    const frame = (now) => {
      if (last !== undefined) seen.frames.push(now - last);
      last = now;
      if (seen.running) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  return () => page.evaluate(() => Object.assign(benchSeen, { running: false }));
}

function share(frames, limit) {
  return (100 * frames.filter((frame) => frame <= limit).length) / frames.length;
}

/// Milliseconds from the start of a navigation until one can type: what is typed stands in the field.
async function untilTyped({ page }, field) {
  await field.waitFor();
  await field.focus();
  await page.keyboard.type('a');
  await expect(async () => (await field.inputValue()).endsWith('a'), 'one can type');
  return page.evaluate(() => globalThis.benchTyped);
}

async function visits() {
  const found = { first: [], repeat: [], offline: [], work: [] };
  for (let visit = 0; visit < VISITS; visit += 1) {
    const someone = await person(chromium, server, { viewport: LAPTOP });
    const { page, context } = someone;
    // The moment at which the first letter arrives, retried every few milliseconds from inside, without the driver's delays.
    await context.addInitScript(() => {
      const look = () => {
        const field = document.querySelector('.composer textarea, input#nickname, form input');
        if (field && !field.disabled && field.getClientRects().length > 0) globalThis.benchTyped = performance.now();
        else requestAnimationFrame(look);
      };
      document.addEventListener('DOMContentLoaded', look);
    });
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
    server.slow = SLOW_NETWORK;
    const room = new Room(page, server.address);
    await room.open('visits');
    const nickname = page.getByRole('textbox', { name: 'Nickname' });
    found.first.push(await untilTyped(someone, nickname));
    await nickname.fill(`Ann ${visit}`);
    await page.getByRole('button', { name: 'Join' }).click();
    await page.waitForFunction(() => localStorage.getItem('madang.joined.visits'));
    await page.evaluate(() => new Promise((done) => (navigator.serviceWorker.controller ? done() : (navigator.serviceWorker.oncontrollerchange = done))));
    await expect(() => page.evaluate(async () => (await caches.keys()).length === 1), 'the page is kept', 30_000);
    // As on another day: the program that the browser compiled may be gone from memory, its files are not.
    for (const [kind, isGone] of [['repeat', false], ['offline', true]]) {
      await page.goto('about:blank');
      if (isGone) server.leave();
      await page.goto(`${server.address}/r/visits?lang=en`, { waitUntil: 'commit' });
      found[kind].push(await untilTyped(someone, room.composer));
      if (kind === 'offline') {
        await expect(async () => /Offline|Reconnecting…|Connecting…/.test(await room.connection.textContent()), 'the page says so');
      }
    }
    server.gone = false;
    found.work.push(await reference(someone));
    await context.close();
    server.slow = undefined;
  }
  row('visits: fixed work, CPU 4× slower (median)', median(found.work), 'ms');
  row('first visit to a room until one can type (median)', median(found.first), 'ms', 4_000);
  row('first visit, slowest', Math.max(...found.first), 'ms');
  row('repeat visit (median)', median(found.repeat), 'ms', 1_500);
  row('offline start (median)', median(found.offline), 'ms', 1_000);
}

/// The pieces of a long answer: about four characters each, with the Markdown that answers have.
function longAnswer(tokens) {
  const paragraph = 'A **long** answer has words, `code`, *emphasis* and [links](https://example.com/a), and goes on for a while so that lines wrap. ';
  const blocks = [
    `${paragraph.repeat(4)}\n\n`,
    '## A heading\n\n',
    '- one item of a list\n- another item, with **bold** words\n  - and one below\n- the last\n\n',
    '```rust\nfn main() {\n    println!("some code");\n}\n```\n\n',
    '| name | value |\n| --- | --- |\n| first | 1 |\n| second | 2 |\n| third | 3 |\n\n',
    `> ${paragraph}\n\n`,
  ];
  const pieces = [];
  for (let block = 0; pieces.length < tokens; block += 1) pieces.push(...blocks[block % blocks.length].match(/[\s\S]{1,5}/g));
  return pieces.slice(0, tokens);
}

/// Asks for an answer, and waits until the page shows all of it.
async function stream(ann, asker, perSecond) {
  model.pieces = longAnswer(TOKENS);
  model.perSecond = perSecond;
  const { seq, state } = await asker.ask('@chatbot go on');
  if (state !== 'done') throw new Error(`the answer ended as ${state}`);
  await ann.page.locator(`article[data-seq="${seq}"][data-state="done"]`).waitFor({ state: 'attached', timeout: 60_000 });
}

/// The seconds that the page's main thread has spent on what.
async function spent({ session }) {
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const seconds = (name) => metrics.find((metric) => metric.name === name).value;
  return { tasks: seconds('TaskDuration'), script: seconds('ScriptDuration'), style: seconds('RecalcStyleDuration'), layout: seconds('LayoutDuration') };
}

async function heap(ann) {
  await ann.session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await ann.session.send('Runtime.getHeapUsage');
  const memory = await ann.page.evaluate(() => globalThis.performance.memory.usedJSHeapSize);
  const nodes = await ann.page.evaluate(() => document.querySelectorAll('*').length);
  return { megabytes: Math.max(usedSize, memory) / 1e6, nodes };
}

async function answer() {
  const ann = await reader('answer');
  await fill('answer', MESSAGES_ON_SCREEN);
  await expect(async () => (await ann.room.articles.count()) >= MESSAGES_ON_SCREEN, 'the messages are there', 60_000);
  const asker = await speaker(madang.address, 'answer', 'Bob');
  await ann.session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  row('answer: fixed work, CPU 4× slower', await reference(ann), 'ms');
  const begun = Date.now();
  const before = await spent(ann);
  const seen = await watched(ann);
  await stream(ann, asker, TOKENS_PER_SECOND);
  const { frames, tasks } = await seen();
  const after = await spent(ann);
  row(`answer of ${TOKENS} tokens: seconds`, (Date.now() - begun) / 1000, 's');
  row('tasks over 50 ms', tasks.filter((task) => task > 50).length, 'tasks', 0);
  row('longest task', Math.max(0, ...tasks), 'ms', 50);
  row('frames within 32 ms', share(frames, 33.4), '%', 95, share(frames, 33.4) >= 95);
  for (const [name, seconds] of Object.entries(after)) row(`of the time: ${name}`, seconds - before[name], 's');
  await ann.session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  const one = await heap(ann);
  for (let number = 1; number < MORE_ANSWERS; number += 1) await stream(ann, asker, MORE_TOKENS_PER_SECOND);
  const ten = await heap(ann);
  row('heap after one answer', one.megabytes, 'MB');
  row(`heap after ${MORE_ANSWERS} answers`, ten.megabytes, 'MB');
  row('elements after one answer', one.nodes, '');
  row(`elements after ${MORE_ANSWERS} answers`, ten.nodes, '');
  asker.leave();
  await ann.context.close();
}

async function reading() {
  const ann = await reader('reading');
  await fill('reading', 120);
  await expect(async () => (await ann.room.articles.count()) >= 120, 'the messages are there', 60_000);
  const asker = await speaker(madang.address, 'reading', 'Bob');
  await ann.room.log.hover();
  await ann.page.mouse.wheel(0, -1_500);
  await ann.page.waitForTimeout(1_000);
  const tops = () =>
    ann.room.log.evaluate((log) => {
      const { top, bottom } = log.getBoundingClientRect();
      const rects = [...log.querySelectorAll('article')].map((article) => [article.dataset.seq, article.getBoundingClientRect().top]);
      return Object.fromEntries(rects.filter(([, at]) => at > top && at < bottom));
    });
  const before = await tops();
  const seen = await watched(ann);
  model.pieces = longAnswer(1_000);
  model.perSecond = 200;
  await Promise.all([asker.ask('@chatbot go on'), fill('reading', 100)]);
  await ann.page.waitForTimeout(1_000);
  const { shifts } = await seen();
  const after = await tops();
  const moved = Object.entries(before).map(([seq, top]) => Math.abs((after[seq] ?? Infinity) - top));
  row('what is being read moves, while an answer and 100 messages arrive', Math.max(...moved), 'px', 0);
  row('layout shift meanwhile (CLS)', Number(shifts.toFixed(4)), '', 0);
  asker.leave();
  await ann.context.close();
}

async function typing() {
  const ann = await reader('typing', CPU_SLOWDOWN);
  const words = 'the quick brown fox jumps over the lazy dog '.repeat(5).trim();
  await ann.room.composer.focus();
  const arriving = fill('typing', 300);
  const delays = [];
  for (const letter of words) {
    const begun = performance.now();
    await ann.page.keyboard.press(letter === ' ' ? 'Space' : letter);
    delays.push(performance.now() - begun);
  }
  await arriving;
  const typed = await ann.room.composer.inputValue();
  row(`keystrokes lost of ${words.length}, while 300 messages arrive, CPU 4× slower`, [...words].filter((letter, at) => typed[at] !== letter).length, '', 0);
  row('a key and its answer (median)', median(delays), 'ms');
  await ann.context.close();
}

async function history() {
  process.stderr.write(`history: ${HISTORY_MESSAGES} messages are written, which takes two minutes …\n`);
  await fill('history', HISTORY_MESSAGES);
  const ann = await reader('history');
  row('history: fixed work', await reference(ann), 'ms');
  await ann.room.log.hover();
  const oldest = () => ann.room.articles.first().getAttribute('data-seq').then(Number);
  const seen = await watched(ann);
  const begun = Date.now();
  let most = 0;
  while ((await oldest()) > 1 && Date.now() - begun < 120_000) {
    for (let turn = 0; turn < 20; turn += 1) {
      await ann.page.mouse.wheel(0, -300);
      await ann.page.waitForTimeout(16);
    }
    most = Math.max(most, await ann.room.articles.count());
  }
  const { frames, tasks } = await seen();
  row('messages scrolled back', HISTORY_MESSAGES - (await oldest()) + 1, '', HISTORY_MESSAGES, (await oldest()) === 1);
  row('in', (Date.now() - begun) / 1000, 's');
  row('frames within 17 ms', share(frames, 17.5), '%', 95, share(frames, 17.5) >= 95);
  row('longest task', Math.max(0, ...tasks), 'ms');
  row('messages in the page at once', most, '', 400);
  await ann.context.close();
}
