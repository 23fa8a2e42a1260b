import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import type { Mode } from "../../../functions/domain/credit/mode.ts";
import { readBody } from "../../local/loopback-server.ts";
import type { Report } from "../../local/report.ts";
import { owedBy } from "../../zuora-simulator/hands.ts";
import { seedTenant } from "../../zuora-simulator/seed-tenant.ts";
import { kindFor } from "../../zuora-simulator/tenant-kind.ts";
import { startZuoraServer, type ZuoraServer } from "../../zuora-simulator/zuora-server.ts";
import { idleCredit, recordedTotals } from "./idle-credit.ts";

const client = { clientId: "client-of-the-test", clientSecret: "canary-secret" };
const script = fileURLToPath(new URL("../../local/start.mjs", import.meta.url));

/** Seeded invoices lie around noon; what is dated by this day has been there for hours. */
const today = new Date().toISOString().slice(0, 10);

const servers: ZuoraServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const openTenant = async (mode: Mode): Promise<ZuoraServer> => {
  const kind = kindFor(mode);
  const store = seedTenant({ accounts: 100, seed: 9, today, kind });
  const server = await startZuoraServer({ ...client, store, kind });
  servers.push(server);
  return server;
};

const start = async ({ url }: ZuoraServer, mode: Mode) => {
  const flags = ["--zuora-url", url, "--mode", mode, "--json", "--backoff-max", "1"];
  const env = { ...process.env, ZUORA_CLIENT_ID: client.clientId, ZUORA_CLIENT_SECRET: client.clientSecret };
  const child = spawn(process.execPath, [script, ...flags], { env });
  const [out, err, status] = await Promise.all([
    readBody(child.stdout),
    readBody(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  return { status, err, out, report: JSON.parse(out) as Report };
};

const positions = ({ tenant: { store } }: ZuoraServer) => ({
  credit: store.accounts.rows.map(({ CreditBalance }) => CreditBalance.toFixed()),
  invoices: store.invoices.rows.map(({ Balance }) => Balance.toFixed()),
  memos: store.creditMemos.rows.map(({ unappliedAmount }) => unappliedAmount.toFixed()),
});

describe("the same customers in a tenant of each kind", { timeout: 120_000 }, () => {
  it.each<[Mode, readonly string[]]>([
    ["credit-balance", []],
    ["credit-memos", ["excluded-memo", "negative-invoice-under-settlement"]],
    ["both", []],
  ])("are settled by npm start -- --mode %s, once and for all", async (mode, ownReasons) => {
    const zuora = await openTenant(mode);
    const { tenant } = zuora;
    const owed = tenant.store.accounts.rows.map(({ Id }) => owedBy(tenant, Id).toFixed());
    const before = tenant.store.creditMemoApplications.rows.length;

    const first = await start(zuora, mode);
    expect({ status: first.status, err: first.err }).toMatchObject({ status: 0 });
    const { report } = first;
    expect(report).toMatchObject({ mode, outcomes: { deadLettered: 0, pending: 0 } });
    expect(idleCredit(tenant.store, report.held, today)).toEqual([]);
    const told = report.totals.map(({ currency, transferred, applied }) => ({ currency, transferred, applied }));
    expect(told).toEqual(recordedTotals(tenant.store, report.runId, before));
    expect(told.length).toBeGreaterThan(3);
    expect(tenant.store.accounts.rows.map(({ Id }) => owedBy(tenant, Id).toFixed())).toEqual(owed);
    const reasons = new Set(report.held.map(({ reason }) => reason));
    for (const reason of ["future-dated", "cancelled-by-person", ...ownReasons]) expect(reasons).toContain(reason);
    expect(`${first.out}${first.err}`).not.toContain("@");

    const settled = positions(zuora);
    const second = await start(zuora, mode);
    expect(second.report.zuora.writes).toBe(0);
    expect(positions(zuora)).toEqual(settled);
  });
});
