import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CreditMovement, creditParts, creditPartsAt } from "../../../../functions/domain/credit/credit-book.ts";
import { sum } from "../../../../functions/domain/money.ts";
import { forAll } from "../arbitraries.ts";
import { money } from "../fixtures.ts";

/** What happened, one after the other: `ours +50`, `others -50`, or, at last, `cancel 1`: the first of them. */
const history = (...told: readonly string[]): readonly CreditMovement[] => {
  const movements: CreditMovement[] = [];
  for (const [index, text] of told.entries()) {
    const [who, what = ""] = text.split(" ");
    const at = 1_000 * (index + 1);
    if (who === "cancel") {
      const canceled = movements[Number(what) - 1];
      if (canceled !== undefined) movements[Number(what) - 1] = { ...canceled, canceledAt: at };
      continue;
    }
    movements.push({
      number: `CBA-${String(index).padStart(8, "0")}`,
      isOurs: who === "ours",
      type: what.startsWith("+") ? "Increase" : "Decrease",
      amount: money(what.slice(1)),
      createdAt: at,
    });
  }
  return movements;
};

const partsOf = (balance: string, ...told: readonly string[]) => {
  const { standing, ours, freed } = creditParts(history(...told), money(balance));
  return `standing ${standing.toFixed()}, ours ${ours.toFixed()}, freed ${freed.toFixed()}`;
};

describe("credit is ours", () => {
  it.each<[string, string, readonly string[], string]>([
    ["that we transferred", "50", ["ours +50"], "standing 0, ours 50, freed 0"],
    ["less what we applied", "20", ["ours +50", "ours -30"], "standing 0, ours 20, freed 0"],
    ["beside what others put there", "50.01", ["others +0.01", "ours +50"], "standing 0.01, ours 50, freed 0"],
    ["until a payment run has spent it", "0", ["ours +50", "others -50"], "standing 0, ours 0, freed 0"],
    [
      "but not what finance adds after it was spent",
      "30",
      ["ours +50", "others -50", "others +30"],
      "standing 30, ours 0, freed 0",
    ],
    [
      "that we transferred after we had spent standing credit under another policy",
      "50",
      ["others +30", "ours +100", "ours -130", "ours +50"],
      "standing 0, ours 50, freed 0",
    ],
    ["less what a refund took of it", "20", ["ours +50", "others -30"], "standing 0, ours 20, freed 0"],
    ["less what left without a record", "20", ["ours +50"], "standing 0, ours 20, freed 0"],
    ["but not what came without a record", "80", ["ours +50"], "standing 30, ours 50, freed 0"],
    [
      "again where the payment run's application was canceled",
      "50",
      ["ours +50", "others -50", "cancel 2"],
      "standing 0, ours 50, freed 0",
    ],
    [
      "no more where the transfer was canceled",
      "5",
      ["others +5", "ours +50", "cancel 2"],
      "standing 5, ours 0, freed 0",
    ],
  ])("%s", (_what, balance, told, parts) => {
    expect(partsOf(balance, ...told)).toBe(parts);
  });
});

describe("credit that a canceled application of ours gave back", () => {
  it.each<[string, string, readonly string[], string]>([
    ["is nobody's to apply", "50", ["ours +50", "ours -50", "cancel 2"], "standing 0, ours 0, freed 50"],
    [
      "stays so beside what we transfer later",
      "70",
      ["ours +50", "ours -50", "cancel 2", "ours +20"],
      "standing 0, ours 20, freed 50",
    ],
    [
      "stays so while others spend standing credit and ours",
      "50",
      ["others +10", "ours +50", "ours -50", "cancel 3", "ours +5", "others -15"],
      "standing 0, ours 0, freed 50",
    ],
    [
      "is gone once a person had it applied again",
      "0",
      ["ours +50", "ours -50", "cancel 2", "ours -50"],
      "standing 0, ours 0, freed 0",
    ],
    [
      "is gone with the transfer that had brought it, and standing credit is as it was",
      "20",
      ["others +20", "ours +50", "ours -50", "cancel 3", "cancel 2"],
      "standing 20, ours 0, freed 0",
    ],
    ["is known where the credit had never had a record", "5", ["ours -5", "cancel 1"], "standing 0, ours 0, freed 5"],
  ])("%s", (_what, balance, told, parts) => {
    expect(partsOf(balance, ...told)).toBe(parts);
  });

  it("is known where a whole run was undone within a second", () => {
    const at = { createdAt: 1_000, canceledAt: 9_000 };
    const undone: readonly CreditMovement[] = [
      { number: "CBA-1", isOurs: false, type: "Increase", amount: money("20"), createdAt: 0 },
      { number: "CBA-2", isOurs: true, type: "Increase", amount: money("50"), ...at },
      { number: "CBA-3", isOurs: true, type: "Decrease", amount: money("50"), ...at },
    ];
    const { standing, ours, freed } = creditParts(undone, money("20"));
    expect([standing, ours, freed].map((part) => part.toFixed())).toEqual(["20", "0", "0"]);
  });
});

