import { describe, expect, it } from "vitest";
import { Landing } from "../../../../functions/app/settle/rounds/landing.ts";
import {
  WriteOutcomeUnknownError,
  ZuoraAccessError,
  ZuoraBusyError,
  ZuoraContractError,
  ZuoraRejectedError,
} from "../../../../functions/domain/errors.ts";
import type { PaymentRun } from "../../../../functions/domain/payment-run.ts";
import { account, invoice, memo, payment, policy } from "../../domain/fixtures.ts";
import { closedPeriod, FakeLedger, locked, refused, tooManyItems } from "../../fakes/fake-ledger.ts";
import { inTurns, positionsOf, settleAll } from "./fixtures.ts";

/** An account that owes 12 and 20, and has memos of 30 and 10. */
const owed = (id: string, facts: Parameters<typeof account>[0] = {}) =>
  account({
    id,
    mode: "credit-memos",
    creditMemos: [
      memo(`${id}-CM1`, { amount: "30", memoDate: "2026-03-02" }),
      memo(`${id}-CM2`, { amount: "10", memoDate: "2026-03-01" }),
    ],
    invoices: [
      invoice(`${id}-INV1`, { amount: "12", dueDate: "2026-03-10" }),
      invoice(`${id}-INV2`, { amount: "20", dueDate: "2026-03-20" }),
    ],
    ...facts,
  });

const settledOf = (id: string) => ({
  credit: "0",
  [`${id}-CM1`]: "8",
  [`${id}-CM2`]: "0",
  [`${id}-INV1`]: "0",
  [`${id}-INV2`]: "0",
});

const callsOf = ({ calls }: FakeLedger) => calls.map(({ rows }) => rows.join(", "));

/** The calls of an account in the order of its plan. */
const planned = ["apply A-CM2 to A-INV1 10", "apply A-CM1 to A-INV1 2, apply A-CM1 to A-INV2 20"];

describe("credit memos are applied", () => {
  it("in one call for each, one after the other, and reading again finds no step", async () => {
    const ledger = new FakeLedger(owed("A"), owed("B"));
    const { results, confirmed, outcomes } = await settleAll(ledger);
    expect(results).toEqual({ A: "settled", B: "settled" });
    expect(callsOf(ledger).filter((call) => call.includes("A-"))).toEqual(planned);
    expect([positionsOf(ledger, "A"), positionsOf(ledger, "B")]).toEqual([settledOf("A"), settledOf("B")]);
    expect(confirmed).toHaveLength(6);
    expect(outcomes.get("A")).toMatchObject({ holds: [] });
    expect(outcomes.get("A")?.applied.toFixed()).toBe("32");
    expect(outcomes.get("A")?.leftAsCredit?.toFixed()).toBe("8");
    expect(ledger.reads).toHaveLength(1);
    expect(callsOf(ledger)).toHaveLength(4);
    expect((await settleAll(ledger)).results).toEqual({ A: "no-op", B: "no-op" });
    expect(callsOf(ledger)).toHaveLength(4);
  });

  it("not at all in a dry run, which says what would be", async () => {
    const ledger = new FakeLedger(owed("A"));
    const { outcomes } = await settleAll(ledger, { dryRun: true });
    expect([callsOf(ledger), outcomes.get("A")?.applied.toFixed()]).toEqual([[], "32"]);
  });

  it("not where the switch or the time does not allow it", async () => {
    const ledger = new FakeLedger(owed("A"));
    const { results } = await settleAll(ledger, { mayWrite: async () => false, whyUnsent: () => "switched-off" });
    expect([results, callsOf(ledger)]).toEqual([{ A: "waiting: switched-off" }, []]);
  });

  it("after a look at payment runs: what one may charge waits", async () => {
    const ledger = new FakeLedger(owed("A"));
    const charging: PaymentRun = { status: "Processing" };
    ledger.charging = { runs: [charging], accountsBeingPaid: new Set() };
    expect((await settleAll(ledger)).results).toEqual({ A: "waiting: payment-run-collecting" });
    expect([callsOf(ledger), ledger.looks]).toEqual([[], ["payments", "runs"]]);
  });
});

