import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type EventName, eventDetails, type SweepEvent } from "../../../../functions/app/events/event.ts";
import { sendEvents } from "../../../../functions/app/events/send-events.ts";
import { toldAgain } from "../../../../functions/app/records/digest/told-again.ts";
import { ZuoraBusyError } from "../../../../functions/domain/errors.ts";
import { account, invoice, memo, money, payment, policy } from "../../domain/fixtures.ts";
import { CollectedTelemetry } from "../../fakes/collected-telemetry.ts";
import { closedPeriod, FakeLedger } from "../../fakes/fake-ledger.ts";
import { delivery } from "../../fakes/fake-queue.ts";
import { owing } from "../settle/fixtures.ts";
import { processor } from "../settle/processor.ts";

const page = readFileSync(new URL("../../../../docs/events.md", import.meta.url), "utf8");

const blockAfter = (heading: string): unknown =>
  JSON.parse(page.split(heading)[1]?.match(/```json\n([\s\S]*?)```/)?.[1] ?? "null");

const names = Object.keys(eventDetails) as readonly EventName[];

/** As consumers see it: what they do not know may be there. */
const schemaOf = (name: EventName) => z.toJSONSchema(eventDetails[name], { io: "input" });

const documented = blockAfter("## The schema") as Readonly<Record<EventName, object>>;

const check = new Ajv2020({ strict: true });

/** What is wrong with an event by the page, if anything; fields that the page does not name are wrong as well. */
const wrongWith = ({ name, detail }: SweepEvent): unknown => {
  const isValid = check.validate({ ...documented[name], additionalProperties: false }, detail);
  return isValid ? undefined : { name, detail, errors: check.errors };
};

/**
 * Everything that the processor tells of an account that is settled, one that is held, one that fails and one that
 * waits.
 */
const toldByTheProcessor = async (): Promise<readonly SweepEvent[]> => {
  const events: SweepEvent[] = [];
  const sink = { add: (event: SweepEvent) => events.push(event) };
  const settles = new FakeLedger(owing("settled"), owing("denied"));
  await processor(settles, { events: sink, policy: policy({ accountsDenied: ["denied"] }) }).process(
    delivery("settled"),
    delivery("denied"),
  );
  const future = { amount: "-4", invoiceDate: "2099-01-01" };
  await processor(new FakeLedger(account({ id: "held", invoices: [invoice("LATER", future)] })), {
    events: sink,
  }).process(delivery("held"));
  const paid = account({
    id: "paid",
    mode: "credit-memos",
    creditMemos: [memo("CM", { amount: "10", credits: ["item"] })],
    unappliedPayments: [payment("P", { amount: "5" })],
    invoices: [{ ...invoice("OWED", { amount: "15" }), itemIds: new Set(["item"]) }],
  });
  const rules = policy({ creditMemoApplicationRule: "source-item", unappliedPayments: "apply" });
  await processor(new FakeLedger(paid), { events: sink, policy: rules }).process(delivery("paid"));
  const refuses = new FakeLedger(account({ id: "fails", invoices: [invoice("NEG", { amount: "-10" })] }));
  refuses.onRowOf("NEG", closedPeriod());
  await processor(refuses, { events: sink }).process(delivery("fails"));
  const busy = new FakeLedger(account({ id: "waits", invoices: [invoice("WAITS", { amount: "-12.5" })] }));
  busy.onRowOf("WAITS", new ZuoraBusyError("locked"));
  await processor(busy, { events: sink }).process(delivery("waits"));
  return events;
};

describe("docs/events.md", () => {
  it("has the schema that the events are made by", () => {
    expect(documented).toEqual(Object.fromEntries(names.map((name) => [name, schemaOf(name)])));
  });

  it.each(names)("has an example of %s that the schema allows", (name) => {
    const example = blockAfter(`### \`${name}\``) as { readonly "detail-type": EventName; readonly detail: object };
    expect(example["detail-type"]).toBe(name);
    expect(wrongWith({ name, detail: example.detail } as SweepEvent)).toBeUndefined();
  });

  it("describes everything that the processor really tells, field by field", async () => {
    const told = await toldByTheProcessor();
    expect(told.map(wrongWith).filter(Boolean)).toEqual([]);
    expect(new Set(told.map(({ name }) => name))).toEqual(new Set(names));
  });
});

