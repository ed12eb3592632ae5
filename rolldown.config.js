import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const licence = readFileSync('node_modules/gpt-tokenizer/LICENSE', 'utf8');

/**
 * Takes the two encodings that are used into the package. The whole of gpt-tokenizer would cost a
 * user 30 MB, for five encodings in three forms each.
 */
export default defineConfig({
  input: {
    cl100k_base: 'dist/pricing/encodings/cl100k_base.js',
    o200k_base: 'dist/pricing/encodings/o200k_base.js',
  },
  platform: 'node',
  output: {
    dir: 'dist/pricing/encodings',
    chunkFileNames: 'gpt-tokenizer.js',
    banner: `/*! gpt-tokenizer\n${licence}*/`,
  },
});
