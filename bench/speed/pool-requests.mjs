/**
 * The anchor of a run that asks a server: a bare undici Pool sends the same bodies, so many at a time,
 * and parses each reply.
 *
 *   node pool-requests.mjs ORIGIN IN_FLIGHT BODIES
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Pool } from 'undici';

const [origin, inFlight, bodies] = process.argv.slice(2);
const pool = new Pool(origin, { connections: Number(inFlight) });
const lines = createInterface({ input: createReadStream(bodies) })[Symbol.asyncIterator]();
const headers = { 'content-type': 'application/json', authorization: 'Bearer none' };

async function send() {
  for (;;) {
    const { value: line, done } = await lines.next();
    if (done) return;
    const { body } = await pool.request({
      path: '/v1/chat/completions',
      method: 'POST',
      headers,
      body: line,
    });
    const reply = JSON.parse(await body.text());
    if (reply.choices === undefined) throw new Error(`no answer: ${JSON.stringify(reply)}`);
  }
}

await Promise.all(Array.from({ length: Number(inFlight) }, send));
await pool.close();
