import { describe, expect, it } from "vitest";
import { wrongOnPurpose } from "../../zuora-contract/watch.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import { distributeByHand, RevenueBooks } from "../../zuora-simulator/revenue/revenue-books.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { useSimulatedZuora } from "./simulated-zuora.ts";

wrongOnPurpose(/distribute-revenue/);

const today = new Date().toISOString().slice(0, 10);
const hourMs = 3_600_000;

/** One posted invoice with a charge and its tax, its mirror, one that is posted just now, and a draft. */
const records = (): Store => {
  const store = new Store();
  const items = [{ amount: "25.50" }, { amount: "5.10", processingType: "3" as const }];
  const account = { Currency: "USD", invoices: [] };
  addAccount(store, { ...account, invoices: [{ amount: "30.60", items }, { amount: "-25.50" }] }, Date.now() - hourMs);
  addAccount(store, { ...account, invoices: [{ amount: "7.00" }, { amount: "8.00", status: "Draft" }] }, Date.now());
  return store;
};

const zuora = useSimulatedZuora(records, { revenue: () => new RevenueBooks(today, { delayMs: hourMs / 2 }) });

const itemsIn = () => zuora.server().tenant.store.invoiceItems.rows.map(({ Id }) => Id);
const itemAt = (index: number) => zuora.send("GET", `/v1/revenue-schedules/invoice-items/${itemsIn()[index]}`);
const books = () => {
  const { revenue } = zuora.server().tenant;
  if (revenue === undefined) throw new Error("the tenant has Finance");
  return revenue;
};

const all = {
  distributeOn: today,
  distributionType: "specific date (delta percent undistributed)",
  percentage: "100",
  notes: "zcs-1 nets INV00000001 and INV00000002",
};
const distribute = (number: string, fields: object = all) =>
  zuora.send("PUT", `/v1/revenue-schedules/${number}/distribute-revenue-on-specific-date`, { body: fields });
const codeOf = ({ body }: Awaited<ReturnType<typeof distribute>>) => body.reasons[0].code % 100;

describe("revenue schedules", () => {
  it("hold a posted charge in Open-Ended, with amounts as numbers and the sign of the invoice", async () => {
    const { body, text } = await itemAt(2);
    expect(body).toMatchObject({ recognitionRuleName: "Manual", linkedTransactionType: "Invoice Item", success: true });
    expect(body.revenueItems).toMatchObject([{ accountingPeriodName: "Open-Ended", accountingPeriodEndDate: null }]);
    expect(text).toContain('"amount":-25.5,');
    expect(text).toContain('"undistributedUnrecognizedRevenue":-25.5,');
  });

  it("are the same charge's on an invoice and its mirror", async () => {
    const [original, mirror] = [await itemAt(0), await itemAt(2)];
    expect(original.body.subscriptionChargeId).toBe(mirror.body.subscriptionChargeId);
    expect(original.body.number).not.toBe(mirror.body.number);
  });

  it.each([
    ["of tax", 1],
    ["that was posted just now", 3],
    ["of a draft", 4],
  ])("do not exist for an item %s", async (_, index) => {
    const answer = await itemAt(index);
    expect([answer.status, codeOf(answer)]).toEqual([404, 40]);
  });
});

