import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    setupFiles: ["test/zuora-contract/vitest-setup.ts"],
    testTimeout: 40_000,
    hookTimeout: 60_000,
    // Much of the time is spent waiting for a queue: six files at a time, also where there are two cores only.
    maxWorkers: Math.max(6, availableParallelism() - 1),
    projects: [
      // Most files of these take longer to load what they test than to test it: workers keep what they have loaded.
      {
        extends: true,
        test: { name: "alone", include: ["test/{unit,simulation,infra}/**/*.test.ts"], isolate: false },
      },
      { extends: true, test: { name: "system", include: ["test/integration/**/*.test.ts"] } },
    ],
  },
});
