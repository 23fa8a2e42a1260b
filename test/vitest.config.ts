import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    setupFiles: ["test/zuora-contract/vitest-setup.ts"],
    include: ["test/{unit,integration,simulation,infra}/**/*.test.ts"],
    testTimeout: 40_000,
    hookTimeout: 60_000,
    // Much of the time is spent waiting for a queue: four files at a time, also where there are two cores only.
    maxWorkers: Math.max(4, availableParallelism() - 1),
  },
});
