// Waits for conditions.
import assert from 'node:assert/strict';

/// Waits until `condition` holds; fails after `limit` milliseconds with what was expected.
export async function expect(condition, what, limit = 10_000) {
  const end = Date.now() + limit;
  let last;
  while (Date.now() < end) {
    try {
      if (await condition()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail(`not within ${limit} ms: ${what}${last ? ` (${last})` : ''}`);
}
