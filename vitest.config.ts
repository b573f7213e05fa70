import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    // Most tests wait for a process, a lease or a deadline, not for a processor.
    maxWorkers: 4,
    // CI's machines are shared and stall at times; a test that needed its second try is listed as such.
    retry: process.env.CI ? 1 : 0,
    // A Redis of one's own shell is none of the tests': they start theirs.
    env: { REDIS_URL: "" },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
