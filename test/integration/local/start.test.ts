import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readBody } from "../../local/loopback-server.ts";
import { startTinyZuora } from "./tiny-zuora.ts";

const script = fileURLToPath(new URL("../../local/start.mjs", import.meta.url));
const connectionLog = new URL("fixtures/connection-log.mjs", import.meta.url).href;

const contractWatch = new URL("../../zuora-contract/fail-on-exit.ts", import.meta.url).href;

/**
 * What an engineer's shell may hold, and what must not matter; and who listens to the simulated tenant of the child.
 */
const surroundings = {
  NODE_OPTIONS: `--import ${contractWatch}`,
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "canary-aws-secret",
  AWS_REGION: "us-east-1",
  AWS_PROFILE: "production",
  AWS_ENDPOINT_URL: "http://sqs.us-east-1.amazonaws.com",
  AWS_USE_FIPS_ENDPOINT: "true",
  ZUORA_CLIENT_ID: "canary-id",
  ZUORA_CLIENT_SECRET: "canary-zuora-secret",
};

type Zuora = Awaited<ReturnType<typeof startTinyZuora>>;

let zuora: Zuora | undefined;
let child: ChildProcess | undefined;

afterEach(async () => {
  child?.kill("SIGKILL");
  await zuora?.stop();
  zuora = undefined;
});

const begin = (args: readonly string[], env: Record<string, string> = {}) => {
  const started = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...surroundings, ...env } });
  child = started;
  const exit = new Promise<number | null>((resolve) => started.once("close", resolve));
  return Promise.all([exit, readBody(started.stdout), readBody(started.stderr)]).then(([status, out, err]) => ({
    status,
    out,
    err,
  }));
};

const start = async (
  mood: Parameters<typeof startTinyZuora>[0],
  args: readonly string[],
  env?: Record<string, string>,
) => {
  zuora = await startTinyZuora(mood);
  return begin(["--zuora-url", zuora.url, ...args], env);
};

const oneLine = /^[^\n]+\n$/;

describe("npm start -- --bill-run", () => {
  it("settles a bill run by its callout alone, and says how long after posting", async () => {
    const { status, out, err } = await begin(["--bill-run", "--accounts", "30", "--json"]);
    expect({ status, err }).toMatchObject({ status: 0 });
    const report = JSON.parse(out) as { scan: unknown; outcomes: unknown };
    expect(report.scan).toEqual({ negativeInvoices: 10, accounts: 10, enqueued: 10 });
    expect(report.outcomes).toMatchObject({ settled: 10, deadLettered: 0, pending: 0 });
    expect(err).toMatch(/BR-00000001: 10 negative invoices, settled \d+\.\d s after posting/);
  });

  it("calls out from the simulated tenant only", async () => {
    const { status, err } = await begin(["--bill-run", "--zuora-url", "http://127.0.0.1:1"]);
    expect(status).toBe(2);
    expect(err).toMatch(oneLine);
  });
});

describe("npm start", () => {
  it("with a wrong flag says so in one line and ends with status 2", async () => {
    const { status, out, err } = await begin(["--frobnicate"]);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toMatch(oneLine);
    expect(err).toContain("--frobnicate");
  });

  it("with --json prints the report alone", async () => {
    const { status, out } = await start("empty", ["--json"]);
    expect(status).toBe(0);
    expect(out).toMatch(oneLine);
    expect(JSON.parse(out)).toMatchObject({ scan: { enqueued: 0 }, zuora: { writes: 0 }, dryRun: false });
  });

  it("settles the simulated tenant", async () => {
    const { status, out, err } = await begin(["--json", "--accounts", "20"]);
    expect(status).toBe(0);
    expect(out + err, "somebody's address").not.toContain("@example.invalid");
    const { scan, outcomes, totals, zuora: traffic } = JSON.parse(out);
    expect(outcomes).toMatchObject({ deadLettered: 0, pending: 0 });
    expect(outcomes.settled).toBeGreaterThan(0);
    expect(outcomes.settled + outcomes.noOp + outcomes.held).toBe(scan.enqueued);
    expect(totals.length).toBeGreaterThan(0);
    expect(traffic.writes).toBeGreaterThan(0);
  });

  it("in a dry run tells what it would do, and asks Zuora for no write", async () => {
    const { status, out } = await begin(["--json", "--accounts", "20", "--dry-run"]);
    expect(status).toBe(0);
    const { dryRun, outcomes, totals, zuora: traffic } = JSON.parse(out);
    expect({ dryRun, writes: traffic.writes }).toEqual({ dryRun: true, writes: 0 });
    expect(outcomes.settled).toBeGreaterThan(0);
    expect(totals.length).toBeGreaterThan(0);
  });

  it("turns to no other machine, whatever AWS settings surround it", async () => {
    const { status, err } = await start("one-invoice", ["--json"], { NODE_OPTIONS: `--import ${connectionLog}` });
    expect(status).not.toBe(2);
    const addresses = [...err.matchAll(/turned to (.+)/g)].map(([, address]) => address);
    expect(new Set(addresses)).toEqual(new Set(["127.0.0.1"]));
  });

  it("with credentials that Zuora does not know ends with status 2, one line, and no secret in it", async () => {
    const { status, out, err } = await start("refuses", []);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toMatch(oneLine);
    expect(err).toContain("authentication");
    expect(err).not.toContain("canary");
  });

  it.each(["busy", "silent"] as const)(
    "against a Zuora that is %s gives up at the deadline with status 3",
    async (mood) => {
      const { status, out, err } = await start(mood, [
        "--json",
        "--deadline",
        "2",
        "--function-timeout",
        "4",
        "--backoff-max",
        "1",
      ]);
      expect(status).toBe(3);
      expect(JSON.parse(out)).toMatchObject({ scan: { enqueued: 0 } });
      expect(err).toContain("no scan completed");
    },
  );

  it("stops everything on Ctrl-C", { skip: process.platform === "win32" }, async () => {
    const ending = start("silent", ["--json"]);
    await vi.waitFor(() => expect(zuora?.seen.length).toBeGreaterThan(0), 10_000);
    child?.kill("SIGINT");
    expect(await ending).toMatchObject({ status: 130, out: "" });
  });
});
