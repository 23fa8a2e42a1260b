import { describe, expect, it } from "vitest";
import { NoAnswerError } from "../../../functions/zuora/http/transport.ts";
import { zuoraRevenueField } from "../../../functions/zuora/revenue/reason-not-offered.ts";
import { distributeByHand } from "../../zuora-simulator/revenue/revenue-books.ts";
import { json } from "../../zuora-simulator/wire.ts";
import { cancellation, dayMs, revenueScene, settledBy, today } from "./revenue-scene.ts";

const moved = ["2026-10-01 25", "2026-10-01 -25"];
const untouched = ["open 25", "open -25"];

describe("a back-dated cancellation that settled in receivables", () => {
  it("nets in revenue: both sides go to earned, in one open period, with the run and the pair in Zuora's notes", async () => {
    const scene = revenueScene([cancellation()]);
    const { kept, outcomes } = await scene.process();
    expect(scene.held()).toEqual(moved);
    expect(kept).toEqual([]);
    expect(outcomes).toMatchObject([
      { outcome: "settled", pairs: 1, moved: [{ currency: "USD", pairs: 1, moved: "25", net: "0" }], holds: [] },
    ]);
    expect(scene.books.events.map(({ notes }) => notes)).toEqual(
      Array(2).fill(`${settledBy} nets INV00000001 and INV00000002`),
    );
  });

  it("takes six calls, and five that ten accounts share", async () => {
    const alone = revenueScene([cancellation()]);
    await alone.process();
    expect(alone.requests).toHaveLength(6 + 5);
    const ten = revenueScene(Array.from({ length: 10 }, () => cancellation()));
    await ten.process();
    expect(ten.requests).toHaveLength(10 * 6 + 5);
  });

  it("costs two calls and no write when it is looked at again", async () => {
    const scene = revenueScene([cancellation()]);
    await scene.process();
    const before = scene.requests.length;
    const { outcomes } = await scene.process();
    expect(scene.requests.length - before).toBe(2 + 4);
    expect(scene.writes()).toBe(2);
    expect(outcomes).toMatchObject([{ outcome: "no-op", moved: [] }]);
  });

  it("nets per charge, tax left out", async () => {
    const items = (sign: string) => [
      { amount: `${sign}10.00`, chargeId: "charge-1" },
      { amount: `${sign}12.00`, chargeId: "charge-2" },
      { amount: `${sign}3.00`, processingType: "3" as const },
    ];
    const scene = revenueScene([cancellation({ items: items("") }, { items: items("-") })]);
    await scene.process();
    expect(scene.held()).toEqual(["2026-10-01 10", "2026-10-01 12", "2026-10-01 -10", "2026-10-01 -12"]);
  });
});

describe("where nothing may be written", () => {
  it("says what it would move, and writes nothing, while policy says report or the switch dry-run", async () => {
    const reporting = revenueScene([cancellation()], { revenue: "report" });
    const dry = revenueScene([cancellation()]);
    dry.position.current = "dry-run";
    for (const scene of [reporting, dry]) {
      const { outcomes } = await scene.process();
      expect(scene.held()).toEqual(untouched);
      expect(outcomes).toMatchObject([{ dryRun: true, moved: [{ currency: "USD", moved: "25", net: "0" }] }]);
    }
  });

  it("makes not one call while policy says off", async () => {
    const scene = revenueScene([cancellation()], { revenue: "off" });
    expect(await scene.find()).toMatchObject({ enqueued: 0, skipped: "revenue-off" });
    await scene.process();
    expect(scene.requests).toEqual([]);
  });

  it("waits while the switch is off, and stops between two writes when it is turned", async () => {
    const scene = revenueScene([cancellation()]);
    scene.position.current = "off";
    const { queue, outcomes } = await scene.process();
    expect(outcomes).toMatchObject([{ outcome: "waiting", waitReason: "switched-off" }]);
    expect(queue.hidden).toHaveLength(1);

    scene.position.current = "on";
    scene.interfere((request) => {
      if (request.method === "PUT") scene.position.current = "off";
      return undefined;
    });
    expect((await scene.process()).outcomes).toMatchObject([{ outcome: "waiting", waitReason: "switched-off" }]);
    expect(scene.held()).toEqual(["2026-10-01 25", "open -25"]);
  });

  it("leaves accounts alone that the rules do not enable, and says which pairs wait", async () => {
    const scene = revenueScene([cancellation()], { currencies: ["GBP"] });
    expect((await scene.process()).outcomes).toMatchObject([
      { outcome: "held", heldAccount: "currency-not-enabled", pairs: 1 },
    ]);
    expect(scene.held()).toEqual(untouched);
  });
});

