import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.soak.ts'],
    // They take minutes, or as long as SOAK_SECONDS says; a busy machine takes several times that.
    testTimeout: 900_000 + Number(process.env.SOAK_SECONDS ?? 0) * 2_000,
  },
});
