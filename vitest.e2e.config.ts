import { defineConfig } from "vitest/config";

/** The tests in a browser: `npm run test:e2e`. One after the other: they measure what a page does alone. */
export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ["test/e2e/**/*.e2e.ts"],
    globalSetup: ["test/global-setup.ts"],
    fileParallelism: false,
    retry: process.env.CI ? 1 : 0,
    env: { REDIS_URL: "" },
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
