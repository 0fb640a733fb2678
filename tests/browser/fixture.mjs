// What the tests of a file share: a deployment and a browser, which run from before its first test until after its last, and
// people who come to a room.
import { after, before } from 'node:test';
import { browser, person, product } from './deployment.mjs';
import { Room } from './room.mjs';

/// Starts both before the tests of the file that calls it. `settings` are variables of the deployment, which asks the demo model, or
/// the one that `startModel` starts (model.mjs): that is `bot`.
export function fixture(settings, startModel) {
  const shared = {
    /// Somebody who has joined a room under this nickname.
    async guest(nickname, room, options) {
      const someone = await person(shared.chromium, shared.madang, options);
      const there = new Room(someone.page, shared.madang.address);
      await there.join(nickname, room);
      return { ...someone, room: there };
    },
  };
  before(async () => {
    shared.bot = await startModel?.();
    shared.madang = await product({ ...shared.bot?.settings, ...settings });
    shared.chromium = await browser();
  });
  after(async () => {
    await shared.chromium?.close();
    await shared.madang?.stop();
    shared.bot?.stop();
  });
  return shared;
}
