import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Posting } from "../../../functions/app/scan/ports.ts";
import { type PostingDeps, scanPosting } from "../../../functions/app/scan/scan-posting.ts";
import { systemClock } from "../../../functions/aws/clock.ts";
import { scannerPatience } from "../../../functions/zuora/http/retry.ts";
import { createPostingCandidates, findPosting } from "../../../functions/zuora/scan/postings.ts";
import { policy } from "../../unit/domain/fixtures.ts";
import { CollectedTelemetry } from "../../unit/fakes/collected-telemetry.ts";
import { addAccount, addBillRun } from "../../zuora-simulator/build.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { startZuoraServer, type ZuoraServer } from "../../zuora-simulator/zuora-server.ts";
import { connectOverHttp } from "../connect-over-http.ts";

const client = { clientId: "bill-run", clientSecret: "canary-secret" };
const dayMs = 24 * 60 * 60_000;

let zuora: ZuoraServer;

beforeEach(async () => {
  zuora = await startZuoraServer({ ...client, store: new Store() });
});

afterEach(() => zuora.stop());

const scene = (overrides: Partial<PostingDeps> = {}) => {
  const telemetry = new CollectedTelemetry();
  const queued: string[] = [];
  const connection = connectOverHttp(zuora.url, client, { telemetry, patience: scannerPatience, concurrency: 1 });
  const during = (trackId: string) => ({ trackId, remainingMs: () => 60_000 });
  const deps: PostingDeps = {
    find: (runId, posting) => findPosting(connection, during(runId), posting),
    candidates: (runId, posting) => createPostingCandidates(connection, during(runId), posting),
    workQueue: {
      depth: async () => 0,
      send: async (accountIds) => {
        queued.push(...accountIds);
        return queued.length;
      },
    },
    switchReader: { read: async () => "on" },
    telemetry,
    clock: systemClock,
    random: () => 0,
    policy: policy(),
    ...overrides,
  };
  const scan = (id: string, kind: Posting["kind"] = "bill-run") => scanPosting(deps, { kind, id });
  return { scan, queued, telemetry };
};

const billed = (billRunId: string) => ({
  negative: addAccount(zuora.tenant.store, { invoices: [{ amount: "-10.00", billRunId }] }),
  withCredit: addAccount(zuora.tenant.store, { credit: "5.00", invoices: [{ amount: "9.00", billRunId }] }),
  neither: addAccount(zuora.tenant.store, { invoices: [{ amount: "9.00", billRunId }] }),
});

describe("a callout of a posted bill run", () => {
  it.each(["Id", "BillRunNumber"] as const)("finds its accounts, standing credit included, by its %s", async (key) => {
    const run = addBillRun(zuora.tenant.store, {}, Date.now());
    const { negative, withCredit } = billed(run.Id);
    billed(addBillRun(zuora.tenant.store, {}, Date.now()).Id);
    const { scan, queued } = scene();
    expect(await scan(run[key])).toMatchObject({ negativeInvoices: 1, accounts: 2, enqueued: 2 });
    expect(queued).toEqual([negative.Id, withCredit.Id]);
  });

  it("obeys the switch and the run limit as every scan does", async () => {
    const run = addBillRun(zuora.tenant.store, {}, Date.now());
    billed(run.Id);
    expect(await scene({ switchReader: { read: async () => "off" } }).scan(run.Id)).toMatchObject({
      skipped: "switched-off",
    });
    const small = scene({ policy: policy({ runLimit: { accounts: 1, amount: {} } }) });
    await expect(small.scan(run.Id)).rejects.toThrow(/found 2 accounts.*nothing queued/);
    expect(small.queued).toEqual([]);
  });
});

describe("a callout of a posted invoice", () => {
  const addPosted = (invoice: { amount: string; status?: "Draft" }, postedAt = Date.now()) => {
    const { store } = zuora.tenant;
    const account = addAccount(store, { invoices: [{ ...invoice, postedAt }] }, postedAt);
    return { account, invoice: store.invoices.where("AccountId", account.Id)[0] };
  };

  it.each(["Id", "InvoiceNumber"] as const)("finds its account and no other, by its %s", async (key) => {
    const { account, invoice } = addPosted({ amount: "-10.00" });
    addPosted({ amount: "-10.00" });
    const { scan, queued } = scene();
    expect(await scan(invoice?.[key] ?? "", "invoice")).toMatchObject({ negativeInvoices: 1, enqueued: 1 });
    expect(queued).toEqual([account.Id]);
  });

  it.each([
    ["posted days ago", () => addPosted({ amount: "-10.00" }, Date.now() - 2 * dayMs)],
    ["a draft", () => addPosted({ amount: "-10.00", status: "Draft" })],
  ])("that is %s starts nothing", async (_name, add) => {
    const { scan, queued } = scene();
    expect(await scan(add().invoice?.Id ?? "", "invoice")).toMatchObject({ skipped: "not-posted-lately" });
    expect(queued).toEqual([]);
  });
});

describe("starts nothing and says so:", () => {
  it.each([
    ["a callout that is replayed days later", () => addBillRun(zuora.tenant.store, {}, Date.now() - 2 * dayMs).Id],
    ["a run that is not posted", () => addBillRun(zuora.tenant.store, { Status: "Completed" }, Date.now()).Id],
    ["a run that Zuora does not know", () => "8ae00000000000000000000000000999"],
  ])("%s", async (_name, runOf) => {
    const id = runOf();
    billed(id);
    const { scan, queued, telemetry } = scene();
    expect(await scan(id)).toMatchObject({ skipped: "not-posted-lately", enqueued: 0 });
    expect(queued).toEqual([]);
    expect(telemetry.of("posting not scanned")).toMatchObject([{ id }]);
    expect(telemetry.total("PostingNotScanned")).toBe(1);
  });
});