describe("distributing on a specific date", () => {
  it("moves all that is undistributed into the day's period, and nothing the second time", async () => {
    const { number } = (await itemAt(0)).body;
    expect((await distribute(number)).body).toMatchObject({ revenueEventNumber: "RE-00000001", success: true });
    const moved = (await itemAt(0)).body;
    expect([moved.undistributedUnrecognizedRevenue, moved.unrecognizedRevenue]).toEqual([0, 25.5]);
    expect(moved.revenueItems).toHaveLength(1);
    expect((await distribute(number)).status).toBe(200);
    expect((await itemAt(0)).body.revenueItems).toEqual(moved.revenueItems);
  });

  it("is told by events, with the notes that were sent and what each period gained", async () => {
    const { number } = (await itemAt(2)).body;
    await distribute(number);
    const { body } = await zuora.send("GET", `/v1/revenue-events/revenue-schedules/${number}`);
    expect(body.revenueEvents).toMatchObject([{ eventType: "Revenue Distributed", notes: all.notes }]);
    expect(body.revenueEvents[0].revenueItems.map(({ amount }: { amount: number }) => amount)).toEqual([-25.5, 25.5]);
  });

  it("takes a fixed amount and a part of the total too, in the currency's places", async () => {
    const { number } = (await itemAt(0)).body;
    const fixed = { ...all, distributionType: "specific date (delta fixed amount)", amount: "0.50" };
    const half = { ...all, distributionType: "specific date (delta percent total)", percentage: 10 };
    expect((await distribute(number, fixed)).status).toBe(200);
    expect((await distribute(number, half)).status).toBe(200);
    expect((await itemAt(0)).body.undistributedUnrecognizedRevenue).toBe(22.45);
    const refused = await distribute(number, { ...fixed, amount: "0.505" });
    expect(refused.body.reasons[0].message).toBe("Allocation amount with wrong decimal places.");
  });

  it("is refused into a period that is not open, or where there is none", async () => {
    const { number } = (await itemAt(0)).body;
    const period = books().periodOf(today);
    for (const status of ["PendingClose", "Closed"] as const) {
      if (period !== undefined) period.status = status;
      expect(codeOf(await distribute(number))).toBe(30);
    }
    expect(codeOf(await distribute(number, { ...all, distributeOn: "1999-01-01" }))).toBe(30);
  });

  it.each([
    ["no date", { distributeOn: undefined }],
    ["no percentage", { percentage: undefined }],
    ["another type", { distributionType: "everything" }],
    ["an event type that the tenant does not have", { eventTypeSystemId: "Swept__z" }],
    ["notes beyond 2,000 characters", { notes: "n".repeat(2_001) }],
  ])("is refused with %s", async (_, fields) => {
    const { number } = (await itemAt(0)).body;
    const answer = await distribute(number, { ...all, ...fields });
    expect([answer.status, codeOf(answer)]).toEqual([400, 20]);
  });

  it("is refused without a body, for an unknown schedule, and with an Idempotency-Key", async () => {
    const { number } = (await itemAt(0)).body;
    const path = `/v1/revenue-schedules/${number}/distribute-revenue-on-specific-date`;
    expect((await zuora.send("PUT", path)).status).toBe(415);
    expect(codeOf(await distribute("RS-99999999"))).toBe(40);
    const keyed = await zuora.send("PUT", path, { body: all, headers: { "idempotency-key": "k" } });
    expect(keyed.status).toBe(400);
  });
});

describe("distributing across periods", () => {
  const across = (number: string, distributions: object) =>
    zuora.send("PUT", `/v1/revenue-schedules/${number}/distribute-revenue-across-accounting-periods`, {
      body: { revenueDistributions: distributions },
    });

  it("takes a move back, Open-Ended being a period by name", async () => {
    const { number } = (await itemAt(2)).body;
    await distribute(number);
    const name = books().periodOf(today)?.name;
    const back = [
      { accountingPeriodName: name, newAmount: "0" },
      { accountingPeriodName: "Open-Ended", newAmount: "-25.50" },
    ];
    expect((await across(number, back)).status).toBe(200);
    expect((await itemAt(2)).body.undistributedUnrecognizedRevenue).toBe(-25.5);
  });

  it("is refused where the amounts do not add up, or a period is closed", async () => {
    const { number } = (await itemAt(0)).body;
    const name = books().periods[0]?.name;
    expect(codeOf(await across(number, [{ accountingPeriodName: name, newAmount: "1" }]))).toBe(30);
    for (const period of books().periods) period.status = "Closed";
    expect(codeOf(await across(number, [{ accountingPeriodName: name, newAmount: "0" }]))).toBe(30);
  });
});

describe("people and periods", () => {
  it("may move a part by hand, and a closed period makes it recognised", async () => {
    const { number } = (await itemAt(0)).body;
    const schedule = books().schedule(number);
    if (schedule !== undefined) distributeByHand(books(), schedule, today, Date.now(), "20");
    const period = books().periodOf(today);
    if (period !== undefined) period.status = "Closed";
    expect((await itemAt(0)).body).toMatchObject({
      recognizedRevenue: 20,
      unrecognizedRevenue: 5.5,
      undistributedUnrecognizedRevenue: 5.5,
    });
  });

  it("are listed whole, without Open-Ended", async () => {
    const { body } = await zuora.send("GET", "/v1/accounting-periods");
    expect(body.accountingPeriods).toHaveLength(6);
    expect(body.accountingPeriods.map(({ status }: { status: string }) => status)).toContain("Open");
    expect(body.accountingPeriods.map(({ name }: { name: string }) => name)).not.toContain("Open-Ended");
  });
});

describe("a tenant without Finance", () => {
  const plain = useSimulatedZuora(records);

  it.each([
    "/v1/accounting-periods",
    "/v1/settings/finance/revenue-automation-start-date",
    "/v1/revenue-schedules/RS-00000001",
  ])("refuses %s as what it does not have", async (path) => {
    const answer = await plain.send("GET", path);
    expect([answer.status, codeOf(answer)]).toEqual([403, 10]);
  });
});