describe("where an answer is lost", () => {
  it("the account is read before anything else, and what had landed is not asked for again", async () => {
    const ledger = new FakeLedger(owed("A"));
    ledger.losesAnswer();
    expect((await settleAll(ledger)).results).toEqual({ A: "settled" });
    expect(callsOf(ledger)).toEqual(planned);
    expect(ledger.reads).toHaveLength(2);
    expect(positionsOf(ledger, "A")).toEqual(settledOf("A"));
  });

  it("what had not landed is asked for again, once the account was read", async () => {
    const ledger = new FakeLedger(owed("A"));
    ledger.refusesCalls(new WriteOutcomeUnknownError("no answer"));
    expect((await settleAll(ledger)).results).toEqual({ A: "settled" });
    expect(callsOf(ledger)).toEqual([planned[0], ...planned]);
    expect(ledger.reads).toHaveLength(2);
  });

  it("nothing more of the account leaves, and the other accounts go on", async () => {
    const ledger = new FakeLedger(owed("A"), owed("B"));
    ledger.refusesCalls(new ZuoraBusyError("busy"));
    expect((await settleAll(ledger)).results).toEqual({ A: "waiting: ZUORA_BUSY", B: "settled" });
    expect(callsOf(ledger).filter((call) => call.includes("A-"))).toEqual(planned.slice(0, 1));
  });
});

describe("to the very items that a memo credits, where the policy asks for that,", () => {
  const asked = { policy: policy({ creditMemoApplicationRule: "source-item" }) };
  const crediting = () => {
    const { invoices, creditMemos = [] } = owed("A");
    return account({
      id: "A",
      mode: "credit-memos",
      creditMemos: creditMemos.map((each) => ({ ...each, creditedItemIds: new Set(["item-1", "item-2"]) })),
      invoices: invoices.map((each, index) => ({ ...each, itemIds: new Set([`item-${index + 1}`, "other"]) })),
    });
  };
  const told = ({ calls }: FakeLedger) => calls.map(({ key, rows }) => `${rows.join(", ")}: ${key}`);
  const oneByOne = ["apply A-CM2 to A-INV1 10", "apply A-CM1 to A-INV1 2", "apply A-CM1 to A-INV2 20"];

  it("each invoice has a call of its own", async () => {
    const ledger = new FakeLedger(crediting());
    const { results, confirmed } = await settleAll(ledger, asked);
    expect(results).toEqual({ A: "settled" });
    expect(told(ledger)).toEqual(oneByOne.map((call) => `${call}: to source items`));
    expect(confirmed).toHaveLength(3);
    expect(ledger.reads).toHaveLength(1);
  });

  it("and where one memo could pay everything, its items are looked up for that alone", async () => {
    const state = { ...crediting(), creditMemos: crediting().creditMemos?.slice(0, 1) ?? [] };
    const [invoice] = state.invoices;
    const one = { ...state, invoices: invoice === undefined ? [] : [invoice] };
    const ledger = new FakeLedger(one);
    await settleAll(ledger, asked);
    expect(told(ledger)).toEqual(["apply A-CM1 to A-INV1 12: to source items"]);
    const unasked = new FakeLedger(one);
    await settleAll(unasked);
    expect(told(unasked)).toEqual(["apply A-CM1 to A-INV1 12: none"]);
  });

  it.each([
    ["refuses it", () => refused("no matching item", "53840020")],
    ["does not know the rule", () => new ZuoraContractError("unknown field", { scope: "envelope" })],
  ])("and where Zuora %s, the same is applied by the tenant's own rule in the same round", async (_what, error) => {
    const ledger = new FakeLedger(crediting());
    ledger.refusesCalls(error());
    expect((await settleAll(ledger, asked)).results).toEqual({ A: "settled" });
    expect(told(ledger)).toEqual([
      `${oneByOne[0]}: to source items`,
      `${oneByOne[0]}: none`,
      ...oneByOne.slice(1).map((call) => `${call}: to source items`),
    ]);
    expect([ledger.reads.length, positionsOf(ledger, "A")]).toEqual([1, settledOf("A")]);
  });

  it("and where an answer is lost, nothing leaves before the account was read", async () => {
    const ledger = new FakeLedger(crediting());
    ledger.losesAnswer();
    expect((await settleAll(ledger, asked)).results).toEqual({ A: "settled" });
    expect(told(ledger)).toEqual(oneByOne.map((call) => `${call}: to source items`));
    expect(ledger.reads).toHaveLength(2);
  });
});

const refusedForGood = () => new ZuoraRejectedError("no", { again: "never", zuoraCode: "53840030" });