describe("whatever was recorded", () => {
  const movement: fc.Arbitrary<CreditMovement> = fc
    .record({
      number: fc.nat(99).map((n) => `CBA-${n}`),
      isOurs: fc.boolean(),
      type: fc.constantFrom<CreditMovement["type"]>("Increase", "Decrease"),
      amount: fc.integer({ min: 1, max: 9 }).map((n) => money(String(n))),
      createdAt: fc.nat(9),
      canceledAt: fc.option(fc.integer({ min: 5, max: 15 }), { nil: undefined }),
    })
    .map(({ canceledAt, ...each }) => (canceledAt === undefined ? each : { ...each, canceledAt }));
  const movements = fc.array(movement, { maxLength: 8 });
  const balances = fc.nat(30).map((n) => money(String(n)));

  it("the parts are never below nought, and together they are the balance", () => {
    forAll([movements, balances], (recorded, balance) => {
      const parts = Object.values(creditParts(recorded, balance));
      expect(parts.every((part) => part.gte(0))).toBe(true);
      expect(sum(parts).eq(balance)).toBe(true);
    });
  });

  it("ours and what was given back are never more than our transfers brought and our canceled applications gave", () => {
    forAll([movements, balances], (recorded, balance) => {
      const { ours, freed } = creditParts(recorded, balance);
      const of = (type: CreditMovement["type"]) => recorded.filter((each) => each.isOurs && each.type === type);
      const given = of("Decrease").filter(({ canceledAt }) => canceledAt !== undefined);
      expect(ours.lte(sum(of("Increase").map(({ amount }) => amount)))).toBe(true);
      expect(freed.lte(sum(given.map(({ amount }) => amount)))).toBe(true);
    });
  });
});

describe("credit as it was when a payment run began", () => {
  const during = (run: Parameters<typeof creditPartsAt>[2], balance: string, ...told: readonly string[]) => {
    const { standing, ours, freed } = creditPartsAt(history(...told), money(balance), run);
    return `standing ${standing.toFixed()}, ours ${ours.toFixed()}, freed ${freed.toFixed()}`;
  };

  it.each<[string, string, readonly string[], string]>([
    ["knows nothing of what came later", "60", ["ours +50", "others +10"], "standing 0, ours 50, freed 0"],
    ["has what we applied later", "0", ["ours +50", "ours -50"], "standing 0, ours 50, freed 0"],
    [
      "has lost what others have spent since, of a run under way",
      "20",
      ["ours +50", "others -30"],
      "standing 0, ours 20, freed 0",
    ],
    ["has what a person canceled later", "0", ["ours +50", "cancel 1"], "standing 0, ours 50, freed 0"],
    ["knows nothing of what no record tells of", "57", ["ours +50"], "standing 0, ours 50, freed 0"],
    ["lacks what left without a record", "43", ["ours +50"], "standing 0, ours 43, freed 0"],
  ])("%s", (_name, balance, told, expected) => {
    expect(during({ beganAt: 1_500 }, balance, ...told)).toBe(expected);
  });

  it("has lost what others spent until the run ended, as one does that applies credit first, and no more", () => {
    const told = ["others +50", "others -30", "others -20"];
    expect(during({ beganAt: 1_500, endedAt: 2_000 }, "0", ...told)).toBe("standing 20, ours 0, freed 0");
    expect(during({ beganAt: 1_500, endedAt: 3_000 }, "0", ...told)).toBe("standing 0, ours 0, freed 0");
  });
});
