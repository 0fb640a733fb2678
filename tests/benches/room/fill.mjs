// Fills a room's database with messages: node fill.mjs STATE ROOM COUNT CHARACTERS. The runtime must not be running.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const [state, room, count, characters] = process.argv.slice(2);
const filler = Number(characters) > 1000 ? '가'.repeat(Number(characters) - 30) : 'x'.repeat(Number(characters));
const files = readdirSync(state, { recursive: true }).filter((file) => file.endsWith('.sqlite'));
let filled = false;
for (const file of files) {
  const database = new DatabaseSync(join(state, file));
  try {
    const table = database.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'log'").get();
    if (table.n === 0) continue;
    const { value } = database.prepare("SELECT value FROM meta WHERE key = 'name'").get();
    if (value !== room) continue;
    const { person } = database.prepare('SELECT person FROM people LIMIT 1').get();
    database.exec('DELETE FROM log; BEGIN');
    const insert = database.prepare('INSERT INTO log (seq, kind, at, author, nonce, target, data) VALUES (?, ?, ?, ?, ?, NULL, ?)');
    for (let seq = 1; seq <= Number(count); seq += 1) {
      const data = JSON.stringify({ name: 'Ann', number: 1, text: `message ${seq} ${filler}` });
      insert.run(seq, 'said', Date.now() - 60_000, person, `nonce-${String(seq).padStart(16, '0')}`, data);
    }
    database.exec('COMMIT');
    filled = true;
  } finally {
    database.close();
  }
}
process.exit(filled ? 0 : 1);