describe("where Zuora says no", () => {
  it("to a call of several invoices, it is repeated invoice by invoice", async () => {
    const ledger = new FakeLedger(owed("A"));
    ledger.onRowOf("A-INV2", refused("something", "53840030"));
    expect((await settleAll(ledger)).results).toEqual({ A: "settled" });
    expect(callsOf(ledger)).toEqual([...planned, "apply A-CM1 to A-INV1 2", "apply A-CM1 to A-INV2 20"]);
  });

  it("to one invoice for good, the account is set aside with the reason, and the rest is paid", async () => {
    const ledger = new FakeLedger(owed("A"));
    ledger.onRowOf("A-INV2", refusedForGood(), refusedForGood());
    expect((await settleAll(ledger)).results).toEqual({ A: "failed for good: ZUORA_REJECTED" });
    expect(positionsOf(ledger, "A")).toMatchObject({ "A-INV1": "0", "A-INV2": "20" });
  });

  it.each([
    ["for good", [refusedForGood()], "failed for good: ZUORA_REJECTED", 1],
    [
      "twice over an unchanged reading",
      [refused("no", "53840030"), refused("no", "53840030")],
      "failed for now: ZUORA_REJECTED",
      2,
    ],
  ])("to one invoice %s, its memo pays the account's other invoices", async (_how, refusals, result, tries) => {
    const ledger = new FakeLedger(owed("A", { creditMemos: [memo("A-CM", { amount: "12" })] }));
    ledger.onRowOf("A-INV1", ...refusals);
    const { results, outcomes } = await settleAll(ledger);
    expect(results).toEqual({ A: result });
    expect(outcomes.get("A")?.result).toMatchObject({ error: { message: expect.stringMatching(/^A-INV1: /) } });
    expect(callsOf(ledger)).toEqual([...Array(tries).fill("apply A-CM to A-INV1 12"), "apply A-CM to A-INV2 12"]);
  });

  it("to an invoice since it has too many items, that is held, and its memo pays the others", async () => {
    const ledger = new FakeLedger(owed("A", { creditMemos: [memo("A-CM", { amount: "40" })] }));
    ledger.onRowOf("A-INV1", tooManyItems(), tooManyItems());
    const { results, outcomes } = await settleAll(ledger);
    expect(results).toEqual({ A: "held" });
    expect(outcomes.get("A")?.holds).toMatchObject([{ reason: "too-many-items", invoice: { number: "A-INV1" } }]);
    expect(callsOf(ledger)).toEqual([
      "apply A-CM to A-INV1 12, apply A-CM to A-INV2 20",
      "apply A-CM to A-INV1 12",
      "apply A-CM to A-INV2 20",
    ]);
  });

  it("is not even asked for where its items were counted", async () => {
    const ledger = new FakeLedger(owed("A", { creditMemos: [memo("A-CM", { amount: "25" })] }));
    ledger.chargedItems.set("id-of-A-INV1", 1_001);
    ledger.chargedItems.set("id-of-A-INV2", 1_000);
    const { results, outcomes } = await settleAll(ledger);
    expect(results).toEqual({ A: "held" });
    expect(outcomes.get("A")?.holds).toMatchObject([{ reason: "too-many-items", invoice: { number: "A-INV1" } }]);
    expect(callsOf(ledger)).toEqual(["apply A-CM to A-INV2 20"]);
  });

  it("to a transfer and then twice to a memo, what is left of the account has a round of its own", async () => {
    const invoices = [invoice("A-NEG", { amount: "-5" }), ...owed("A").invoices];
    const ledger = new FakeLedger(owed("A", { mode: "both", invoices, creditMemos: [memo("A-CM", { amount: "12" })] }));
    ledger.onRowOf("A-NEG", closedPeriod());
    ledger.onRowOf("A-INV1", refused("no", "53840030"), refused("no", "53840030"));
    expect((await settleAll(ledger)).results).toMatchObject({ A: expect.stringMatching(/^failed .*ZUORA_REJECTED$/) });
    expect(positionsOf(ledger, "A")).toMatchObject({ "A-CM": "0", "A-INV1": "12", "A-INV2": "8" });
  });

  it("since somebody was faster, the account is read and planned again", async () => {
    const ledger = new FakeLedger(owed("A"));
    const { applyToInvoices } = ledger;
    let isFirst = true;
    ledger.applyToInvoices = async (steps, mayLeave) => {
      const state = ledger.accounts.get("A");
      if (isFirst && state !== undefined) {
        const [first, ...others] = state.invoices;
        if (first !== undefined) {
          ledger.accounts.set("A", {
            ...state,
            invoices: [{ ...first, balance: first.balance.minus(5) as typeof first.balance }, ...others],
          });
        }
      }
      isFirst = false;
      return applyToInvoices(steps, mayLeave);
    };
    expect((await settleAll(ledger)).results).toEqual({ A: "settled" });
    expect(positionsOf(ledger, "A")).toMatchObject({ "A-INV1": "0", "A-INV2": "0", "A-CM1": "8", "A-CM2": "5" });
  });

  it("since the account is locked, it waits, and is not to blame", async () => {
    const ledger = new FakeLedger(owed("A"));
    ledger.refusesCalls(locked(), locked(), locked());
    expect((await settleAll(ledger)).results).toEqual({ A: "waiting: ZUORA_BUSY" });
  });

  it("it is late since the memo met an invoice, however old the memo is", async () => {
    const [old, lately] = ["2025-03-01T00:00:00Z", "2026-03-16T11:00:00Z"].map((text) => Date.parse(text));
    const ledger = new FakeLedger(
      account({
        id: "A",
        mode: "credit-memos",
        creditMemos: [memo("A-CM", { amount: "10", postedAt: old })],
        invoices: [invoice("A-INV", { amount: "12", postedAt: lately })],
      }),
    );
    ledger.refusesCalls(locked(), locked(), locked());
    const { outcomes } = await settleAll(ledger);
    expect(outcomes.get("A")).toMatchObject({ result: { kind: "waiting" }, untransferredPostedAt: lately });
  });

  it("to our user, everything waits", async () => {
    const ledger = new FakeLedger(owed("A"));
    ledger.refusesCalls(new ZuoraAccessError("not permitted"));
    expect((await settleAll(ledger)).results).toEqual({ A: "waiting: ZUORA_ACCESS" });
  });
});

