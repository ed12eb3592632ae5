import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/real/**/*.real.ts'],
    // The first run compiles llama.cpp, and a small model on a busy machine takes seconds a row.
    testTimeout: 900_000,
    hookTimeout: 7_200_000,
    // The servers share what cores there are.
    fileParallelism: false,
  },
});
