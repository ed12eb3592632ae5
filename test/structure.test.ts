import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** The rooms from the top of the house to its ground; a file may import from its own layer or below. */
const LAYERS = [
  ['bin'],
  ['cli'],
  ['index'],
  ['plan', 'collect', 'train', 'pick', 'cascade-verb', 'evaluate', 'student-door'],
  ['run', 'labels'],
  ['reports', 'analysis'],
  ['batch'],
  ['models', 'datasets'],
  ['cascade', 'picking'],
  ['student'],
  ['prompts', 'pricing', 'requests', 'metrics', 'files'],
  ['task', 'secrets', 'rows'],
  ['records', 'sample', 'verdict', 'row-key', 'terms', 'issues'],
  ['text', 'format', 'errors', 'messages', 'env', 'version'],
];

/** Files that have the name of a room and are none of it. */
const NAMESAKES: Readonly<Record<string, string>> = {
  'student.ts': 'student-door',
  'cascade.ts': 'cascade-verb',
};

const roomOf = (file: string) => NAMESAKES[file] ?? (file.split('/')[0] ?? '').replace(/\.ts$/, '');

const layerOf = (file: string) => LAYERS.findIndex((rooms) => rooms.includes(roomOf(file)));

const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'));

/** Static, dynamic and type imports alike: a circle of types is a circle. */
const importsOf = new Map(FILES.map((file) => [file, readImports(file)]));

function readImports(file: string): string[] {
  const source = readFileSync(join(SRC, file), 'utf8');
  const imports = source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)\.js'/g);
  return Array.from(imports, ([, path = '']) =>
    relative(SRC, join(SRC, dirname(file), `${path}.ts`)).replaceAll('\\', '/'),
  ).filter((path) => FILES.includes(path));
}

describe('the house', () => {
  it('has a layer for each room', () => {
    expect(FILES.filter((file) => layerOf(file) === -1)).toEqual([]);
  });

  it('imports from its own layer or below', () => {
    const upwards = FILES.flatMap((file) =>
      (importsOf.get(file) ?? [])
        .filter((imported) => layerOf(imported) < layerOf(file))
        .map((imported) => `${file} -> ${imported}`),
    );
    expect(upwards).toEqual([]);
  });

  it('has no circle of files', () => {
    expect(circlesOf(importsOf)).toEqual([]);
  });

  it('has no circle of rooms', () => {
    const rooms = new Map<string, string[]>();
    for (const [file, imports] of importsOf) {
      const room = roomOf(file);
      const others = imports.map(roomOf).filter((other) => other !== room);
      rooms.set(room, [...(rooms.get(room) ?? []), ...others]);
    }
    expect(circlesOf(rooms)).toEqual([]);
  });
});

describe('--help', () => {
  it.each(['collect', 'train', 'cascade', 'evaluate'])('of %s loads no schema', (command) => {
    const loaded = loadedBy(['cli/main.ts', `cli/${command}.ts`]);
    expect(loaded.size).toBeGreaterThan(20);
    const schemas = [...loaded].filter((file) => /from 'zod'/.test(withoutTypes(file)));
    expect(schemas).toEqual([]);
  });
});

const withoutTypes = (file: string) =>
  readFileSync(join(SRC, file), 'utf8').replace(/^(?:import|export) type [^;]*;$/gm, '');

/** The files that are loaded before anything is asked for: by static imports of more than types. */
function loadedBy(files: readonly string[], found = new Set<string>()): Set<string> {
  for (const file of files) {
    if (found.has(file)) continue;
    found.add(file);
    const imports = withoutTypes(file).matchAll(/^(?:import|export) [^;]*?'(\.[^']+)\.js';$/gm);
    const next = Array.from(imports, ([, path = '']) => join(dirname(file), `${path}.ts`));
    loadedBy(next, found);
  }
  return found;
}

/** Every circle that a walk through the graph meets, as `a -> b -> a`. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const circles = new Set<string>();
  const done = new Set<string>();
  const walk = (node: string, path: readonly string[]) => {
    if (path.includes(node)) circles.add([...path.slice(path.indexOf(node)), node].join(' -> '));
    if (done.has(node) || path.includes(node)) return;
    for (const next of graph.get(node) ?? []) walk(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return [...circles];
}