describe("what is held", () => {
  const heldWith = async (scene: ReturnType<typeof revenueScene>) => {
    const { outcomes } = await scene.process();
    expect(scene.writes()).toBe(0);
    return outcomes.flatMap(({ holds }) =>
      holds.map(({ reason, sums }) => [reason, ...sums.map(({ period, sum }) => `${period} ${sum}`)]),
    );
  };

  it("is a pair whose original was recognised in a month that is closed", async () => {
    const scene = revenueScene([cancellation()]);
    const schedule = scene.scheduleOf(0);
    distributeByHand(scene.books, schedule, "2026-08-15", scene.clock.now(), "10");
    distributeByHand(scene.books, schedule, "2026-09-15", scene.clock.now());
    for (const day of ["2026-08-15", "2026-09-15"]) {
      const period = scene.books.periodOf(day);
      if (period !== undefined) period.status = "Closed";
    }
    expect(await heldWith(scene)).toEqual([["revenue-not-mirrored", "Aug'2026 10", "Sep'2026 15", "Open-Ended -25"]]);
  });

  it("is a pair with unequal charges, two mirrors, or a payment on its original", async () => {
    const items = (first: string, second: string) => [
      { amount: first, chargeId: "charge-1" },
      { amount: second, chargeId: "charge-2" },
    ];
    const unequal = cancellation({ items: items("10.00", "15.00") }, { items: items("-11.00", "-14.00") });
    expect(await heldWith(revenueScene([unequal]))).toEqual([
      ["revenue-not-mirrored", "Open-Ended -1", "Open-Ended 1"],
    ]);
    const twice = { ...cancellation(), invoices: [...(cancellation().invoices ?? []), { amount: "-25.00" }] };
    expect(await heldWith(revenueScene([twice]))).toEqual([["revenue-ambiguous"]]);
    expect(await heldWith(revenueScene([cancellation({ balance: "20.00" })]))).toEqual([["revenue-original-paid"]]);
  });

  it("is a pair in a month that is being closed, and it moves once that is open again", async () => {
    const scene = revenueScene([cancellation()]);
    const period = scene.books.periodOf(today);
    if (period !== undefined) period.status = "PendingClose";
    expect(await heldWith(scene)).toEqual([["accounting-period-not-open"]]);
    if (period !== undefined) period.status = "Open";
    scene.clock.pass(10 * 60_000);
    await scene.process();
    expect(scene.held()).toEqual(moved);
  });

  it("is a pair that somebody put back after we had moved it, for as long as it lies so", async () => {
    const scene = revenueScene([cancellation()]);
    await scene.process();
    for (const index of [0, 1])
      distributeByHand(scene.books, scene.scheduleOf(index), today, scene.clock.now(), index === 0 ? "-25" : "25");
    const writes = scene.writes();
    for (let passes = 0; passes < 2; passes += 1) {
      const before = scene.requests.length;
      const { outcomes } = await scene.process();
      expect(outcomes).toMatchObject([{ outcome: "held", holds: [{ reason: "revenue-taken-back" }] }]);
      // The events of both schedules, since they were changed.
      expect(scene.requests.length - before).toBe(2 + 2 + 4);
    }
    expect([scene.writes(), scene.held()]).toEqual([writes, untouched]);
  });

  it("is not a pair that a person alone had moved and put back: we moved nothing of it", async () => {
    const scene = revenueScene([cancellation()]);
    distributeByHand(scene.books, scene.scheduleOf(0), "2026-09-15", scene.clock.now());
    distributeByHand(scene.books, scene.scheduleOf(0), "2026-09-15", scene.clock.now(), "-25");
    await scene.process();
    expect(scene.held()).toEqual(moved);
  });

  it("is a pair with a rule that may not be touched", async () => {
    expect(await heldWith(revenueScene([cancellation()], { revenueRules: ["Daily"] }))).toEqual([
      ["revenue-rule-not-enabled"],
    ]);
  });

  it("is for a day a pair whose schedules Zuora has not made; then it moves, or is missed", async () => {
    const late = { delayMs: 7 * dayMs + 60_000 };
    const posted = { postedAt: Date.parse(`${today}T08:59:00Z`) };
    const scene = revenueScene([cancellation({}, posted)], { books: { delayMs: 10 * 60_000 } });
    expect(await heldWith(scene)).toEqual([["revenue-schedule-awaited"]]);
    scene.clock.pass(10 * 60_000);
    await scene.process();
    expect(scene.held()).toEqual(moved);
    expect(await heldWith(revenueScene([cancellation()], { books: late }))).toEqual([["revenue-schedule-missing"]]);
  });
});

