/**
 * A model's server on this machine, in a process of its own: each request is read whole, and answered
 * after so many milliseconds. It prints its port. One request may be refused with 429: that of this
 * number, after each GET, which counts anew.
 *
 *   node local-server.mjs DELAY_MS [REFUSED]
 */
import { createServer } from 'node:http';

const [delayMs = 0, refused = 0] = process.argv.slice(2).map(Number);

const ANSWER = JSON.stringify({
  id: 'chatcmpl-0',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'teacher',
  choices: [
    { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'not toxic' } },
  ],
  usage: { prompt_tokens: 210, completion_tokens: 3, total_tokens: 213 },
});
const COMPLAINT = JSON.stringify({ error: { message: 'slow down' } });

let number = 0;

const server = createServer((request, response) => {
  const isRefused = ++number === refused;
  if (request.method === 'GET') number = 0;
  const text = isRefused ? COMPLAINT : ANSWER;
  const answer = () => {
    response.writeHead(isRefused ? 429 : 200, {
      'content-type': 'application/json',
      'content-length': text.length,
    });
    response.end(text);
  };
  request.on('data', () => {});
  request.on('end', () => (delayMs === 0 ? answer() : setTimeout(answer, delayMs)));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
