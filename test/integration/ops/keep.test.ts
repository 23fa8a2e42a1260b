import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { runOps } from "../../../functions/ops/run-ops.ts";
import { plain } from "../../../functions/ops/text/look.ts";

const contractWatch = fileURLToPath(new URL("../../zuora-contract/fail-on-exit.ts", import.meta.url));
const script = fileURLToPath(new URL("../../local/start.mjs", import.meta.url));
let child: ChildProcess | undefined;
let closed: Promise<number | null>;
let notes = "";
/** Where the system describes itself. */
let url = "";

beforeAll(async () => {
  const flags = ["--keep", "--revenue", "--json", "--accounts", "20", "--visibility-timeout", "5"];
  const started = spawn(process.execPath, ["--import", contractWatch, script, ...flags]);
  child = started;
  closed = new Promise((resolve) => started.once("close", resolve));
  started.stderr.on("data", (chunk: Buffer) => {
    notes += chunk;
  });
  url = await vi.waitFor(
    () => {
      const [, found] = /--local (http:\S+) settle/.exec(notes) ?? [];
      if (found === undefined) throw new Error(`not up yet: ${notes}`);
      return found;
    },
    { timeout: 60_000, interval: 100 },
  );
}, 90_000);

afterAll(() => child?.kill("SIGKILL"));

const ops = async (...args: readonly string[]) => {
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

/** Where the tenant is broken and mended. */
const simulator = (): string => /'(http\S+\/simulator)\//.exec(notes)?.[1] ?? "";

it("seven accounts refused for a closed period go from dead letters to settled", { timeout: 120_000 }, async () => {
  const [, closing = ""] = /'(http\S+close-period\S+)'/.exec(notes) ?? [];
  const [, opening = ""] = /'(http\S+open-period)'/.exec(notes) ?? [];
  await fetch(closing, { method: "POST" });
  expect((await ops("scan")).data.enqueued).toBeGreaterThanOrEqual(7);
  const letters = await vi.waitFor(
    async () => {
      const { data } = await ops("dead-letters", "list", "--code", "ZUORA_REJECTED");
      expect(data.accounts).toBe(7);
      return data.deadLetters;
    },
    { timeout: 30_000, interval: 500 },
  );
  const shown = await ops("dead-letters", "show", letters[0].accountId);
  expect(shown.data.message).toContain("ACCOUNTING_PERIOD_CLOSED");

  await fetch(opening, { method: "POST" });
  expect((await ops("dead-letters", "replay", "--dry-run")).data.replayed).toHaveLength(7);
  expect((await ops("dead-letters", "replay")).data.replayed).toHaveLength(7);
  await vi.waitFor(
    async () => {
      const { steps } = (await ops("plan", letters[0].accountId)).data;
      expect(steps).toEqual([]);
      expect((await ops("status")).data.workQueue).toEqual({ visible: 0, hidden: 0 });
    },
    { timeout: 30_000, interval: 500 },
  );
  expect((await ops("dead-letters", "list")).data.accounts).toBe(0);
});

it("accounts whose function dies wait, and are settled by themselves once it lives", { timeout: 60_000 }, async () => {
  await fetch(`${url}/die?seconds=60`, { method: "POST" });
  const answer = await fetch(`${simulator()}/bill?accounts=2`, { method: "POST" });
  const billed = (await answer.json()) as { readonly accounts: readonly { readonly number: string }[] };
  const stepsOfBilled = async () => {
    const plans = await Promise.all(billed.accounts.map(({ number }) => ops("plan", number)));
    return plans.map(({ data }) => data.steps.length);
  };
  expect((await ops("scan")).data.enqueued).toBe(2);
  await vi.waitFor(async () => expect((await ops("status")).data.workQueue).toEqual({ visible: 0, hidden: 2 }), {
    timeout: 20_000,
    interval: 100,
  });
  expect(await stepsOfBilled()).not.toContain(0);
  await fetch(`${url}/die?seconds=0`, { method: "POST" });
  await vi.waitFor(async () => expect((await ops("status")).data.workQueue).toEqual({ visible: 0, hidden: 0 }), {
    timeout: 30_000,
    interval: 500,
  });
  expect(await stepsOfBilled()).toEqual([0, 0]);
  expect((await ops("dead-letters", "list")).data.accounts).toBe(0);
});

it("a pass over revenue from a shell is worked off by the function that is up", { timeout: 60_000 }, async () => {
  const { enqueued } = (await ops("scan", "--revenue")).data;
  expect(enqueued).toBeGreaterThan(0);
  const told = () => notes.match(/^revenue of account \w+ (no-op|held)$/gm) ?? [];
  await vi.waitFor(() => expect(told()).toHaveLength(enqueued), { timeout: 30_000, interval: 200 });
  expect((await ops("status")).data.revenue.workQueue.visible).toBe(0);
});

it("what a person cancels is held, until the very line that the page names settles it again", async () => {
  const [, cancel = "", account = ""] = /'(http\S+cancel\?account=(\w+))'/.exec(notes) ?? [];
  expect(notes).toContain(`ends: npm run --silent ops -- --local ${url} settle ${account} --again`);
  expect(await (await fetch(cancel, { method: "POST" })).json()).not.toEqual({ canceled: [] });
  const { holds } = (await ops("plan", account)).data;
  expect(holds.map(({ reason }: { reason: string }) => reason)).toContain("cancelled-by-person");
  const again = async () => (await ops("settle", account, "--again")).data.done.length;
  expect(await again()).toBeGreaterThan(0);
  expect(await again()).toBe(0);
});

it("asks a person for nothing that the page does not hold: no line has a placeholder", () => {
  expect(notes).toContain("To break the simulated tenant");
  expect(notes).not.toMatch(/\b(ACCOUNT|URL|ZUORA|RUN)\b(?!_)/);
});

it("ends with Ctrl-C, and with status 0", async () => {
  child?.kill("SIGINT");
  expect(await closed).toBe(0);
});
