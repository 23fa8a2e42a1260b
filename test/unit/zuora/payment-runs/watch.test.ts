import { describe, expect, it } from "vitest";
import type { HttpResponse, Transport } from "../../../../functions/zuora/http/transport.ts";
import { createPaymentRunWatch } from "../../../../functions/zuora/payment-runs/watch.ts";
import { addPaymentRun } from "../../../zuora-simulator/build.ts";
import { finishPaymentRun } from "../../../zuora-simulator/payment-runs.ts";
import { Tenant } from "../../../zuora-simulator/tenant.ts";
import { html, json, type Scripted, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { TabledZuora, type Tables } from "../../fakes/tabled-zuora.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

const since = Date.parse("2026-03-16T11:45:00Z");

const watchOver = (tables: Tables, runs: readonly object[] = [], timeZone = "UTC") => {
  const zuora = new TabledZuora(tables, runs);
  return { zuora, watch: createPaymentRunWatch(connected(zuora), invocation(), { timeZone }) };
};

describe("payment runs are read", () => {
  it("with the hour that they are to start in, whatever their minutes say", async () => {
    const { watch } = watchOver({}, [{ number: "PR-1", status: "Pending", runDate: "2026-03-16 13:17:00" }]);
    expect(await watch.runs(since)).toMatchObject([
      { number: "PR-1", startsAt: Date.parse("2026-03-16T13:00:00Z"), beganAt: undefined, endedAt: undefined },
    ]);
  });

  it("once, as it was seen last, where one moves on between two looks", async () => {
    const moving = [{ number: "PR-1", status: "Processing", executedOn: "2026-03-16 12:00:00" }];
    const answer: Scripted = ({ path }) => {
      const listed = /status=(Pending|Processing)/.test(path) ? moving : [];
      return json(200, { paymentRuns: listed });
    };
    const zuora = new ScriptedZuora(...Array<Scripted>(4).fill(answer));
    const runs = await createPaymentRunWatch(connected(zuora), invocation(), { timeZone: "UTC" }).runs(since);
    expect(runs).toMatchObject([{ number: "PR-1", beganAt: Date.parse("2026-03-16T12:00:00Z") }]);
  });

  it("with times of the tenant's own zone, where they carry no offset", async () => {
    const times = { executedOn: "2026-03-16 12:50:30", completedOn: "2026-03-16T12:00:00+00:00" };
    const { watch } = watchOver({}, [{ status: "Completed", ...times }], "Europe/Berlin");
    expect(await watch.runs(since)).toMatchObject([
      { beganAt: Date.parse("2026-03-16T11:50:30Z"), endedAt: Date.parse("2026-03-16T12:00:00Z") },
    ]);
  });

  it("without those that ended earlier, which may be years of them", async () => {
    const ended = (completedOn: string) => ({ status: "Completed", completedOn });
    const { watch } = watchOver({}, [ended("2026-03-16 11:44:00"), ended("2026-03-16 11:46:00")]);
    expect(await watch.runs(since)).toHaveLength(1);
  });

  const fullPages = (count: number) => {
    const ended = { completedOn: "2026-03-16 11:50:00", updatedDate: "2026-03-16 11:50:00" };
    const answer: Scripted = ({ path }) => {
      const page = Number(/page=(\d+)/.exec(path)?.[1]);
      const isFull = path.includes("Completed") && page <= count;
      return json(200, { paymentRuns: isFull ? Array<object>(40).fill(ended) : [] });
    };
    return createPaymentRunWatch(connected(new ScriptedZuora(...Array<Scripted>(99).fill(answer))), invocation(), {
      timeZone: "UTC",
    });
  };

  it("all of them, be there more than three pages of ended ones", async () => {
    expect(await fullPages(4).runs(since)).toHaveLength(160);
  });

  it("or not at all: two thousand ended ones are said, and not cut in silence", async () => {
    expect((await errorOf(fullPages(50).runs(since))).message).toContain("more than 50 pages of Completed ones");
  });

  it("to the end, where forty of them are all and the page behind does not exist", async () => {
    const noSuchPage = json(404, { success: false, reasons: [{ code: 50000040, message: "no such page" }] });
    const answer: Scripted = ({ path }) => {
      if (!path.includes("Pending")) return json(200, { paymentRuns: [] });
      if (path.includes("page=2")) return noSuchPage;
      return json(200, { paymentRuns: Array.from({ length: 40 }, (_, index) => ({ number: `PR-${index}` })) });
    };
    const zuora = new ScriptedZuora(...Array<Scripted>(5).fill(answer));
    expect(await createPaymentRunWatch(connected(zuora), invocation(), { timeZone: "UTC" }).runs(since)).toHaveLength(
      40,
    );
  });

  it.each([
    ["one list of four is missing", json(404, { success: false, reasons: [{ code: 50000040, message: "no" }] }), 1],
    ["a gateway answers for Zuora, every time", html(404), 4],
    ["something that is not Zuora has no such route", json(404, { message: "no Route matched" }), 4],
  ])("not as none where %s", async (_name, refusal, times) => {
    const script = Array.from({ length: 4 }, (_, index) => (index < times ? refusal : json(200, { paymentRuns: [] })));
    const watch = createPaymentRunWatch(connected(new ScriptedZuora(...script)), invocation(), { timeZone: "UTC" });
    expect((await errorOf(watch.runs(since))).code).toBe("ZUORA_CONTRACT");
  });

  it("by a page that says there is a next one, be it as short as it may", async () => {
    const run = (number: string) => ({ number, status: "Pending", runDate: "2026-03-16 13:00:00" });
    const answer: Scripted = ({ path }) => {
      if (!path.includes("Pending")) return json(200, { paymentRuns: [] });
      return path.includes("page=2")
        ? json(200, { paymentRuns: [run("PR-2")] })
        : json(200, { paymentRuns: [run("PR-1")], nextPage: "/payment-runs?page=2" });
    };
    const zuora = new ScriptedZuora(...Array<Scripted>(5).fill(answer));
    const runs = await createPaymentRunWatch(connected(zuora), invocation(), { timeZone: "UTC" }).runs(since);
    expect(runs.map(({ number }) => number)).toEqual(["PR-1", "PR-2"]);
  });

  it("not at all where ended ones come oldest first, since the latest might be on any page", async () => {
    const days = ["2026-03-14", "2026-03-15"].map((day) => `${day} 12:00:00`);
    const ended = days.map((day) => ({ status: "Completed", completedOn: day, updatedDate: day }));
    const { watch } = watchOver({}, ended);
    expect((await errorOf(watch.runs(since))).code).toBe("ZUORA_CONTRACT");
  });

  it("with the time of its last change, where one ended in an error and tells no end", async () => {
    const { watch } = watchOver({}, [{ number: "PR-1", status: "Error", updatedDate: "2026-03-16 11:50:00" }]);
    expect(await watch.runs(since)).toMatchObject([{ number: "PR-1", endedAt: Date.parse("2026-03-16T11:50:00Z") }]);
  });

  it("as none where the tenant offers none", async () => {
    const unknown = json(404, {
      success: false,
      reasons: [{ code: 50000040, message: "The endpoint does not exist" }],
    });
    const zuora = new ScriptedZuora(...Array<typeof unknown>(4).fill(unknown));
    expect(await createPaymentRunWatch(connected(zuora), invocation(), { timeZone: "UTC" }).runs(since)).toEqual([]);
  });
});

describe("on a tenant that sorts as published, `-` ascending and `+` descending,", () => {
  /** Ended runs, one an hour, the last of them at an instant; and one that is processing. */
  const tenantWith = (ended: number, lastEndedAt: number) => {
    const tenant = new Tenant({ client: { clientId: "id-of-client", clientSecret: "canary-secret" } });
    const charging = { targetDate: "2026-03-16", runDate: "2026-03-16 12:00:00" };
    for (let ago = ended - 1; ago >= 0; ago -= 1) {
      const at = lastEndedAt - ago * 3_600_000;
      const times = { executedOn: at - 60_000, completedOn: at, updatedDate: at };
      addPaymentRun(tenant.store, { ...charging, status: "Completed", ...times }, at - 60_000);
    }
    const processing = addPaymentRun(tenant.store, { ...charging, status: "Processing", executedOn: since }, since);
    return { tenant, processing };
  };

  const watchOf = (tenant: Tenant, onCall: (path: string) => void = () => {}) => {
    const transport: Transport = async (request) => {
      onCall(request.path);
      return tenant.handle({ ...request, body: request.body ?? "" }, since);
    };
    return createPaymentRunWatch(connected(new ScriptedZuora(), { transport }), invocation(), { timeZone: "UTC" });
  };

  it("the latest of 120 ended runs is seen, and named by its number", async () => {
    const lastEndedAt = since + 5 * 60_000;
    const { tenant } = tenantWith(120, lastEndedAt);
    const ended = (await watchOf(tenant).runs(since)).filter(({ endedAt }) => endedAt !== undefined);
    expect(ended).toMatchObject([{ number: "PR-00000120", endedAt: lastEndedAt }]);
  });

  it("a run that ends between two looks is one run, as it was seen last", async () => {
    const { tenant, processing } = tenantWith(120, since - 60_000);
    const runs = await watchOf(tenant, (path) => {
      if (path.includes("Completed")) finishPaymentRun(tenant.store, processing, [], since + 1_000);
    }).runs(since);
    expect(runs).toMatchObject([{ number: "PR-00000121", endedAt: since + 1_000 }]);
  });
});

it("tells what was added to credit and taken off it, and of a transfer when its negative invoice was posted", async () => {
  const move = (Type: string, SourceTransactionId: string, ReferenceId?: string) => ({
    Id: "c",
    AccountId: "a",
    Type,
    Amount: 10,
    SourceTransactionId,
    ReferenceId,
    CreatedDate: "2026-03-16T12:00:00+00:00",
  });
  const { watch, zuora } = watchOver({
    CreditBalanceAdjustment: [
      move("Increase", "i", "zcs-0mb0abc123"),
      move("Increase", "a payment"),
      move("Increase", "overpaid"),
      move("Decrease", "i"),
    ],
    Invoice: [
      { Id: "i", Amount: -10, PostedDate: "2026-03-16T09:00:00+00:00" },
      { Id: "overpaid", Amount: 10, PostedDate: "2026-03-16T09:00:00+00:00" },
    ],
  });
  const told = (await watch.creditMovesSince(since)).map((each) => ({ ...each, change: each.change.toFixed() }));
  const all = { accountId: "a", at: Date.parse("2026-03-16T12:00:00Z"), change: "10", isOurs: false };
  expect(told).toEqual([
    { ...all, isOurs: true, transferred: { postedAt: Date.parse("2026-03-16T09:00:00Z") } },
    all,
    all,
    { ...all, change: "-10" },
  ]);
  expect(zuora.queriesOn("CreditBalanceAdjustment")[0]).toContain("where Status = 'Processed' and CreatedDate >= ");
});

it("asks for the accounts' filters only of those that have something to charge", async () => {
  const { watch, zuora } = watchOver({
    Invoice: [{ Id: "i", AccountId: "a" }],
    Account: [{ Id: "a", Currency: "GBP", Batch: "Batch1" }],
  });
  expect(await watch.withSomethingToCharge(["a", "b"], since)).toEqual([{ id: "a", currency: "GBP", batch: "Batch1" }]);
  expect(zuora.queriesOn("Account")).toEqual(["select Id, Currency, Batch from Account where Id = 'a'"]);
});

it("tells of invoices that were paid since, and asks for no other", async () => {
  const { watch, zuora } = watchOver({ Invoice: [{ Id: "i", AccountId: "a" }, { Id: "nameless" }] });
  expect(await Array.fromAsync(watch.accountsOfPaidInvoices(since))).toEqual(["a"]);
  expect(zuora.queriesOn("Invoice")).toEqual([
    "select Id, AccountId from Invoice where Status = 'Posted' and Balance = 0 and Amount > 0 and UpdatedDate >= 2026-03-16T11:45:00+00:00",
  ]);
});

const moved = {
  AccountId: "a",
  Status: "Processed",
  CreatedDate: "2026-03-16T11:50:00Z",
  UpdatedDate: "2026-03-16T11:50:00Z",
};

it("tells the whole history of accounts' credit, and leaves out an account that cannot be understood", async () => {
  const { watch } = watchOver({
    Account: ["a", "b"].map((Id) => ({ Id, CreditBalance: 10 })),
    CreditBalanceAdjustment: [
      { ...moved, Id: "c1", Number: "CBA-1", Type: "Increase", Amount: 10, SourceTransactionId: "i" },
      { ...moved, Id: "c2", Number: "CBA-2", AccountId: "b", Type: "Sideways", Amount: 3 },
    ],
  });
  const books = await watch.creditBooks(["a", "b"]);
  expect([...books.keys()]).toEqual(["a"]);
  expect(books.get("a")?.balance.toFixed()).toBe("10");
  expect(books.get("a")?.movements).toMatchObject([{ number: "CBA-1", isOurs: false, sourceId: "i" }]);
});

it("asks once more where credit may have moved between its two queries", async () => {
  const { watch, zuora } = watchOver({
    Account: [{ Id: "a", CreditBalance: 7 }],
    CreditBalanceAdjustment: [{ ...moved, Id: "c1", Number: "CBA-1", Type: "Increase", Amount: 10 }],
  });
  await watch.creditBooks(["a"]);
  expect(zuora.calls).toHaveLength(4);
});

it("asks two queries for the credit of 150 accounts", async () => {
  const ids = Array.from({ length: 150 }, (_, index) => `8ad0${String(index).padStart(28, "0")}`);
  const { watch, zuora } = watchOver({});
  await watch.creditBooks(ids);
  expect(zuora.calls).toHaveLength(2);
});

it("tells what of an account may be charged, and which payments are under way or were made since", async () => {
  const watch = createPaymentRunWatch(
    connected(
      new TabledZuora({
        Account: [{ Id: "a", AccountNumber: "A1", Status: "Active", Currency: "GBP", OptOut__c: "Yes " }],
        Invoice: [
          {
            ...{ Id: "i", AccountId: "a", InvoiceNumber: "INV-1", Status: "Posted", Amount: 9, Balance: 4 },
            ...{ InvoiceDate: "2026-03-01", DueDate: "2026-03-31", PostedDate: "2026-03-02T00:30:00Z" },
          },
        ],
        Payment: [
          { ...moved, Id: "p1", Status: "Processing" },
          { ...moved, Id: "p2" },
        ],
      }),
    ),
    invocation(),
    { timeZone: "America/New_York", optOutField: "OptOut__c" },
  );
  const [payer] = await watch.payers(["a"], since);
  const madeAt = Date.parse(moved.CreatedDate);
  expect(payer).toMatchObject({
    ...{ id: "a", number: "A1", optedOut: true },
    invoices: [{ id: "i", currency: "GBP", dueDate: "2026-03-31", postedOn: "2026-03-01" }],
    payments: [{ madeAt }, { madeAt, endedAt: madeAt }],
  });
  expect(payer?.payments[0]).not.toHaveProperty("endedAt");
});

it.each([
  ["of an account that pays by itself", { AutoPay: false }, {}],
  ["that its account pays by itself", {}, { AutoPay: "false" }],
])("tells of no invoice %s", async (_name, ofAccount, ofInvoice) => {
  const { watch } = watchOver({
    Account: [{ Id: "a", AccountNumber: "A1", Status: "Active", Currency: "GBP", ...ofAccount }],
    Invoice: [
      {
        ...{ Id: "i", AccountId: "a", InvoiceNumber: "INV-1", Status: "Posted", Amount: 9, Balance: 4 },
        ...{ InvoiceDate: "2026-03-01", ...ofInvoice },
      },
    ],
  });
  expect(await watch.payers(["a"], since)).toMatchObject([{ id: "a", invoices: [] }]);
});

/** The payers of a tenant that answers so whenever it is asked about payments. */
const payersWherePayments = (answer: HttpResponse) => {
  const tenant = new TabledZuora({ Account: [{ Id: "a", AccountNumber: "A1", Status: "Active", Currency: "GBP" }] });
  const transport: Transport = async (request) =>
    request.body?.includes("from Payment ") === true ? answer : tenant.transport(request);
  const watch = createPaymentRunWatch(connected(tenant, { transport }), invocation(), { timeZone: "UTC" });
  return watch.payers(["a"], since);
};

it("takes a tenant that has no payments to ask for as one where none is under way", async () => {
  const noSuchObject = json(400, { faultcode: "fns:INVALID_TYPE", faultstring: "invalid type for query: Payment" });
  expect(await payersWherePayments(noSuchObject)).toMatchObject([{ id: "a", payments: [] }]);
});

it.each([
  ["a page", { status: 404, headers: { "content-type": "text/plain" }, body: "default backend - 404" }],
  ["JSON", json(404, { message: "no Route matched with those values" })],
])(
  "does not take a gateway's 404, which is %s, for that: who waited for a payment would be named",
  async (_name, answer) => {
    await expect(payersWherePayments(answer)).rejects.toThrow("404");
  },
);
