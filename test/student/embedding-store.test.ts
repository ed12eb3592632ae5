import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCachedEmbedder } from '../../src/student/embedding-store.js';
import { scratchFolder } from '../helpers/cli.js';
import { hashEmbedder } from '../helpers/examples.js';

const texts = ['one', 'two', 'one', 'three'];

describe('openCachedEmbedder', () => {
  it('sends each text once, and none in a second run', async () => {
    const folder = scratchFolder();
    const { embedder, requests } = hashEmbedder();
    const first = await openCachedEmbedder(embedder, { folder });
    const vectors = await first.embed(texts);
    first.close();
    expect(vectors).toEqual(await hashEmbedder().embedder.embed(texts));
    expect(requests).toEqual([['one', 'two', 'three']]);
    expect(first.count()).toMatchObject({ sent: 3, cached: 0 });

    const second = await openCachedEmbedder(embedder, { folder });
    expect(await second.embed([...texts, 'four'])).toEqual([
      ...vectors,
      ...(await hashEmbedder().embedder.embed(['four'])),
    ]);
    second.close();
    expect(requests.slice(1)).toEqual([['four']]);
    expect(second.count()).toMatchObject({ sent: 1, cached: 3 });
  });

  it('keeps what was answered when a later request fails', async () => {
    const folder = scratchFolder();
    const { embedder, requests } = hashEmbedder();
    const failing = {
      ...embedder,
      embed: async (batch: readonly string[]) => {
        if (requests.length === 1) throw new Error('gone');
        return embedder.embed(batch);
      },
    };
    const many = Array.from({ length: 100 }, (_, i) => `text ${i}`);
    const told: number[][] = [];
    const onSend = (...counts: number[]) => told.push(counts);
    const first = await openCachedEmbedder(failing, { folder, onSend });
    await expect(first.embed(many)).rejects.toThrow('gone');
    first.close();
    const second = await openCachedEmbedder(embedder, { folder, onSend });
    await second.embed(many);
    expect(told).toEqual([
      [0, 100],
      [64, 100],
      [0, 36],
    ]);
    second.close();
    expect(second.count()).toMatchObject({ sent: 36, cached: 64 });
  });

  it('passes over a torn line and over lines that it cannot read', async () => {
    const folder = scratchFolder();
    const { embedder, requests } = hashEmbedder();
    const first = await openCachedEmbedder(embedder, { folder });
    await first.embed(['one']);
    first.close();
    const path = join(folder, readdirSync(folder)[0] ?? '');
    appendFileSync(path, 'nonsense\n{"sha256":"x"}\n{"sha256":"0f","float');
    const second = await openCachedEmbedder(embedder, { folder });
    await second.embed(['one', 'two']);
    second.close();
    const third = await openCachedEmbedder(embedder, { folder });
    await third.embed(['one', 'two']);
    third.close();
    expect(requests).toEqual([['one'], ['two']]);
  });

  it('is refused to a second run, which touches nothing', async () => {
    const folder = scratchFolder();
    const { embedder } = hashEmbedder();
    const first = await openCachedEmbedder(embedder, { folder });
    const path = join(folder, readdirSync(folder).find((name) => name.endsWith('l')) ?? '');
    appendFileSync(path, '{"sha256":"being wri');
    await expect(openCachedEmbedder(embedder, { folder })).rejects.toThrow(`is writing ${path}`);
    expect(readFileSync(path, 'utf8')).toBe('{"sha256":"being wri');
    writeFileSync(path, '');
    first.close();
    (await openCachedEmbedder(embedder, { folder })).close();
    expect(readdirSync(folder).length).toBe(1);
  });

  it('has a file for each model', async () => {
    const folder = scratchFolder();
    for (const id of ['a/b:1', 'a_b_1']) {
      const cached = await openCachedEmbedder(hashEmbedder(id).embedder, { folder });
      await cached.embed(['one']);
      expect(cached.count().sent).toBe(1);
      cached.close();
    }
    expect(readdirSync(folder).length).toBe(2);
  });
});