describe("what goes wrong on the way", () => {
  type Happening = Parameters<ReturnType<typeof revenueScene>["interfere"]>[0];
  /** Does something at the n-th write. */
  const atWrite = (n: number, happen: Happening) => {
    let seen = 0;
    return ((request, answer) => {
      if (request.method !== "PUT") return undefined;
      seen += 1;
      return seen === n ? happen(request, answer) : undefined;
    }) satisfies typeof happen;
  };
  const lost = (): Promise<never> => Promise.reject(new NoAnswerError("reset", { sent: true }));

  it.each([1, 2])("an answer to write %i is lost, and the schedule tells that it was done", async (n) => {
    for (const refusesEmptied of [false, true]) {
      const scene = revenueScene([cancellation()], { books: { refusesEmptied } });
      const doneAndLost: Happening = (_, answer) => {
        answer();
        return lost();
      };
      scene.interfere(atWrite(n, doneAndLost));
      const { outcomes } = await scene.process();
      expect(scene.held()).toEqual(moved);
      expect(outcomes).toMatchObject([{ outcome: "settled", moved: [{ moved: "25", net: "0" }] }]);
      expect(scene.writes()).toBe(2);
    }
  });

  it("a write that never arrived is sent again", async () => {
    const scene = revenueScene([cancellation()]);
    scene.interfere(atWrite(1, lost));
    await scene.process();
    expect(scene.held()).toEqual(moved);
  });

  it("a lock sends the account back to the queue, and the next delivery ends in the period in which it began", async () => {
    const scene = revenueScene([cancellation()]);
    const locked = json(409, { success: false, reasons: [{ code: 58730050, message: "lock competition" }] });
    scene.interfere(atWrite(2, () => locked));
    const { queue, outcomes } = await scene.process();
    expect(outcomes).toMatchObject([{ outcome: "waiting", code: "ZUORA_BUSY", moved: [{ moved: "25", net: "25" }] }]);
    expect(queue.hidden).toHaveLength(1);
    scene.clock.pass(14 * dayMs);
    const { outcomes: later } = await scene.process();
    expect(scene.held()).toEqual(moved);
    expect(later).toMatchObject([{ outcome: "settled", moved: [{ moved: "0", net: "-25" }] }]);
  });

  it("a period that is closed before the first write holds the pair; between the two, people are told at once", async () => {
    const close = (scene: ReturnType<typeof revenueScene>) => {
      const period = scene.books.periodOf(today);
      if (period !== undefined) period.status = "Closed";
      return undefined;
    };
    const before = revenueScene([cancellation()]);
    before.interfere(atWrite(1, () => close(before)));
    expect((await before.process()).outcomes[0]?.holds).toMatchObject([{ reason: "accounting-period-not-open" }]);
    expect(before.held()).toEqual(untouched);

    const between = revenueScene([cancellation()]);
    between.interfere(atWrite(2, () => close(between)));
    const { queue } = await between.process();
    expect(queue.deadLetters).toMatchObject([{ errorCode: "REVENUE_NOT_NETTED" }]);
    expect(queue.deadLetters[0]?.errorMessage).toContain("Oct'2026: 25; ");
    const { outcomes } = await between.process();
    expect(outcomes[0]?.holds).toMatchObject([
      {
        reason: "accounting-period-not-open",
        sums: [
          { period: "Oct'2026", sum: "25" },
          { period: "Open-Ended", sum: "-25" },
        ],
      },
    ]);
  });

  it("a person who redistributes in between stops the account: nothing further is written for it", async () => {
    const two = cancellation();
    const spec = {
      ...two,
      invoices: [
        ...(two.invoices ?? []),
        { amount: "7.00", invoiceDate: "2026-09-14", subscriptionNumber: "A-S-OTHER" },
        { amount: "-7.00", invoiceDate: "2026-10-14", subscriptionNumber: "A-S-OTHER" },
      ],
    };
    const scene = revenueScene([spec]);
    scene.interfere(
      atWrite(2, () => {
        distributeByHand(scene.books, scene.scheduleOf(1), "2026-09-15", scene.clock.now());
        return undefined;
      }),
    );
    const { queue } = await scene.process();
    expect(queue.deadLetters).toMatchObject([{ errorCode: "REVENUE_NOT_NETTED" }]);
    expect(queue.deadLetters[0]?.errorMessage).toMatch(
      /INV00000001 and INV00000002 does not net to zero: charge \S+ in Sep'2026: -25; /,
    );
    expect(scene.held().slice(2)).toEqual(["open 7", "open -7"]);
  });

  it("a person who moves the other side before a pass that died has read again: the next delivery tells", async () => {
    const scene = revenueScene([cancellation()]);
    const locked = json(409, { success: false, reasons: [{ code: 58730050, message: "lock competition" }] });
    scene.interfere(atWrite(2, () => locked));
    await scene.process();
    distributeByHand(scene.books, scene.scheduleOf(1), "2026-09-15", scene.clock.now());
    const { queue } = await scene.processAt(2);
    expect(queue.deadLetters).toMatchObject([{ errorCode: "REVENUE_NOT_NETTED" }]);
    expect(queue.deadLetters[0]?.errorMessage).toContain("Sep'2026: -25; ");
    expect(scene.writes()).toBe(2);
  });

  it("what a rule distributed is left alone and told to nobody, also when it is delivered again", async () => {
    const scene = revenueScene([cancellation()], { books: { ruleOf: () => "Upon invoicing" } });
    const { queue, outcomes } = await scene.processAt(2);
    expect([queue.deadLetters, outcomes]).toMatchObject([[], [{ outcome: "no-op", holds: [] }]]);
  });

  it("time that runs out leaves the rest to the next delivery", async () => {
    const scene = revenueScene([cancellation()]);
    scene.interfere((request) => {
      if (request.method === "PUT") scene.remaining.ms = 4_000;
      return undefined;
    });
    expect((await scene.process()).outcomes).toMatchObject([{ outcome: "waiting" }]);
    scene.remaining.ms = 600_000;
    scene.interfere(() => undefined);
    await scene.process();
    expect(scene.held()).toEqual(moved);
  });

  it("a missing permission waits, and dead-letters nobody", async () => {
    const scene = revenueScene([cancellation()], { books: { mayDistribute: false } });
    const { queue, outcomes } = await scene.process();
    expect(outcomes).toMatchObject([{ outcome: "waiting", code: "ZUORA_ACCESS" }]);
    expect(queue.deadLetters).toEqual([]);
  });

  it("a record beyond understanding is its own account's dead letter, and the others move", async () => {
    const scene = revenueScene([cancellation(), cancellation()]);
    const broken = scene.scheduleOf(0).itemId;
    scene.interfere(({ path }, answer) => {
      if (!path.endsWith(broken)) return undefined;
      const response = answer();
      return { ...response, body: response.body.replace('"amount":25,', '"amount":26,') };
    });
    const { queue } = await scene.process();
    expect(queue.deadLetters).toMatchObject([{ errorCode: "ZUORA_CONTRACT" }]);
    expect(scene.held()).toEqual([...untouched, ...moved]);
  });
});

