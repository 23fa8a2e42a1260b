import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it, vi } from "vitest";
import { runOps } from "../../../functions/ops/run-ops.ts";
import { plain } from "../../../functions/ops/text/look.ts";

const contractWatch = fileURLToPath(new URL("../../zuora-contract/fail-on-exit.ts", import.meta.url));
const script = fileURLToPath(new URL("../../local/start.mjs", import.meta.url));
let child: ChildProcess | undefined;

afterEach(() => child?.kill("SIGKILL"));

const ops = async (url: string, ...args: readonly string[]) => {
  let out = "";
  const terminal = {
    look: plain,
    isInteractive: false,
    out: (text: string) => {
      out += text;
    },
    note: () => {},
    progress: () => ({ told: () => {}, end: () => {} }),
    audit: () => {},
    confirm: async () => true,
  };
  const status = await runOps(["--local", url, "--json", ...args], {
    environment: {},
    terminal,
    isStopped: () => false,
  });
  return { status, data: JSON.parse(out) };
};

it("seven accounts refused for a closed period go from dead letters to settled", { timeout: 120_000 }, async () => {
  const started = spawn(process.execPath, ["--import", contractWatch, script, "--keep", "--json", "--accounts", "20"]);
  child = started;
  const closed = new Promise<number | null>((resolve) => started.once("close", resolve));
  let notes = "";
  started.stderr.on("data", (chunk: Buffer) => {
    notes += chunk;
  });
  const url = await vi.waitFor(
    () => {
      const [, found] = /--local (http:\S+) scan/.exec(notes) ?? [];
      if (found === undefined) throw new Error(`not up yet: ${notes}`);
      return found;
    },
    { timeout: 60_000, interval: 100 },
  );
  const closing = /'(http\S+close-period\S+)'/.exec(notes)?.[1] ?? "";
  const opening = /'(http\S+open-period)'/.exec(notes)?.[1] ?? "";

  await fetch(closing, { method: "POST" });
  expect((await ops(url, "scan")).data.enqueued).toBeGreaterThanOrEqual(7);
  const letters = await vi.waitFor(
    async () => {
      const { data } = await ops(url, "dead-letters", "list", "--code", "ZUORA_REJECTED");
      expect(data.accounts).toBe(7);
      return data.deadLetters;
    },
    { timeout: 30_000, interval: 500 },
  );
  const shown = await ops(url, "dead-letters", "show", letters[0].accountId);
  expect(shown.data.message).toContain("ACCOUNTING_PERIOD_CLOSED");

  await fetch(opening, { method: "POST" });
  expect((await ops(url, "dead-letters", "replay", "--dry-run")).data.replayed).toHaveLength(7);
  expect((await ops(url, "dead-letters", "replay")).data.replayed).toHaveLength(7);
  await vi.waitFor(
    async () => {
      const { steps } = (await ops(url, "plan", letters[0].accountId)).data;
      expect(steps).toEqual([]);
      expect((await ops(url, "status")).data.workQueue).toEqual({ visible: 0, hidden: 0 });
    },
    { timeout: 30_000, interval: 500 },
  );
  expect((await ops(url, "dead-letters", "list")).data.accounts).toBe(0);

  started.kill("SIGINT");
  expect(await closed).toBe(0);
});
