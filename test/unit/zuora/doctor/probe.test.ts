import { expect, it } from "vitest";
import { createProbe } from "../../../../functions/zuora/doctor/probe.ts";
import { kindOfTenant } from "../../../../functions/zuora/doctor/tenant.ts";
import { html, json, type Scripted, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { connected, invocation } from "../fixtures.ts";

const probing = (...script: readonly Scripted[]) => {
  const zuora = new ScriptedZuora(...script);
  return { zuora, probe: createProbe(connected(zuora), invocation()) };
};

it("asks again for a route that a gateway lost, which says nothing of the tenant", async () => {
  const describesCreditBalance = { status: 200, headers: {}, body: "<name>CreditBalanceAdjustment</name>" };
  const made = (field: string, day: string) => json(200, { data: [{ source: "BillRun", [field]: day }] });
  const { probe, zuora } = probing(
    ...[html(404), describesCreditBalance],
    ...[html(404), json(200, { creditmemos: [] })],
    ...[html(404), made("invoiceDate", "2025-11-01")],
    ...[html(404), made("memoDate", "2026-11-01")],
  );
  const { state, says } = await kindOfTenant({ probe, mode: "both" });
  expect([state, says, zuora.unasked]).toEqual(["ok", expect.stringContaining("Harmonization with credit memos"), 0]);
});

it("tells of a route that is not there at all, after a few times", async () => {
  const { probe, zuora } = probing(html(404), html(404), html(404));
  expect((await probe.get("/v1/credit-memos")).problem).toBe("HTTP 404");
  expect(zuora.unasked).toBe(0);
});

it("asks once for what Zuora itself refuses", async () => {
  const { probe, zuora } = probing(json(404, { success: false, reasons: [{ code: 50000040, message: "unknown" }] }));
  expect((await probe.get("/v1/credit-memos")).problem).toBe("50000040: unknown");
  expect(zuora.calls).toHaveLength(1);
});
