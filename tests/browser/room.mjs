// A room on screen: its elements, found by their accessible names.
import { expect } from './expect.mjs';

export class Room {
  constructor(page, address) {
    this.page = page;
    this.address = address;
    this.log = page.getByRole('log', { name: 'Messages' });
    this.articles = this.log.getByRole('article');
    this.composer = page.getByRole('textbox', { name: 'Message' });
    this.send = page.getByRole('button', { name: 'Send', exact: true });
    this.connection = page.getByRole('status', { name: 'Connection' });
    this.people = page.getByRole('list', { name: 'People' });
  }

  async open(room = 'lobby', lang = 'en') {
    await this.page.goto(`${this.address}/r/${encodeURIComponent(room)}?lang=${lang}`);
  }

  async join(nickname, room = 'lobby') {
    await this.open(room);
    await this.page.getByRole('textbox', { name: 'Nickname' }).fill(nickname);
    await this.page.getByRole('button', { name: 'Join' }).click();
    await this.composer.waitFor();
    await this.isConnected();
  }

  async isConnected() {
    await expect(async () => (await this.connection.textContent()).trim() === 'Connected', 'the connection is there', 20_000);
  }

  async say(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /// The article whose body contains this text.
  saying(text) {
    return this.articles.filter({ has: this.page.locator('[data-part="body"]', { hasText: text }) });
  }

  /// The newest article of a bot.
  get answer() {
    return this.page.locator('article[data-kind="bot"]').last();
  }

  async answerIs(state, limit = 20_000) {
    await expect(async () => (await this.answer.getAttribute('data-state')) === state, `the answer is ${state}`, limit);
    return this.body(this.answer);
  }

  async body(article) {
    return (await article.locator('[data-part="body"]').innerText()).trim();
  }

  /// All messages in order, as [author, text, state].
  async transcript() {
    return this.articles.evaluateAll((articles) =>
      articles.map((article) => [article.dataset.author, article.querySelector('[data-part="body"]').innerText.trim(), article.dataset.state]),
    );
  }
}