describe("a pass", () => {
  it("queues each account once that our credit settled in the last 45 days", async () => {
    const open = { Currency: "USD", invoices: [{ amount: "5.00" }] };
    const scene = revenueScene([cancellation(), open, cancellation()]);
    const { queued } = await scene.find();
    expect(queued.toSorted()).toEqual([scene.ids[0], scene.ids[2]]);
    expect(await scene.find()).toMatchObject({ enqueued: 2 });
    scene.clock.pass(46 * dayMs);
    expect(await scene.find()).toMatchObject({ enqueued: 0 });
  });

  it.each([
    ["no Zuora Finance", { books: "none" }, "not enabled", 1],
    ["no accounting periods", { books: { periods: [] } }, "no accounting periods", 1],
    ["no revenue automation start date", { books: { automationStart: undefined } }, "start date", 2],
  ] as const)("says once that a tenant has %s, and asks nothing more", async (_, options, says, calls) => {
    const scene = revenueScene([cancellation()], options);
    expect(await scene.find()).toMatchObject({ enqueued: 0, skipped: "not-offered" });
    expect(scene.requests).toHaveLength(calls);
    expect(scene.telemetry.of("revenue not offered")).toMatchObject([{ reason: expect.stringContaining(says) }]);
  });

  it("leaves a tenant alone whose ledger is Zuora Revenue, and says so", async () => {
    const scene = revenueScene([cancellation()]);
    scene.store.featureFields.add(`InvoiceItem.${zuoraRevenueField}`);
    expect(await scene.find()).toMatchObject({ enqueued: 0, skipped: "not-offered" });
    expect(scene.telemetry.of("revenue not offered")).toMatchObject([
      { reason: expect.stringContaining("Zuora Revenue keeps the ledger") },
    ]);
  });

  it("queues nothing while the switch is off", async () => {
    const scene = revenueScene([cancellation()]);
    scene.position.current = "off";
    expect(await scene.find()).toMatchObject({ skipped: "switched-off" });
    expect(scene.requests).toEqual([]);
  });
});
