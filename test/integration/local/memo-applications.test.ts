import { afterEach, describe, expect, it } from "vitest";
import { fromDecimal, toDecimal } from "../../../functions/domain/money.ts";
import { runIdAt } from "../../../functions/domain/run-id.ts";
import { readBody, startLoopbackServer } from "../../local/loopback-server.ts";
import { appliedFrom } from "../../local/memo-applications.ts";
import { zuoraRecords } from "../../local/zuora-records.ts";

const startedAt = Date.parse("2026-10-31T06:00:00Z");
const user = "8ad08f0a1b2c3d4e5f60718293a4b5c6";
const minuteMs = 60_000;

let server: Awaited<ReturnType<typeof startLoopbackServer>> | undefined;

afterEach(() => server?.stop());

/** What a run is told to have applied where Zuora's clock is ahead of ours by so much; its answers are lost. */
const appliedWhere = async (aheadMs: number): Promise<readonly string[]> => {
  const application = (id: string, amount: number, secondsAfter: number, createdById = user) => {
    const at = new Date(startedAt + aheadMs + secondsAfter * 1000).toISOString();
    return {
      id,
      creditMemoId: `memo of ${id}`,
      accountId: "acc1",
      invoiceId: "inv1",
      amount,
      createdById,
      createdDate: at,
      updatedDate: at,
    };
  };
  const recorded = [
    application("before", 1, -600),
    application("first", 10.5, 1),
    application("second", 20.25, 30),
    application("by a person", 400, 20, "8ad08f0a00000000000000000000ffff"),
  ];
  server = await startLoopbackServer(async (request, response) => {
    await readBody(request);
    response.setHeader("content-type", "application/json");
    response.setHeader("date", new Date(startedAt + aheadMs + minuteMs).toUTCString());
    if (request.url?.startsWith("/oauth/token")) {
      const scope = `user.${user} tenant.9`;
      response.end(JSON.stringify({ access_token: "canary-token", token_type: "bearer", expires_in: 3598, scope }));
      return;
    }
    const [, since = ""] = /updateddate\.GE:([^&]+)/.exec(decodeURIComponent(request.url ?? "")) ?? [];
    response.end(JSON.stringify({ data: recorded.filter(({ updatedDate }) => updatedDate >= since) }));
  });
  let now = startedAt + minuteMs;
  const sleep = async (milliseconds: number) => {
    now += milliseconds;
  };
  const read = zuoraRecords({ note: () => {}, clock: { now: () => now, sleep }, mode: "credit-memos" });
  const access = { baseUrl: server.url, clientId: "id", clientSecret: "secret", token: undefined };
  const tenant = { kind: "simulator", accounts: 1, seed: 1 } as const;
  const confirmed = [appliedFrom("memo of first", "acc1", fromDecimal("10.5"))];
  const found = await read(runIdAt(startedAt, 0.5), { ...access, tenant }, confirmed);
  return found.map(({ amount }) => toDecimal(amount));
};

describe("what a local run applied of credit memos", () => {
  it.each([
    ["agree", 0],
    ["differ, Zuora's being ahead", 1.5 * minuteMs],
    ["differ, Zuora's being behind", -3 * minuteMs],
  ])("is told in full, also what it got no answer for, where the clocks %s", async (_, aheadMs) => {
    expect(await appliedWhere(aheadMs)).toEqual(["10.5", "20.25"]);
  });
});
