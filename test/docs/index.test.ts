import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const docs = new URL('../../docs/', import.meta.url);

it('docs/README.md lists every page once', () => {
  const pages = readdirSync(docs).filter((file) => file.endsWith('.md') && file !== 'README.md');
  const listed = readFileSync(new URL('README.md', docs), 'utf8').matchAll(/\]\(([\w-]+\.md)\)/g);
  expect(Array.from(listed, ([, page]) => page).sort()).toEqual(pages.sort());
});
