import fc from "fast-check";
import type { AccountState, Invoice } from "../../../functions/domain/account.ts";
import { fromDecimal, type Money } from "../../../functions/domain/money.ts";
import type { Policy } from "../../../functions/domain/policy.ts";
import { account, invoice, policy, today } from "./fixtures.ts";

/** Currencies of 0, 2 and 3 places, and one of a tenant that keeps 9. */
const places: Readonly<Record<string, number>> = { JPY: 0, GBP: 2, KWD: 3, XNR: 9 };

const inUnits = (units: bigint, decimals: number): Money => {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return fromDecimal(`${units < 0n ? "-" : ""}${whole}${decimals > 0 ? `.${digits.slice(-decimals)}` : ""}`);
};

/** Mostly few units, so that amounts meet and credit just suffices; sometimes more digits than a float holds. */
const units = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt(1n, 6n) },
  { weight: 1, arbitrary: fc.bigInt(1n, 100_000_000_000_000_000_000n) },
);

const rarely = (arity: number) => fc.nat(arity).map((n) => n === 0);

const day = fc.constantFrom("2026-02-01", "2026-02-15", "2026-03-10");

const subscriptions = fc.subarray(["S-1", "S-2", "S-3"], { maxLength: 2 });

const anInvoice = (currency: string, decimals: number, index: number): fc.Arbitrary<Invoice> =>
  fc
    .record({
      total: units,
      settled: fc.constantFrom(0n, 0n, 0n, 1n, 2n),
      negative: fc.boolean(),
      gone: rarely(4),
      dueDate: day,
      invoiceDate: day,
      subscriptions,
      canceled: rarely(9),
      future: rarely(9),
      foreign: rarely(9),
      old: rarely(9),
      collected: rarely(9),
    })
    .map(({ total, settled, negative, gone, canceled, future, foreign, old, collected, ...facts }) => {
      const sign = negative ? -1n : 1n;
      const left = gone || settled >= total ? 0n : total - settled;
      return {
        ...invoice(`INV-${index}`, facts),
        amount: inUnits(sign * total, decimals),
        balance: inUnits(sign * left, decimals),
        currency: foreign ? "USD" : currency,
        ...(future ? { invoiceDate: "2026-03-17" } : {}),
        postedOn: old ? "2025-12-31" : "2026-02-01",
        hasCanceledAdjustment: canceled,
        beingCollected: collected,
      };
    });

/** Any account with up to eight invoices: part paid, settled, held, of the same amount, of shared subscriptions. */
export const accounts: fc.Arbitrary<AccountState> = fc
  .record({ currency: fc.constantFrom(...Object.keys(places)), count: fc.nat(8) })
  .chain(({ currency, count }) => {
    const decimals = places[currency] ?? 2;
    return fc
      .record({
        credit: fc.oneof(fc.constant(0n), fc.constant(0n), units),
        shares: fc.constantFrom("ours", "ours", "standing", "freed", "each"),
        invoices: fc.tuple(...Array.from({ length: count }, (_, index) => anInvoice(currency, decimals, index))),
      })
      .map(({ credit, shares, invoices }) => {
        const partOf = (part: string) => (shares === part ? credit : shares === "each" ? credit / 3n : 0n);
        return {
          ...account({ currency, invoices: Object.freeze(invoices), today }),
          creditBalance: inUnits(credit, decimals),
          standingCredit: inUnits(partOf("standing"), decimals),
          freedCredit: inUnits(partOf("freed"), decimals),
        };
      });
  });

/** The same, of accounts whose credit is all ours to apply. */
export const accountsOfOurCredit: fc.Arbitrary<AccountState> = accounts.map(
  ({ standingCredit: _others, freedCredit: _given, ...state }) => state,
);

/** Any rules that leave the account itself enabled. */
export const policies: fc.Arbitrary<Policy> = fc
  .record({
    application: fc.constantFrom<Policy["application"]>("apply", "apply", "apply", "transfer-only"),
    standingCredit: fc.constantFrom<Policy["standingCredit"]>("apply", "apply", "leave"),
    creditMemoApplicationRule: fc.constantFrom<Policy["creditMemoApplicationRule"]>(undefined, "source-item"),
    minimum: fc.option(fc.constantFrom("0.002", "0.03", "2"), { nil: undefined }),
    adjustments: fc.constantFrom(2, 4, 1000, 1000, 1000),
    amountMax: fc.option(fc.constantFrom("0.05", "5"), { nil: undefined, freq: 3 }),
  })
  .map(({ minimum, adjustments, amountMax, ...rules }) => {
    const everywhere = (text: string | undefined): Record<string, Money> =>
      text === undefined ? {} : Object.fromEntries(Object.keys(places).map((code) => [code, fromDecimal(text)]));
    const accountLimit = { adjustments, amount: everywhere(amountMax) };
    return policy({ ...rules, minimumAmount: everywhere(minimum), accountLimit });
  });

/** Five hundred examples; a failure prints the smallest and the seed that repeats it. */
export const forAll = <T extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  check: (...values: T) => void,
): void => fc.assert(fc.property<T>(...arbitraries, check), { numRuns: 500 });
