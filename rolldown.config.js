import { cpSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { defineConfig } from 'rolldown';

const licence = (name) => `/*! ${name}\n${readFileSync(`node_modules/${name}/LICENSE`, 'utf8')}*/`;

/**
 * Takes the two encodings that are used into the package. The whole of gpt-tokenizer would cost a
 * user 30 MB, for five encodings in three forms each.
 */
const encodings = defineConfig({
  input: {
    cl100k_base: 'dist/pricing/encodings/cl100k_base.js',
    o200k_base: 'dist/pricing/encodings/o200k_base.js',
  },
  platform: 'node',
  output: {
    dir: 'dist/pricing/encodings',
    chunkFileNames: 'gpt-tokenizer.js',
    banner: licence('gpt-tokenizer'),
  },
});

/** They find others by the place where they are, which is not that of a bundle. */
const STAYS = /dist\/(?:version|pricing\/encodings\/\w+)\.js$/;

/** What every run of a command loads, beside our own files. */
const BUNDLED = ['commander', 'zod'];

/** The files that a file loads whenever it is loaded, with itself. */
function loadedWith(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:im|ex)port .*from '(\..*)';$/gm);
  for (const [, path] of imports) loadedWith(join(dirname(file), path), found);
  return found;
}

const COMMANDS = ['cascade', 'collect', 'evaluate', 'train'];
const allWith = (files) =>
  new Set(files.flatMap((file) => [...loadedWith(resolve(`dist/${file}.js`))]));

/** What --help needs. */
const FLAGS = allWith(['cli/main', ...COMMANDS.map((name) => `cli/${name}`)]);

/** What a run needs, whichever it is. */
const RUN = allWith([...COMMANDS, ...COMMANDS.map((name) => `cli/${name}-run`)]);

/**
 * The commands, with what they always load, in few files: to open two hundred takes longer than most
 * of what they are asked for. What is only needed at times stays in files of its own.
 */
const commands = defineConfig({
  input: {
    cascade: 'dist/bin/cascade.js',
    collect: 'dist/bin/collect.js',
    evaluate: 'dist/bin/evaluate.js',
    train: 'dist/bin/train.js',
    'parquet-worker': 'dist/datasets/parquet-worker.js',
  },
  platform: 'node',
  // One command loads at once what another loads when it is needed.
  checks: { ineffectiveDynamicImport: false },
  external: (id) =>
    STAYS.test(id) || (!/^[./]|^@oxc-project\//.test(id) && !BUNDLED.includes(id.split('/')[0])),
  output: {
    dir: 'dist',
    entryFileNames: ({ name }) => `${name === 'parquet-worker' ? 'parts' : 'bin'}/[name].js`,
    // The script of the report is parts/client.js.
    chunkFileNames: ({ name }) => `parts/${name === 'client' ? 'model-client' : '[name]'}.js`,
    codeSplitting: {
      groups: [
        ...BUNDLED.map((name) => ({ name, test: new RegExp(`node_modules/${name}/`) })),
        { name: 'flags', test: (id) => FLAGS.has(id) },
        { name: 'run', test: (id) => RUN.has(id) && !FLAGS.has(id) },
      ],
    },
    banner: ({ name }) => (BUNDLED.includes(name) ? licence(name) : ''),
  },
  plugins: [
    {
      name: 'script of the report',
      writeBundle: () => cpSync('dist/reports/html/client.js', 'dist/parts/client.js'),
    },
  ],
});

export default [encodings, commands];