describe("an account's events", () => {
  it("are its movements, as Zuora confirmed them", async () => {
    const moved = (await toldByTheProcessor()).filter(({ detail }) => detail.accountId === "settled");
    expect(moved.map(({ name }) => name)).toEqual(["CreditTransferred", "CreditApplied"]);
    for (const { detail } of moved) expect(detail).toMatchObject({ currency: "GBP", adjustmentId: expect.any(String) });
  });

  it("name the credit memo, or the payment, that paid", async () => {
    const paid = (await toldByTheProcessor()).filter(({ detail }) => detail.accountId === "paid");
    expect(paid).toMatchObject([
      { name: "CreditApplied", detail: { creditMemoId: "id-of-CM", amount: "10" } },
      { name: "CreditApplied", detail: { paymentId: "id-of-P", amount: "5" } },
    ]);
  });

  it("are told of nobody in a dry run, which moves nothing", async () => {
    const events: SweepEvent[] = [];
    const sink = { add: (event: SweepEvent) => events.push(event) };
    const { process } = processor(new FakeLedger(owing("A")), {
      events: sink,
      switchReader: { read: async () => "dry-run" },
    });
    await process(delivery("A", { queuedDry: true }));
    expect(events).toEqual([]);
  });

  it("say that credit waits when it begins to, and not with each look", async () => {
    const looks = async (receiveCount: number) => {
      const events: SweepEvent[] = [];
      const busy = new FakeLedger(account({ id: "waits", invoices: [invoice("WAITS", { amount: "-12.5" })] }));
      busy.onRowOf("WAITS", new ZuoraBusyError("locked"));
      await processor(busy, { events: { add: (event) => events.push(event) } }).process(
        delivery("waits", { receiveCount }),
      );
      return events;
    };
    expect(await looks(1)).toMatchObject([
      { name: "CreditPending", detail: { accountId: "waits", amount: "12.5", currency: "GBP" } },
    ]);
    expect(await looks(2)).toEqual([]);
  });

  it("leave the accounts as they are where the bus takes none of them", async () => {
    const telemetry = new CollectedTelemetry();
    const events = await toldByTheProcessor();
    await sendEvents({ send: async () => ({ failed: 2, reason: "InternalFailure" }) }, events, telemetry);
    expect(telemetry.of("events not sent")).toEqual([{ events: 2, reason: "InternalFailure" }]);
  });
});

it("the night tells again what the day did and how things stand, in the same words", () => {
  const left = {
    countsCreditMemos: true,
    held: [
      {
        reason: "excluded-memo",
        accountId: "G",
        accountNumber: "A7",
        invoiceId: undefined,
        invoiceNumber: undefined,
        creditMemo: { id: "memo", number: "CM1" },
        currency: "GBP",
        amount: money("1"),
        postedAt: undefined,
        dueDate: undefined,
      },
      {
        reason: "opted-out",
        accountId: "A",
        accountNumber: "A1",
        invoiceId: undefined,
        invoiceNumber: undefined,
        currency: "GBP",
        amount: money("1"),
        postedAt: undefined,
        dueDate: undefined,
      },
    ],
    negative: [],
    pending: [{ accountId: "B", currency: "GBP", amount: money("2.5") }],
    idle: [],
    unreadable: 0,
    planned: 2,
    of: 2,
  } as const;
  const adjustment = {
    id: "adjustment",
    number: "CBA-1",
    accountId: "C",
    accountNumber: "A3",
    invoice: { id: "invoice", number: "INV1" },
    amount: money("4"),
    currency: "GBP",
    reference: "zcs-0mb0abc12345",
    comment: undefined,
    createdAt: 0,
    updatedAt: 0,
  } as const;
  const adjustments = [
    { ...adjustment, type: "Increase", status: "Processed" },
    { ...adjustment, type: "Decrease", status: "Processed" },
    { ...adjustment, type: "Decrease", status: "Canceled" },
  ] as const;
  const application = {
    id: "application",
    accountId: "F",
    accountNumber: "A6",
    creditMemo: { id: "memo", number: "CM1" },
    invoice: { id: "invoice", number: "INV1" },
    currency: "GBP",
    amount: money("3"),
    createdAt: 0,
    createdBy: "us",
    isOurs: true,
  };
  const applied = [application, { ...application, amount: money("-3") }, { ...application, invoice: undefined }];
  const memos = { lines: [], applied, byOthers: [application], memos: [] };
  const none = { lines: [], credit: [], creditAccounts: new Set<string>(), notOurs: [], invoices: [] };
  const report = { ...none, since: 0, adjustments, memos, balances: true };
  const charged = { found: [], spared: [] };
  const whole = { report, left, days: [], waits: [], charged, stranded: [], ageing: [], now: 0 };
  const failed = [
    { accountId: "D", account: "A4", code: "UNKNOWN", zuoraCode: undefined, runId: undefined, since: 0 },
    { accountId: "E", account: "A5", code: "WRITTEN_BY_HAND", zuoraCode: undefined, runId: undefined, since: 0 },
  ];
  const told = toldAgain({ whole, failed });
  expect(told.map(wrongWith).filter(Boolean)).toEqual([]);
  expect(told.map(({ name, detail }) => `${name} ${detail.accountId}`)).toEqual([
    "CreditTransferred C",
    "CreditApplied C",
    "CreditApplied F",
    "InvoiceHeld A",
    "AccountDeadLettered D",
    "CreditPending B",
  ]);
});
