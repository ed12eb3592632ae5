import { cpSync, readFileSync } from 'node:fs';
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

/**
 * The commands, with zod, in few files: to open two hundred takes longer than most of what they are
 * asked for. What is only needed at times stays in files of its own.
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
  external: (id) => STAYS.test(id) || !/^(?:[./]|zod\b|@oxc-project\/)/.test(id),
  output: {
    dir: 'dist',
    entryFileNames: ({ name }) => `${name === 'parquet-worker' ? 'parts' : 'bin'}/[name].js`,
    // The script of the report is parts/client.js.
    chunkFileNames: ({ name }) => `parts/${name === 'client' ? 'model-client' : '[name]'}.js`,
    codeSplitting: { groups: [{ name: 'zod', test: /node_modules\/zod\// }] },
    banner: ({ name }) => (name === 'zod' ? licence('zod') : ''),
  },
  plugins: [
    {
      name: 'script of the report',
      writeBundle: () => cpSync('dist/reports/html/client.js', 'dist/parts/client.js'),
    },
  ],
});

export default [encodings, commands];
