import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it, vi } from "vitest";
import { addAccount } from "../../zuora-simulator/build.ts";
import { useLocalOps } from "./local-ops.ts";

const { system, ops, tenant, setAside, accountsIn } = useLocalOps();
const cli = fileURLToPath(new URL("../../../functions/ops/cli.ts", import.meta.url));

it("a replay of 500 that was killed half-way and started again loses no account", { timeout: 120_000 }, async () => {
  const ids = Array.from({ length: 500 }, () => addAccount(tenant().store, {}).Id);
  await setAside(ids);
  const child = spawn(process.execPath, [cli, "--local", system().file, "dead-letters", "replay"], { stdio: "ignore" });
  await vi.waitFor(() => expect(accountsIn("work").length).toBeGreaterThan(100), { timeout: 30_000, interval: 5 });
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await closed;
  const queued = new Set([...accountsIn("work"), ...accountsIn("deadLetter")]);
  expect(queued.size).toBe(500);
  expect(accountsIn("deadLetter").length).toBeGreaterThan(0);

  await vi.waitFor(
    async () => {
      await ops("dead-letters", "replay");
      expect(accountsIn("deadLetter")).toEqual([]);
    },
    { timeout: 90_000, interval: 1_000 },
  );
  expect(new Set(accountsIn("work")).size).toBe(500);
});
