import { afterEach, describe, expect, it } from "vitest";
import { fromDecimal, toDecimal } from "../../../functions/domain/money.ts";
import { readBody, startLoopbackServer } from "../../local/loopback-server.ts";
import type { ConfirmedAdjustment } from "../../local/run-adjustments.ts";
import { zuoraRecords } from "../../local/zuora-records.ts";

const runId = "zcs-abc";

const confirmed: readonly ConfirmedAdjustment[] = [
  { id: "cba1", accountId: "acc1", type: "Increase", amount: fromDecimal("12.50") },
  { id: "cba2", accountId: "acc1", type: "Decrease", amount: fromDecimal("7.25") },
];

const recorded = confirmed.map(({ id, accountId, type, amount }) => ({
  Id: id,
  Number: id,
  AccountId: accountId,
  Type: type,
  Amount: Number(toDecimal(amount)),
  SourceTransactionId: "inv1",
  SourceTransactionNumber: "INV1",
  SourceTransactionType: "Invoice",
  Status: "Processed",
  ReferenceId: runId,
  CreatedDate: "2026-10-31T06:00:35.000+00:00",
  UpdatedDate: "2026-10-31T06:00:35.000+00:00",
}));

let server: Awaited<ReturnType<typeof startLoopbackServer>> | undefined;

afterEach(() => server?.stop());

/** A tenant whose copy for reading shows these adjustments, reading by reading; the last answer stays. */
const readingsOf = async (...answers: readonly (readonly object[] | "refuses")[]) => {
  let readings = 0;
  server = await startLoopbackServer(async (request, response) => {
    await readBody(request);
    response.setHeader("content-type", "application/json");
    if (request.url?.startsWith("/oauth/token")) {
      response.end(JSON.stringify({ access_token: "canary-token", token_type: "bearer", expires_in: 3598 }));
      return;
    }
    const records = answers[Math.min(readings, answers.length - 1)] ?? [];
    readings += 1;
    if (records === "refuses") response.writeHead(400).end(JSON.stringify({ FaultCode: "NO_PERMISSION" }));
    else response.end(JSON.stringify({ records, size: records.length, done: true }));
  });
  const notes: string[] = [];
  let now = 0;
  const sleep = async (milliseconds: number) => {
    now += milliseconds;
  };
  const read = zuoraRecords({ note: (line) => notes.push(line), clock: { now: () => now, sleep } });
  const access = { baseUrl: server.url, clientId: "id", clientSecret: "secret", token: undefined };
  const tenant = { kind: "simulator", accounts: 1, seed: 1 } as const;
  const found = await read(runId, { ...access, tenant }, confirmed);
  return { moved: found.map(({ type, amount }) => `${type} ${toDecimal(amount)}`), notes, waitedMs: now };
};

const all = ["Increase 12.5", "Decrease 7.25"];

describe("the totals of a run", () => {
  it("are of every adjustment, where Zuora's reads lag behind what it confirmed", async () => {
    const { moved, notes } = await readingsOf([], recorded.slice(0, 1), recorded);
    expect({ moved, notes }).toEqual({ moved: all, notes: [] });
  });

  it("count what Zuora confirmed and does not show within a quarter of a minute, and say so", async () => {
    const { moved, notes, waitedMs } = await readingsOf(recorded.slice(0, 1));
    expect(moved).toEqual(all);
    expect(notes).toEqual(["Zuora's records do not show 1 adjustment that it confirmed: counted as confirmed"]);
    expect(waitedMs).toBe(15_000);
  });

  it("leave out at once what a person canceled since", async () => {
    const canceled = recorded.map((record, index) => (index === 0 ? record : { ...record, Status: "Canceled" }));
    const { moved, notes, waitedMs } = await readingsOf(canceled);
    expect({ moved, notes, waitedMs }).toEqual({ moved: all.slice(0, 1), notes: [], waitedMs: 0 });
  });

  it("are what Zuora confirmed, where its records cannot be read", async () => {
    const { moved, notes } = await readingsOf("refuses");
    expect(moved).toEqual(all);
    expect(notes).toEqual(["totals are what Zuora confirmed, since its records could not be read: ZUORA_ACCESS"]);
  });
});
