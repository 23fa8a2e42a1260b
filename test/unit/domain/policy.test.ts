import { describe, expect, it } from "vitest";
import {
  appliesPayments,
  contradictionOf,
  type PolicySettings,
  policySchema,
} from "../../../functions/domain/policy.ts";

const settings: PolicySettings = {
  postedSince: "2026-01-01",
  minimumAmount: { GBP: "0.50" },
  accountLimit: { adjustments: 200, amount: { GBP: "5000.00" } },
  runLimit: { accounts: 20_000, amount: { GBP: "1000000.00" } },
  application: "apply",
  standingCredit: "leave",
  accountsDenied: [],
};

/** Where a policy is wrong: the path of every issue, and what it says. */
const problemsOf = (input: unknown): Readonly<Record<string, string>> => {
  const result = policySchema.safeParse(input);
  return Object.fromEntries((result.error?.issues ?? []).map(({ path, message }) => [path.join("."), message]));
};

const without = (name: keyof PolicySettings): unknown =>
  Object.fromEntries(Object.entries(settings).filter(([key]) => key !== name));

describe("unapplied payments", () => {
  it("are left where nobody says anything, and in a mode without them", () => {
    expect(appliesPayments({}, "credit-memos")).toBe(false);
    expect(appliesPayments({ unappliedPayments: "leave" }, "both")).toBe(false);
    expect(appliesPayments({ unappliedPayments: "apply" }, "credit-balance")).toBe(false);
    expect(appliesPayments({ unappliedPayments: "apply" }, undefined)).toBe(false);
    expect(appliesPayments({ unappliedPayments: "apply" }, "credit-memos")).toBe(true);
    expect(appliesPayments({ unappliedPayments: "apply" }, "both")).toBe(true);
  });

  it("cannot be applied in a mode that has none, and one line says so", () => {
    expect(contradictionOf({ unappliedPayments: "apply" }, "credit-balance")).toMatch(
      /^expected unappliedPayments leave/,
    );
    for (const mode of ["credit-memos", "both"] as const)
      expect(contradictionOf({ unappliedPayments: "apply" }, mode)).toBeUndefined();
    for (const rules of [{}, { unappliedPayments: "leave" as const }])
      expect(contradictionOf(rules, "credit-balance")).toBeUndefined();
  });
});

it("reads amounts exactly, from text", () => {
  const policy = policySchema.parse({
    ...settings,
    accountLimit: { adjustments: 1, amount: { JPY: "123456789012345.12" } },
  });
  expect(policy.accountLimit.amount["JPY"]?.toFixed()).toBe("123456789012345.12");
});

it("takes every optional rule", () => {
  const all: PolicySettings = {
    ...settings,
    currencies: ["GBP"],
    batches: ["Batch1"],
    optOutField: "CreditSweepOptOut__c",
    accountsAllowed: ["A00000001"],
    accountsDenied: ["A00000002"],
    creditMemoApplicationRule: "source-item",
    reasonCode: "Correcting invoice error",
    accountingCode: "Accounts Receivable",
    unappliedPayments: "apply",
  };
  expect(problemsOf(all)).toEqual({});
});

it.each([
  "postedSince",
  "minimumAmount",
  "accountLimit",
  "runLimit",
  "application",
  "standingCredit",
  "accountsDenied",
] as const)("has no default for %s: whoever reads the settings sees every rule in force", (name) => {
  expect(Object.keys(problemsOf(without(name)))).toEqual([name]);
});

describe("refuses, naming the setting,", () => {
  it.each([
    ["a day that does not exist", { postedSince: "2026-02-30" }, "postedSince"],
    ["a time instead of a day", { postedSince: "2026-01-01T00:00:00Z" }, "postedSince"],
    [
      "an amount that is a number, since that passed through a float",
      { minimumAmount: { GBP: 0.5 } },
      "minimumAmount.GBP",
    ],
    ["an amount of zero", { minimumAmount: { GBP: "0.00" } }, "minimumAmount.GBP"],
    ["a negative amount", { minimumAmount: { GBP: "-1" } }, "minimumAmount.GBP"],
    ["an amount that is no decimal", { minimumAmount: { GBP: "1,000" } }, "minimumAmount.GBP"],
    ["an amount of more than 9 places", { minimumAmount: { GBP: "0.0000000001" } }, "minimumAmount.GBP"],
    ["a currency in small letters", { minimumAmount: { gbp: "1" } }, "minimumAmount.gbp"],
    ["a currency by its sign", { currencies: ["GBP", "€"] }, "currencies.1"],
    ["an account without a name", { accountsAllowed: [""] }, "accountsAllowed.0"],
    ["a limit of no adjustments", { accountLimit: { adjustments: 0, amount: {} } }, "accountLimit.adjustments"],
    ["a limit of half an adjustment", { accountLimit: { adjustments: 1.5, amount: {} } }, "accountLimit.adjustments"],
    ["a run of no accounts", { runLimit: { accounts: 0, amount: {} } }, "runLimit.accounts"],
    ["a third way of application", { application: "maybe" }, "application"],
    ["a third way with standing credit", { standingCredit: "hold" }, "standingCredit"],
    ["a third way with unapplied payments", { unappliedPayments: "refund" }, "unappliedPayments"],
    ["an application rule of no name", { creditMemoApplicationRule: "FIFO" }, "creditMemoApplicationRule"],
    ["an opt-out field that is no custom field", { optOutField: "Status" }, "optOutField"],
    ["an opt-out field that would break out of the query", { optOutField: "X__c from Account --__c" }, "optOutField"],
    ["a reason code longer than Zuora keeps", { reasonCode: "r".repeat(33) }, "reasonCode"],
    ["an accounting code longer than Zuora keeps", { accountingCode: "a".repeat(101) }, "accountingCode"],
  ])("%s", (_what, wrong, name) => {
    expect(Object.keys(problemsOf({ ...settings, ...wrong }))).toEqual([name]);
  });

  it("a rule that it does not know, which may be a rule misspelt", () => {
    expect(JSON.stringify(policySchema.safeParse({ ...settings, postedSicne: "2026-01-01" }).error?.issues)).toContain(
      "postedSicne",
    );
  });
});

it("says what an amount looks like", () => {
  expect(problemsOf({ ...settings, minimumAmount: { GBP: "ten" } })["minimumAmount.GBP"]).toBe(
    'expected a positive decimal amount as text, such as "100.00"',
  );
});

it("names five mistakes at once", () => {
  const mistakes = {
    ...settings,
    postedSince: "yesterday",
    currencies: ["pounds"],
    accountLimit: { adjustments: -1, amount: { GBP: "5000.00" } },
    application: "yes",
    standingCredit: undefined,
  };
  expect(Object.keys(problemsOf(mistakes)).toSorted()).toEqual([
    "accountLimit.adjustments",
    "application",
    "currencies.0",
    "postedSince",
    "standingCredit",
  ]);
});
