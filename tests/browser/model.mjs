// A demo model of a test's own, which is told what to answer.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/// Starts it. `answer` sets the next answer, a text or its deltas;
/// `settings` are those of a deployment that asks it.
export async function model() {
  const options = ['--port', '0', '--control', '--exit-with-stdin', '--pace-ms', '5'];
  const child = spawn('cargo', ['run', '--quiet', '--package', 'demo-model', '--bin', 'demo-model', '--', ...options], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const url = await new Promise((done, fail) => {
    child.once('exit', (code) => fail(new Error(`the demo model ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^demo model listening (.*)$/.exec(line);
      if (found) done(found[1].trim());
    });
  });
  const control = (request) => fetch(new URL('/control', url), { method: 'POST', body: JSON.stringify(request) });
  return {
    settings: { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'test-key' },
    answer: (answer) => control({ answers: [answer] }),
    /// How long it pauses before each delta.
    pace: (pace_ms) => control({ pace_ms }),
    stop: () => child.stdin.end(),
  };
}
