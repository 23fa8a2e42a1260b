import fc from "fast-check";
import type { AccountState, CreditMemo, Invoice, UnappliedPayment } from "../../../../functions/domain/account.ts";
import type { Mode } from "../../../../functions/domain/credit/mode.ts";
import { account, invoice, memo, money, payment } from "../fixtures.ts";

const rarely = fc.nat(9).map((n) => n === 0);

const subscriptions = fc.subarray(["S-1", "S-2", "S-3"], { maxLength: 2 });

const day = fc.constantFrom("2026-02-01", "2026-02-15", "2026-03-10");

const amounts = fc.integer({ min: 1, max: 6 }).map(String);

const aMemo = (index: number): fc.Arbitrary<CreditMemo> =>
  fc
    .record({
      amount: amounts,
      memoDate: day,
      subscriptions,
      credits: fc.subarray(["item-0", "item-1", "item-2"], { maxLength: 1 }),
      isStanding: rarely,
      isExcluded: rarely,
      wasUnapplied: rarely,
      isForeign: rarely,
      isFuture: rarely,
    })
    .map(({ isForeign, isFuture, ...facts }) => ({
      ...memo(`CM-${index}`, facts),
      ...(isForeign ? { currency: "USD" } : {}),
      ...(isFuture ? { memoDate: "2026-03-17" } : {}),
    }));

const aPayment = (index: number): fc.Arbitrary<UnappliedPayment> =>
  fc
    .record({ amount: fc.integer({ min: 1, max: 6 }), paid: fc.nat(2), effectiveDate: day, wasUnapplied: rarely })
    .chain(({ amount, paid, ...facts }) =>
      fc.record({ isForeign: rarely, isFuture: rarely, isOld: rarely }).map(({ isForeign, isFuture, isOld }) => ({
        ...payment(`P-${index}`, { ...facts, amount: `${amount}`, unapplied: `${Math.max(amount - paid, 1)}` }),
        ...(isForeign ? { currency: "USD" } : {}),
        ...(isFuture ? { effectiveDate: "2026-03-17" } : {}),
        ...(isOld ? { effectiveDate: "2025-12-31" } : {}),
      })),
    );

const anInvoice = (mode: Mode, index: number): fc.Arbitrary<Invoice> =>
  fc
    .record({
      amount: amounts,
      isNegative: mode === "both" ? fc.nat(2).map((n) => n === 0) : rarely,
      paid: fc.nat(2),
      dueDate: day,
      subscriptions,
      collected: rarely,
      hasTooManyItems: rarely,
    })
    .map(({ amount, isNegative, paid, collected, ...facts }) => {
      const total = Number(amount);
      const balance = isNegative ? -total : Math.max(total - paid, 0);
      return {
        ...invoice(`INV-${index}`, { ...facts, amount: isNegative ? `-${amount}` : amount, balance: `${balance}` }),
        itemIds: new Set([`item-${index}`]),
        beingCollected: collected,
      };
    });

/** Any account of up to four memos, two unapplied payments and five invoices, under either mode with memos. */
export const accountsWithMemos = (...of: readonly Exclude<Mode, "credit-balance">[]): fc.Arbitrary<AccountState> =>
  fc
    .record({ mode: fc.constantFrom(...of), memos: fc.nat(4), payments: fc.nat(2), invoices: fc.nat(5) })
    .chain(({ mode, memos, payments, invoices }) =>
      fc
        .record({
          credit: mode === "both" ? fc.nat(5) : fc.constant(0),
          creditMemos: fc.tuple(...Array.from({ length: memos }, (_, index) => aMemo(index))),
          unappliedPayments: fc.tuple(...Array.from({ length: payments }, (_, index) => aPayment(index))),
          invoices: fc.tuple(...Array.from({ length: invoices }, (_, index) => anInvoice(mode, index))),
        })
        .map(({ credit, ...documents }) => ({
          ...account({ mode, ...documents }),
          creditBalance: money(String(credit)),
        })),
    );
