// A demo model of a test's own, which says what the test tells it to. Its control requests are described in
// tests/demo-model/README.md.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/// Starts it. `settings` are the variables of a deployment that asks it.
export async function demoModel() {
  const program = ['run', '--quiet', '--package', 'demo-model', '--bin', 'demo-model', '--', '--port', '0', '--control', '--exit-with-stdin'];
  const child = spawn('cargo', program, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  const url = await new Promise((done, fail) => {
    child.once('exit', (code) => fail(new Error(`the demo model ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, address] = line.match(/^demo model listening (.+)$/) ?? [];
      if (address) done(address);
    });
  });
  return {
    settings: { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'any', OPENAI_MODEL: 'demo', MODERATION: 'off', QUESTIONS_PER_HOUR: 'off' },
    /// The texts of the next answers, each a text or a list of deltas.
    answers: (...answers) => control(url, { answers }),
    /// The milliseconds before each piece of an answer.
    pace: (pace) => control(url, { pace_ms: pace }),
    async stop() {
      const gone = new Promise((done) => child.once('exit', done));
      child.stdin.end();
      await gone;
    },
  };
}

async function control(url, request) {
  const reply = await fetch(new URL('/control', url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) });
  if (!reply.ok) throw new Error(`the demo model refused ${JSON.stringify(request).slice(0, 200)}: ${await reply.text()}`);
}
