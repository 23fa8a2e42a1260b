import { describe, expect, it } from "vitest";
import type { Mode } from "../../../../functions/domain/credit/mode.ts";
import { createModeCheck } from "../../../../functions/zuora/credit-memos/mode-check.ts";
import { createClient } from "../../../../functions/zuora/http/client.ts";
import type { HttpRequest, HttpResponse } from "../../../../functions/zuora/http/transport.ts";
import { json, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

type Made = { readonly negative?: string; readonly memo?: string };

/** What a tenant answers whose bill runs made these last; or that refuses credit memos. */
const answering =
  (made: Made, refusal?: HttpResponse) =>
  ({ path }: HttpRequest): HttpResponse => {
    const isMemos = path.startsWith("/object-query/credit-memos");
    if (isMemos && refusal !== undefined) return refusal;
    const day = isMemos ? made.memo : made.negative;
    const row = { source: "BillRun", invoiceDate: day, memoDate: day, sourceId: "somebody@example.com" };
    return json(200, { data: day === undefined ? [] : [row] });
  };

const tenant = (...facts: Parameters<typeof answering>) => new ScriptedZuora(...Array(10).fill(answering(...facts)));

const noRoute: HttpResponse = { status: 404, headers: {}, body: "no Route matched with those values" };

const check = (zuora: ScriptedZuora, mode: Mode | undefined) =>
  createModeCheck(mode).passed(createClient(connected(zuora), invocation()));

describe("the mode is held against the tenant", () => {
  it.each<[Mode, Made]>([
    ["credit-memos", { memo: "2026-11-01" }],
    ["credit-memos", { memo: "2026-11-01", negative: "2025-02-01" }],
    ["credit-memos", { memo: "2026-11-01", negative: "2026-11-01" }],
    ["credit-memos", {}],
    ["both", { negative: "2026-11-01" }],
    ["both", { memo: "2026-11-01" }],
  ])("%s passes where bill runs last made %j", async (mode, made) => {
    await expect(check(tenant(made), mode)).resolves.toBeUndefined();
  });

  it.each<[Made]>([[{ negative: "2026-11-01" }], [{ negative: "2026-11-01", memo: "2026-02-01" }]])(
    "credit-memos is contradicted where bill runs last made %j, in one line that says what to do",
    async (made) => {
      const error = await errorOf(check(tenant(made), "credit-memos"));
      expect(error).toMatchObject({ code: "BAD_CONFIG", message: expect.stringContaining("2026-11-01") });
      expect(error.message).toMatch(/nothing is written; set the mode to both or credit-balance$/);
    },
  );

  it.each<[string, HttpResponse]>([
    ["by permission", json(403, { success: false, reasons: [{ code: 50000010, message: "no permission" }] })],
    ["as unknown", json(404, { success: false, reasons: [{ code: 50000040, message: "unknown" }] })],
    ["without a route", noRoute],
  ])("every mode with memos is contradicted where they are refused %s", async (_how, refusal) => {
    for (const mode of ["credit-memos", "both"] as const) {
      expect(await errorOf(check(tenant({}, refusal), mode))).toMatchObject({
        code: "BAD_CONFIG",
        message: expect.stringContaining(`the mode is ${mode}, and Zuora refuses credit memos`),
      });
    }
  });

  it("one answer of a gateway without a route is no contradiction", async () => {
    const zuora = new ScriptedZuora(noRoute, answering({ memo: "2026-11-01" }));
    await expect(check(zuora, "both")).resolves.toBeUndefined();
  });

  it("a tenant that is busy is no contradiction", async () => {
    const busy = json(500, { success: false, reasons: [{ code: 50000061, message: "later" }] });
    expect(await errorOf(check(tenant({}, busy), "credit-memos"))).toMatchObject({ code: "ZUORA_BUSY" });
  });

  it.each([undefined, "credit-balance"] as const)("mode %s asks nothing", async (mode) => {
    const zuora = tenant({});
    await check(zuora, mode);
    expect(zuora.calls).toEqual([]);
  });

  it("is asked once, and again after it failed", async () => {
    const zuora = tenant({ memo: "2026-11-01" });
    const client = createClient(connected(zuora), invocation());
    const modeCheck = createModeCheck("both");
    await Promise.all([modeCheck.passed(client), modeCheck.passed(client)]);
    await modeCheck.passed(client);
    expect(zuora.calls).toHaveLength(1);
  });
});
