import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canBrowse, newPage, sharedBrowser } from '../helpers/browser.js';
import { bundle } from './bundle.js';
import { writeDocumented } from './documented.js';
import { type Answer, DOOR, type Trained, trainInto } from './trained.js';

/** Scores what it is sent, with the file and the door that are named. */
const WORKER = `
  onmessage = async ({ data: { door, file, texts, vectors } }) => {
    const { openScorer } = await import(door);
    const score = await openScorer(file);
    postMessage(texts.map((text, i) => score(text, vectors && Float32Array.from(vectors[i]))));
  };`;

/** The page's own modules, and nothing of the page, may run: no eval, no other server. */
const POLICY = "default-src 'self'";

describe.skipIf(!canBrowse)('the scorer in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'toxicity-distill-'));
  let plain: Trained;
  let withHead: Trained;
  let server: Server;
  let address: string;
  let page: Page;
  let complaints: string[] = [];

  beforeAll(async () => {
    plain = await trainInto(folder);
    withHead = await trainInto(folder, { withHead: true });
    const made = {
      '/page.html': '<!doctype html><title>Scorer</title>',
      '/favicon.ico': '',
      '/worker.js': WORKER,
      '/bundle.js': (await bundle(DOOR)).code,
      '/scorer-worker.js': (await bundle(writeDocumented('scorer-worker.js', folder))).code,
      '/student.json': readFileSync(plain.path, 'utf8'),
    };
    server = serve(new Map(Object.entries(made)), [folder, dirname(DOOR)]);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    page = await newPage(await sharedBrowser());
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => complaints.push(message.text()));
  });
  afterAll(async () => {
    await page?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function openPage() {
    complaints = [];
    await page.goto(`${address}/page.html`);
  }

  it.each([
    ['unbundled', '/student.js'],
    ['bundled and minified', '/bundle.js'],
  ])(
    'gives the scores of Node, to the last bit, in a page and in a worker: %s',
    async (_, door) => {
      for (const [file, { texts, vectors, expected }] of [
        ['/plain.json', plain],
        ['/head.json', withHead],
      ] as const) {
        await openPage();
        const job = { door, file, texts, vectors: vectors?.map((vector) => [...vector]) };
        const inPage = await page.evaluate<Answer[]>(`(async (job) => {
        const { openScorer } = await import(job.door);
        const score = await openScorer(job.file);
        return job.texts.map((text, i) =>
          score(text, job.vectors && Float32Array.from(job.vectors[i])));
      })(${JSON.stringify(job)})`);
        expect(inPage).toEqual(expected);
        const inWorker = await page.evaluate<Answer[]>(`new Promise((resolve, reject) => {
        const worker = new Worker('/worker.js', { type: 'module' });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(${JSON.stringify(job)});
      })`);
        expect(inWorker).toEqual(expected);
        expect(complaints).toEqual([]);
      }
    },
  );

  it('answers in the worker of docs/student-in-a-service.md', async () => {
    await openPage();
    const answer = await page.evaluate(`new Promise((resolve, reject) => {
      const worker = new Worker('/scorer-worker.js', { type: 'module' });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ id: 7, text: ${JSON.stringify(plain.texts[0])} });
    })`);
    expect(answer).toEqual({ id: 7, ...plain.expected[0] });
    expect(complaints).toEqual([]);
  });

  it('says which file it could not fetch, or read', async () => {
    await openPage();
    const refusal = (source: string) =>
      page.evaluate<string>(`import('/student.js')
        .then(({ openScorer }) => openScorer(${JSON.stringify(source)}))
        .then(() => 'not refused', (error) => error.message)`);
    expect(await refusal('/none.json')).toBe('cannot fetch /none.json: HTTP status 404');
    expect(await refusal('/page.html')).toContain('/page.html is not JSON');
  });
});

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.html': 'text/html',
};

/** Serves texts by their path, and behind them the files of some folders. */
function serve(texts: ReadonlyMap<string, string>, folders: readonly string[]): Server {
  return createServer(({ url = '/' }, response) => {
    const path = folders.map((folder) => join(folder, url)).find((file) => existsSync(file));
    const body = texts.get(url) ?? (path === undefined ? undefined : readFileSync(path));
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', TYPES[extname(url)] ?? 'application/octet-stream');
    response.setHeader('content-security-policy', POLICY);
    response.end(body);
  });
}
