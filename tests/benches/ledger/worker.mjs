// Drives Madang's ledger alone, for `cargo xtask bench ledger`: the built Worker's class `Ledger` behind a route that sends it
// requests of rooms, so many at a time. Each request is what a busy room sends: it gives a lease back and asks for the next one.

import { Ledger } from "./build/index.js";

export { Ledger };

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/alive") return new Response("ok");
    const [first, requests, parallel, rooms, calls] = ["first", "requests", "parallel", "rooms", "calls"].map((name) =>
      Number(searchParams.get(name)),
    );
    let next = first;
    let granted = 0;
    const send = async () => {
      // A stub of its own, as every room has.
      const ledger = env.LEDGER.get(env.LEDGER.idFromName("ledger"));
      while (next < first + requests) {
        const number = next++;
        const claim = (run) => ({ room: `room${number % rooms}/epoch`, run, call_number: 0 });
        const usage = [{ model: "model", calls, micros: 10 * calls }];
        const settle = number < rooms ? [] : [{ claim: claim(number - rooms), micros: 10 * calls, usage }];
        const ask = [{ claim: claim(number), address: `address${number % 997}`, least: 10, wish: 40 }];
        const body = JSON.stringify({ request: "exchange", settle, ask });
        const answer = await ledger.fetch("https://ledger.invalid/", { method: "POST", body });
        const grants = await answer.json();
        if (grants[0]?.reply?.reply === "granted") granted++;
      }
    };
    await Promise.all(Array.from({ length: parallel }, send));
    return Response.json({ granted });
  },
};
