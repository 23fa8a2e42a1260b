import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    setupFiles: ["test/zuora-contract/vitest-setup.ts"],
    include: ["test/{unit,integration,simulation,infra}/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Much of the time is spent waiting for a queue: three files at a time, also where there are two cores only.
    maxWorkers: Math.max(3, availableParallelism() - 1),
  },
});
