import { describe, expect, it } from "vitest";
import { wrongOnPurpose } from "../../zuora-contract/watch.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import { IdempotencyStore } from "../../zuora-simulator/idempotency.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { json } from "../../zuora-simulator/wire.ts";
import { useSimulatedZuora } from "./simulated-zuora.ts";

wrongOnPurpose(/idempotency-key|unknown field|required property/);

const records = (): Store => {
  const store = new Store();
  addAccount(store, { invoices: [{ number: "NEG", amount: "-10.00" }] });
  return store;
};

const zuora = useSimulatedZuora(records, { latency: { baseMs: 60, perRowMs: 0 } });

const transfer = (Amount: number) => [{ Type: "Increase", Amount, SourceTransactionNumber: "NEG" }];

const withKey = (key: string) => ({ headers: { "idempotency-key": key } });

describe("an Idempotency-Key", () => {
  it("replays the first answer and does nothing more, whatever the body says", async () => {
    const first = await zuora.create(transfer(4), withKey("k"));
    const second = await zuora.create(transfer(6), withKey("k"));
    expect([second.status, second.text]).toEqual([first.status, first.text]);
    expect(zuora.server().tenant.store.adjustments.rows.length).toBe(1);
  });

  it("replays a refusal too, even when it could succeed by now", async () => {
    const account = zuora.server().tenant.store.accounts.rows[0];
    if (account !== undefined) account.Status = "Canceled";
    const refused = await zuora.create(transfer(4), withKey("k"));
    if (account !== undefined) account.Status = "Active";
    expect(refused.body[0].Success).toBe(false);
    expect((await zuora.create(transfer(4), withKey("k"))).text).toBe(refused.text);
    expect((await zuora.create(transfer(4), withKey("another"))).body[0].Success).toBe(true);
  });

  it("is answered 409 while the first request is in progress, and both are one", async () => {
    const answers = await Promise.all([
      zuora.create(transfer(4), withKey("k")),
      zuora.create(transfer(4), withKey("k")),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(zuora.server().tenant.store.adjustments.rows.length).toBe(1);
  });

  it("is answered 422 for another address, its query included", async () => {
    await zuora.create(transfer(4), withKey("k"));
    const body = { type: "CreditBalanceAdjustment", objects: transfer(4) };
    for (const path of ["/v1/action/create?rejectUnknownFields=true", "/v1/object/credit-balance-adjustment"]) {
      expect((await zuora.send("POST", path, { body, ...withKey("k") })).status).toBe(422);
    }
  });

  it("is refused on GET and PUT", async () => {
    expect((await zuora.send("GET", "/v1/payment-runs", withKey("k"))).status).toBe(400);
    const path = "/v1/object/credit-balance-adjustment/any";
    expect((await zuora.send("PUT", path, { body: {}, ...withKey("k") })).status).toBe(400);
  });

  it("has at most 255 characters", async () => {
    expect((await zuora.create(transfer(4), withKey("k".repeat(255)))).status).toBe(200);
    expect((await zuora.create(transfer(4), withKey("k".repeat(256)))).status).toBe(400);
  });

  it("of a request that was not let in is still free", async () => {
    const headers = { "idempotency-key": "k", authorization: "Bearer revoked" };
    expect((await zuora.create(transfer(4), { headers })).status).toBe(401);
    expect((await zuora.create(transfer(4), withKey("k"))).body[0].Success).toBe(true);
  });

  it("is forgotten after 24 hours, and then kept anew", () => {
    const store = new IdempotencyStore();
    const request = { method: "POST", path: "/p", headers: { "idempotency-key": "k" }, body: "" };
    const day = 24 * 60 * 60_000;
    store.keep(request, json(200, "first"), 0);
    expect(store.answer(request, day)?.body).toBe('"first"');
    expect(store.answer(request, day + 1)).toBeUndefined();
    store.keep(request, json(200, "second"), day + 1);
    expect(store.answer(request, 2 * day)?.body).toBe('"second"');
  });
});
