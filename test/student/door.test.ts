import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../helpers/cli.js';
import { bundle } from './bundle.js';
import { DOOR } from './trained.js';

const DIST = dirname(DOOR);
const INDEX = join(DIST, 'index.js');

/** The specifiers of every import in a module, static or dynamic, of side effects or of a name. */
function specifiersOf(path: string): string[] {
  const source = readFileSync(path, 'utf8');
  const imports = source.matchAll(/\b(?:from|import|require)\s*\(?\s*(['"`])(.*?)\1/g);
  return Array.from(imports, ([, , specifier = '']) => specifier);
}

/** Every module that the door loads, with what it imports. */
function walk(start: string): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  const next = [start];
  for (let path = next.pop(); path !== undefined; path = next.pop()) {
    if (graph.has(path)) continue;
    const specifiers = specifiersOf(path);
    graph.set(path, specifiers);
    for (const specifier of specifiers) {
      if (specifier.startsWith('.')) next.push(join(dirname(path), specifier));
    }
  }
  return graph;
}

describe('toxicity-distill/student', () => {
  it('loads nothing but files of its own, so that a browser can', () => {
    const graph = walk(DOOR);
    const files = [...graph.keys()].map((path) => relative(DIST, path));
    expect(files).toEqual(expect.arrayContaining(['student.js', 'student/scorer.js', 'text.js']));
    const foreign = [...graph].flatMap(([path, specifiers]) =>
      specifiers
        .filter((specifier) => !/^\.\.?\/.*\.js$/.test(specifier))
        .map((specifier) => `${relative(DIST, path)} imports ${specifier}`),
    );
    expect(foreign).toEqual([]);
  });

  it('loads none of the training', () => {
    const names = [...walk(DOOR).keys()].map((path) => relative(join(DIST, 'student'), path));
    const training = ['lbfgs.js', 'logistic.js', 'train-student.js', 'student-schema.js'].concat(
      'learned-texts.js',
    );
    expect(names.filter((name) => training.includes(name))).toEqual([]);
  });

  it('takes types from no package', () => {
    const types = walk(DOOR.replace(/\.js$/, '.d.ts'));
    expect([...types.values()].flat().filter((name) => !name.startsWith('.'))).toEqual([]);
  });

  it('is under 10 KiB when bundled and minified, and its scorer alone under 8', async () => {
    const { code, imports } = await bundle(DOOR);
    expect(imports).toEqual([]);
    // 9,419 bytes when this was written, and 7,780 of the scorer alone.
    expect(code.length).toBeLessThan(10 * 1024);
    expect(code).toContain('the student learned with');
    const scorer = await bundle(DOOR.replace(/student\.js$/, 'student/open-scorer.js'));
    expect(scorer.code.length).toBeLessThan(8 * 1024);
  });
});

describe('toxicity-distill', () => {
  it('leaves out of a bundle what is not used: no module works by being loaded', async () => {
    const code = `export { classificationReport } from ${JSON.stringify(INDEX)};`;
    const scratch = join(scratchFolder(), 'entry.js');
    writeFileSync(scratch, code);
    const { code: bundled, imports } = await bundle(scratch);
    expect(imports).toEqual([]);
    // 3.8 kB; with all that index.js loads it would be 690.
    expect(bundled.length).toBeLessThan(8 * 1024);
  });
});
