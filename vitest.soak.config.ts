import { defineConfig } from 'vitest/config';

export default defineConfig({
  // It takes a minute or two; a busy machine may take several times as long.
  test: { include: ['test/**/*.soak.ts'], testTimeout: 900_000 },
});
