import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scratchFolder } from '../helpers/cli.js';
import { writeDocumented } from './documented.js';
import { trainInto } from './trained.js';

async function start(folder: string, student: string) {
  const child = spawn(process.execPath, [writeDocumented('service.mjs', folder)], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', PORT: '0', STUDENT: student },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([first]) => String(first)),
    once(child, 'close').then(([code]) => `closed with ${code}`),
  ]);
  return { child, url: line.replace(/^listening on .*:(\d+)$/, 'http://127.0.0.1:$1/score') };
}

/** Sends half of a text, and leaves. */
async function leaveHalfway(url: string): Promise<void> {
  const half = request(url, { method: 'POST', headers: { 'content-length': 1000 } });
  half.on('error', () => {}); // That the server hung up.
  await new Promise((resolve) => half.write('half of it', resolve));
  await new Promise((resolve) => half.once('close', resolve).destroy());
}

const closed = async (child: ChildProcess) => (await once(child, 'close'))[0];

describe('the service of docs/student-in-a-service.md', () => {
  it('answers over a socket what the model of the file answers', async () => {
    const folder = scratchFolder();
    const { path, texts, expected } = await trainInto(folder);
    const { child, url } = await start(folder, path);
    const post = async (body: string, to = url) => {
      const response = await fetch(to, { method: 'POST', body });
      return { status: response.status, body: await response.json() };
    };
    const short = texts.slice(0, -1); // The last is longer than a student reads.
    for (const [i, text] of short.entries()) {
      expect(await post(text)).toEqual({ status: 200, body: expected[i] });
    }
    expect(await post('x'.repeat(262_145))).toEqual({
      status: 413,
      body: { error: 'at most 262144 bytes' },
    });
    expect(await post('x', url.replace('/score', '/'))).toMatchObject({ status: 404 });
    await leaveHalfway(url);
    expect(await post(texts[0] ?? '')).toMatchObject({ status: 200 });
    child.kill('SIGTERM');
    expect(await closed(child)).toBe(0);
  });

  it('does not start without its student', async () => {
    const folder = scratchFolder();
    const { url } = await start(folder, 'none.json');
    expect(url).toBe('closed with 1');
  });
});
