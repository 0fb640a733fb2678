// Prints how many rows and bytes the databases of all Durable Objects hold: node usage.mjs STATE. The runtime may be running: copies
// are read.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const [state] = process.argv.slice(2);
const isObject = (file) => file.endsWith('.sqlite') && /madang-(Room|Ledger|Address)/.test(dirname(file)) && !basename(file).startsWith('metadata');
const folder = mkdtempSync(join(tmpdir(), 'madang-usage-'));
const usage = { objects: 0, rooms: 0, rows: 0, bytes: 0 };
for (const file of readdirSync(state, { recursive: true }).filter(isObject)) {
  usage.objects += 1;
  const copy = join(folder, 'copy.sqlite');
  for (const suffix of ['', '-wal']) {
    const original = join(state, file + suffix);
    rmSync(copy + suffix, { force: true });
    if (existsSync(original)) copyFileSync(original, copy + suffix);
  }
  rmSync(`${copy}-shm`, { force: true });
  let database;
  try {
    database = new DatabaseSync(copy);
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'").all();
    if (tables.some(({ name }) => name === 'log')) usage.rooms += 1;
    for (const { name } of tables) {
      const count = name === 'log' ? 'coalesce(max(seq), 0)' : 'count(*)';
      usage.rows += database.prepare(`SELECT ${count} AS n FROM "${name}"`).get().n;
    }
    usage.bytes += database.prepare('PRAGMA page_count').get().page_count * database.prepare('PRAGMA page_size').get().page_size;
  } catch {
    // A copy that was torn while the runtime wrote. The next measurement has it.
  } finally {
    database?.close();
  }
}
rmSync(folder, { recursive: true, force: true });
console.log(JSON.stringify(usage));