describe("under Harmonization", () => {
  const both = account({
    id: "A",
    mode: "both",
    creditMemos: [memo("CM", { amount: "5", subscriptions: ["S-1"] })],
    invoices: [
      invoice("NEG", { amount: "-10" }),
      invoice("INV1", { amount: "12", subscriptions: ["S-1"] }),
      invoice("INV2", { amount: "3", subscriptions: [] }),
    ],
  });

  it("no round pays one invoice out of both, and the next one sees to the rest", async () => {
    const ledger = new FakeLedger(both);
    expect((await settleAll(ledger)).results).toEqual({ A: "settled" });
    expect(callsOf(ledger)).toEqual(["transfer NEG 10", "apply CM to INV1 5", "apply INV1 7, apply INV2 3"]);
    expect(positionsOf(ledger, "A")).toEqual({ credit: "0", CM: "0", NEG: "0", INV1: "0", INV2: "0" });
  });

  it("fitting memos, credit balance and other memos take turns at one invoice, and a dry run tells of all three", async () => {
    const ledger = new FakeLedger(inTurns);
    expect((await settleAll(ledger, { dryRun: true })).outcomes.get("A")?.applied.toFixed()).toBe("12");
    expect((await settleAll(ledger)).results).toEqual({ A: "settled" });
    expect(callsOf(ledger)).toEqual(["apply FITS to INV 5", "apply INV 4", "apply OTHER to INV 3"]);
    expect(ledger.reads).toHaveLength(4);
  });

  it("their turns leave as much room for what goes wrong as any other account has", async () => {
    const ledger = new FakeLedger(inTurns);
    ledger.losesAnswer();
    ledger.refusesCalls(new WriteOutcomeUnknownError("no answer"));
    expect((await settleAll(ledger)).results).toEqual({ A: "settled" });
    expect(positionsOf(ledger, "A")).toMatchObject({ credit: "0", INV: "0", OTHER: "6" });
    expect(ledger.reads.length).toBeGreaterThan(3);
  });

  it("credit balance is not applied while it is not known what a memo paid", async () => {
    const ledger = new FakeLedger(both);
    const { applyToInvoices } = ledger;
    const lost = new WriteOutcomeUnknownError("no answer");
    let isFirst = true;
    ledger.applyToInvoices = async (...asked) => {
      await applyToInvoices(...asked);
      if (isFirst) {
        isFirst = false;
        throw lost;
      }
    };
    await settleAll(ledger);
    expect(callsOf(ledger).slice(0, 2)).toEqual(["transfer NEG 10", "apply CM to INV1 5"]);
    expect(positionsOf(ledger, "A")).toEqual({ credit: "0", CM: "0", NEG: "0", INV1: "0", INV2: "0" });
    expect(ledger.reads).toHaveLength(2);
  });

  it("memos and credit balance pay without a transfer before them, beside credit that is left", async () => {
    const ledger = new FakeLedger(
      account({
        id: "A",
        mode: "both",
        credit: "10",
        standingCredit: "4",
        creditMemos: [memo("CM", { amount: "5", subscriptions: ["S-1"] })],
        invoices: [
          invoice("INV1", { amount: "12", subscriptions: ["S-1"] }),
          invoice("INV2", { amount: "3", subscriptions: [] }),
        ],
      }),
    );
    const { results } = await settleAll(ledger, { policy: policy({ standingCredit: "leave" }) });
    expect(results).toEqual({ A: "held" });
    expect(callsOf(ledger)).toEqual(["apply CM to INV1 5", "apply INV1 6"]);
  });

  describe("beside credit that is left, which would pay for it", () => {
    const beside = () =>
      new FakeLedger(
        account({
          id: "A",
          mode: "both",
          credit: "10",
          standingCredit: "6",
          creditMemos: [memo("OTHER", { amount: "20" })],
          invoices: [invoice("INV", { amount: "12", subscriptions: ["S-1"] })],
        }),
      );
    const leave = { policy: policy({ standingCredit: "leave" }) };

    it("no Decrease is made again by a reading that is older than it", async () => {
      const ledger = beside();
      const { readAccounts } = ledger;
      let before: Awaited<ReturnType<typeof readAccounts>> | undefined;
      ledger.readAccounts = async (...asked) => {
        const isStale = ledger.reads.length === 1 && before !== undefined;
        const read = await readAccounts(...asked);
        before ??= read;
        return isStale ? before : read;
      };
      expect((await settleAll(ledger, leave)).results).toEqual({ A: "waiting: WRITE_OUTCOME_UNKNOWN" });
      expect(callsOf(ledger)).toEqual(["apply INV 4"]);
    });

    it("a lost Decrease is waited for, although a memo is to pay the rest", async () => {
      const ledger = beside();
      ledger.losesAnswer();
      expect((await settleAll(ledger, leave)).results).toEqual({ A: "waiting: WRITE_OUTCOME_UNKNOWN" });
    });

    it("nor does whoever takes the account at once make a lost Decrease again", async () => {
      const ledger = beside();
      ledger.onRowOf("INV", new WriteOutcomeUnknownError("no answer"));
      const landing = new Landing(() => 0);
      const waits = { A: "waiting: WRITE_OUTCOME_UNKNOWN" };
      expect((await settleAll(ledger, { ...leave, landing })).results).toEqual(waits);
      expect((await settleAll(ledger, { ...leave, landing })).results).toEqual(waits);
      expect(callsOf(ledger)).toEqual(["apply INV 4"]);
    });
  });
});

