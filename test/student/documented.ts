import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Writes a code block of docs/student-in-a-service.md into a folder in which the package is
 * installed.
 *
 * @param file - as the first line of the block names it
 * @returns its path
 */
export function writeDocumented(file: string, folder: string): string {
  const page = readFileSync(join(ROOT, 'docs/student-in-a-service.md'), 'utf8');
  const blocks = Array.from(page.matchAll(/^```js\n(.*?)^```/gms), ([, code = '']) => code);
  const block = blocks.find((code) => code.startsWith(`// ${file}`));
  if (block === undefined) throw new Error(`no block of the page begins with // ${file}`);
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules/toxicity-distill'));
  const path = join(folder, file);
  writeFileSync(path, block);
  return path;
}
