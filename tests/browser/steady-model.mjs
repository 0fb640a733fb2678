// A model server for measurements: streams one text in pieces at a steady rate, over the Responses API. The demo model talks, forgets
// nothing and checks what it is asked; this one only keeps its pace, and has no limit of tokens.
import { createServer } from 'node:http';

/// How often pieces are written. Those of one turn arrive together, as they do from real servers.
const TURN_MS = 20;

/// Starts it. `pieces` are those of every answer, `perSecond` how many of them are written in a second.
export async function steadyModel() {
  const model = { pieces: ['hello'], perSecond: 100 };
  let count = 0;
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    if (request.method !== 'POST') return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const id = `resp_${(count += 1)}`;
    const item = { id: `msg_${count}`, type: 'message', role: 'assistant' };
    const place = { item_id: item.id, output_index: 0, content_index: 0 };
    const { pieces, perSecond } = model;
    const text = pieces.join('');
    const part = { type: 'output_text', annotations: [], text };
    const send = (event) => response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    const whole = (status, output, usage) => ({ id, object: 'response', status, model: 'steady', output, usage });
    send({ type: 'response.created', response: whole('in_progress', []) });
    send({ type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', content: [] } });
    const begun = performance.now();
    for (let sent = 0; sent < pieces.length && !response.destroyed; ) {
      await new Promise((done) => setTimeout(done, TURN_MS));
      const due = Math.min(pieces.length, Math.ceil(((performance.now() - begun) / 1000) * perSecond));
      for (; sent < due; sent += 1) send({ type: 'response.output_text.delta', ...place, delta: pieces[sent] });
    }
    send({ type: 'response.output_text.done', ...place, text });
    const done = { ...item, status: 'completed', content: [part] };
    send({ type: 'response.output_item.done', output_index: 0, item: done });
    send({ type: 'response.completed', response: whole('completed', [done], { input_tokens: 10, output_tokens: pieces.length, total_tokens: 10 + pieces.length }) });
    return response.end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${server.address().port}/v1`;
  return Object.assign(model, {
    settings: { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'any', OPENAI_MODEL: 'steady', MODERATION: 'off', QUESTIONS_PER_HOUR: 'off', OPENAI_STATE: 'chain' },
    stop: () => void (server.closeAllConnections(), server.close()),
  });
}
