import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the virtual environments are kept from run to run. */
const CACHE = process.env.TEST_REAL_CACHE ?? join(tmpdir(), 'toxicity-distill-real');

/** Without the libraries for images, which are half of what is compiled. */
const BUILD = { CMAKE_ARGS: '-DLLAVA_BUILD=OFF' };

/**
 * Makes a virtual environment with packages from PyPI, or finds the one of an earlier run.
 *
 * @param packages - each with its version
 * @returns its folder
 */
export function virtualEnvironment(name: string, packages: readonly string[]): string {
  const folder = join(CACHE, name);
  const done = join(folder, 'installed.json');
  if (existsSync(done)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const run = (program: string, args: readonly string[]) =>
    execFileSync(program, args, { stdio: 'inherit', env: { ...BUILD, ...process.env } });
  run('python3', ['-m', 'venv', folder]);
  run(join(folder, 'bin', 'pip'), ['install', '--quiet', ...packages]);
  writeFileSync(done, JSON.stringify(packages));
  return folder;
}

/** A file that a package of an environment carries. */
export const packaged = (folder: string, module: string, file: string): string => {
  const code = `import importlib.util as u, os; print(os.path.join(os.path.dirname(u.find_spec('${module}').origin), '${file}'))`;
  return execFileSync(join(folder, 'bin', 'python'), ['-c', code], { encoding: 'utf8' }).trim();
};
