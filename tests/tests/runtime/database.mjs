// Reads or replaces the database of one object: node database.mjs STATE CLASS ROOM replace|read < statements. ROOM is - for the
// only object of its class. `replace` drops all tables and runs the statements, `read` prints what each line finds as JSON.
// The runtime must not be running.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const [state, kind, room, verb] = process.argv.slice(2);
const statements = readFileSync(0, 'utf8');
const folder = join(state, `v3/do/madang-${kind}`);
const files = readdirSync(folder).filter((file) => file.endsWith('.sqlite') && !file.startsWith('metadata'));
const tables = (database) =>
  database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'").all().map(({ name }) => name);

let found = false;
for (const file of files) {
  const database = new DatabaseSync(join(folder, file));
  try {
    const names = tables(database);
    const isMeant = room === '-'
      ? names.length > 0
      : names.includes('meta') && database.prepare("SELECT value FROM meta WHERE key = 'name'").get()?.value === room;
    if (!isMeant) continue;
    found = true;
    if (verb === 'replace') {
      database.exec('BEGIN');
      for (const name of names) database.exec(`DROP TABLE ${name}`);
      database.exec(statements);
      database.exec('COMMIT');
    } else {
      const lines = statements.split('\n').filter((line) => line.trim());
      console.log(JSON.stringify(lines.map((line) => database.prepare(line).all())));
    }
  } finally {
    database.close();
  }
}
process.exit(found ? 0 : 1);
