import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openScorer } from '../../src/student.js';
import { scratchFolder } from '../helpers/cli.js';
import { type Answer, DOOR, type Trained, trainInto } from './trained.js';

const folder = mkdtempSync(join(tmpdir(), 'toxicity-distill-'));
let plain: Trained;
let withHead: Trained;
let content: string;

beforeAll(async () => {
  plain = await trainInto(folder);
  withHead = await trainInto(folder, { withHead: true });
  content = readFileSync(plain.path, 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Serves a status and a body for every request. */
async function serve(status: number, body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/student.json`;
}

/** The answers of the compiled door, opened in a thread of its own. */
async function answerInWorker({ path, texts, vectors }: Trained): Promise<Answer[]> {
  const code = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { openScorer } from ${JSON.stringify(pathToFileURL(DOOR).href)};
    const { path, texts, vectors } = workerData;
    const score = await openScorer(path);
    parentPort.postMessage(texts.map((text, i) => score(text, vectors?.[i])));`;
  const url = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const worker = new Worker(url, { workerData: { path, texts, vectors } });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
  });
}

describe('openScorer answers as the model of the file does, to the last bit', () => {
  it('of a path, a URL of a file, a URL that is fetched, and a parsed file', async () => {
    const sources = [
      plain.path,
      pathToFileURL(plain.path),
      new URL(await serve(200, content)),
      JSON.parse(content),
    ];
    for (const source of sources) {
      const score = await openScorer(source);
      expect(plain.texts.map((text) => score(text))).toEqual(plain.expected);
    }
    expect(new Set(plain.expected.map(({ label }) => label)).size).toBe(2);
  });

  it('of a student with a head on embeddings', async () => {
    const { path, texts, vectors, expected } = withHead;
    const score = await openScorer(path);
    expect(texts.map((text, i) => score(text, vectors?.[i]))).toEqual(expected);
    expect(() => score('a')).toThrow('the embedding has 0 dimensions, the student learned with 16');
    expect(() => score('a', new Float32Array(15))).toThrow('the embedding has 15 dimensions');
  });

  it('in a worker thread', async () => {
    expect(await answerInWorker(plain)).toEqual(plain.expected);
    expect(await answerInWorker(withHead)).toEqual(withHead.expected);
  });

  it('fetches a string where there is no file system', async () => {
    const url = await serve(200, content);
    vi.stubGlobal('process', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    const score = await openScorer(url);
    expect(plain.texts.map((text) => score(text))).toEqual(plain.expected);
  });
});

describe('openScorer refuses', () => {
  const refusal = async (source: string | URL | object) =>
    openScorer(source).then(
      () => 'not refused',
      (error: unknown) => (error instanceof Error ? error.message : 'no error'),
    );

  it.each<[string, (file: string) => string, RegExp]>([
    ['cut off', (file) => file.slice(0, 5000), /is not JSON: it is cut off, damaged/],
    ['null', () => 'null', /is not a student file: "schema" is missing/],
    ['a list', () => '[]', /is not a student file: "schema" is missing/],
    ['another schema', (file) => file.replace('distill/student', 'x'), /"schema" is "toxicity-x"/],
    [
      'a later version',
      (file) => file.replace('"version": 1', '"version": 2'),
      /"version" 2, this/,
    ],
    ['no version', (file) => file.replace('"version": 1,', ''), /"version" undefined, this/],
    ['other features', (file) => file.replace('65536', '4'), /"features.buckets" is 4/],
    [
      'other n-grams',
      (file) => file.replace(/2,\s+5/, '2, 6'),
      /"features.character_n.*" is \[2,6\]/,
    ],
    [
      'a threshold',
      (file) => file.replace(/"threshold": [\d.]+/, '"threshold": 7'),
      /"threshold" is 7/,
    ],
    ['no threshold', (file) => file.replace(/"threshold": [\d.]+,/, ''), /"threshold" is missing/],
    [
      'a slope',
      (file) => file.replace(/"slope": [\d.]+/, '"slope": -1'),
      /"calibration.slope" is -1/,
    ],
    ['a bias', (file) => file.replace(/"bias": -?[\d.]+/, '"bias": null'), /"ngrams.bias" is null/],
    [
      'a scale',
      (file) => file.replace(/"scale": [\d.e-]+/, '"scale": "1"'),
      /"ngrams.weights.scale"/,
    ],
    [
      'no embedding',
      (file) => file.replace(/"embedding": null,/, ''),
      /"embedding.embedder" is missing/,
    ],
  ])('%s, in one line that names the key', async (_, damage, message) => {
    const path = join(scratchFolder(), 'student.json');
    writeFileSync(path, damage(content));
    const said = await refusal(path);
    expect(said).toMatch(message);
    expect(said.startsWith(path)).toBe(true);
    expect(said).not.toContain('\n');
  });

  const resealed = (damage: (file: string) => string) => {
    const { checksum: _, ...rest } = JSON.parse(damage(content));
    return rest;
  };

  it.each<[string, (file: string) => string, RegExp]>([
    [
      'too few numbers',
      (file) => file.replace(/("int16": ")..../, '$1'),
      /"ngrams.weights" .* 65536 num/,
    ],
    [
      'no base64',
      (file) => file.replace(/("int16": ").../, '$1<()'),
      /"ngrams.weights" .* 65536 num/,
    ],
    ['a flipped weight', (file) => flip(file), /was edited: "checksum" is "[0-9a-f]{64}"/],
    [
      'no checksum',
      (file) => JSON.stringify(resealed(() => file)),
      /was edited: "checksum" is undefined/,
    ],
  ])('%s', async (_, damage, message) => {
    expect(await refusal(JSON.parse(damage(content)))).toMatch(message);
  });

  it('what is not there', async () => {
    expect(await refusal('none.json')).toMatch(/^cannot read none.json: ENOENT/);
    expect(await refusal(folder)).toMatch(/^cannot read .*: EISDIR/);
    const url = new URL(await serve(404, 'no'));
    expect(await refusal(url)).toBe(`cannot fetch ${url}: HTTP status 404`);
    const page = new URL(await serve(200, '<!doctype html>'));
    expect(await refusal(page)).toBe(
      `${page} is not JSON: it is cut off, damaged, or not a student file`,
    );
    expect(await refusal(new URL('http://127.0.0.1:1/'))).toMatch(/^cannot fetch .*:1\/: /);
  });

  it('a checksum is not compared where nothing can compute it', async () => {
    vi.stubGlobal('crypto', {});
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(await refusal(JSON.parse(flip(content)))).toBe('not refused');
  });
});

/** Another last bit of one weight. */
const flip = (file: string) =>
  file.replace(
    /("int16": ".{300})(.)/,
    (_, before, letter) => `${before}${letter === 'A' ? 'B' : 'A'}`,
  );
