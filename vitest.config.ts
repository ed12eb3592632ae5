import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What ends only by this is broken: no test is to fail for being slow on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // By default one core is left idle, which of two is half.
    maxWorkers: '100%',
    // Files share a process and the modules it has loaded, which is half of a small file's time.
    // They change none of its state for longer than a test.
    isolate: false,
  },
});