describe("unapplied payments are applied", () => {
  const rules = policy({ unappliedPayments: "apply" });
  const overpaid = () =>
    owed("A", {
      unappliedPayments: [payment("A-P1", { amount: "50" })],
      creditMemos: [memo("A-CM1", { amount: "10" })],
    });
  const calls = ["apply A-CM1 to A-INV1 10", "apply A-P1 to A-INV1 2, apply A-P1 to A-INV2 20"];

  it("after the memos, in a call of their own, and reading again finds no step", async () => {
    const ledger = new FakeLedger(overpaid());
    const { results, confirmed } = await settleAll(ledger, { policy: rules });
    expect([results, callsOf(ledger)]).toEqual([{ A: "settled" }, calls]);
    expect(confirmed.at(-1)).toBe("apply A-P1 to A-INV2 20");
    expect(positionsOf(ledger, "A")).toMatchObject({ "A-P1": "28", "A-INV1": "0", "A-INV2": "0" });
    expect((await settleAll(ledger, { policy: rules })).results).toEqual({ A: "no-op" });
  });

  it("and not where the policy leaves them", async () => {
    const ledger = new FakeLedger(overpaid());
    await settleAll(ledger, { policy: policy() });
    expect(callsOf(ledger)).toEqual(calls.slice(0, 1));
  });

  it("once, where the answer gets lost: the account is read before anything else of it leaves", async () => {
    const ledger = new FakeLedger(
      owed("A", { creditMemos: [], unappliedPayments: [payment("A-P1", { amount: "50" })] }),
    );
    ledger.losesAnswer();
    await settleAll(ledger, { policy: rules });
    expect(callsOf(ledger)).toEqual(["apply A-P1 to A-INV1 12, apply A-P1 to A-INV2 20"]);
    expect(ledger.reads).toHaveLength(2);
    expect(positionsOf(ledger, "A")).toMatchObject({ "A-P1": "18" });
  });

  it("invoice by invoice where a call of several is refused", async () => {
    const ledger = new FakeLedger(overpaid());
    ledger.onRowOf("A-INV2", closedPeriod(), closedPeriod(), closedPeriod());
    await settleAll(ledger, { policy: rules });
    expect(callsOf(ledger).slice(0, 4)).toEqual([...calls, "apply A-P1 to A-INV1 2", "apply A-P1 to A-INV2 20"]);
    expect(positionsOf(ledger, "A")).toMatchObject({ "A-P1": "48", "A-INV1": "0", "A-INV2": "20" });
  });
});
