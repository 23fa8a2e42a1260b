import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MemoApplicationRecord, PostedMemo } from "../../../../../functions/app/records/ports.ts";
import { memoBookOf } from "../../../../../functions/app/records/report/memo-book.ts";
import { fromDecimal, type Money, subtract, sum, zero } from "../../../../../functions/domain/money.ts";

const currencies = ["GBP", "JPY", "KWD"] as const;

/** What happened to a memo: applications, a part of each perhaps taken back. Cents, so that nothing is lost. */
const event = fc.record({
  at: fc.integer({ min: 0, max: 100 }),
  cents: fc.integer({ min: 1, max: 500 }),
  isOurs: fc.boolean(),
  takenBackAfter: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
});

const memo = fc
  .record({
    id: fc.uuid(),
    currency: fc.constantFrom(...currencies),
    postedAt: fc.integer({ min: 0, max: 100 }),
    events: fc.array(event, { maxLength: 5 }),
    left: fc.integer({ min: 0, max: 500 }),
    refunded: fc.integer({ min: 0, max: 100 }),
    changedAfter: fc.integer({ min: 0, max: 100 }),
  })
  .map(({ id, currency, postedAt, events, left, refunded, changedAfter }): PostedMemo => {
    const applications = events.flatMap(({ at, cents, isOurs, takenBackAfter }, index) => {
      const made = application(id, currency, `${index}`, { at: postedAt + at, cents, isOurs });
      if (takenBackAfter === undefined) return [made];
      const back = { at: postedAt + at + takenBackAfter, cents: -cents, isOurs: !isOurs };
      return [made, application(id, currency, `${index}-back`, back)];
    });
    const unapplied = money(left);
    const applied = sum(applications.map(({ amount }) => amount));
    return {
      id,
      number: id,
      accountId: "a",
      currency,
      amount: sum([unapplied, money(refunded), applied]),
      unapplied,
      refunded: money(refunded),
      postedAt,
      updatedAt: postedAt + changedAfter,
      isExcluded: false,
      isStanding: false,
      applications,
    };
  });

const money = (cents: number): Money => fromDecimal((cents / 100).toFixed(2));

const application = (
  memoId: string,
  currency: string,
  id: string,
  { at, cents, isOurs }: { at: number; cents: number; isOurs: boolean },
): MemoApplicationRecord => ({
  id,
  accountId: "a",
  creditMemo: { id: memoId, number: memoId },
  invoice: { id: "i", number: "INV1" },
  currency,
  amount: money(cents),
  createdAt: at,
  createdBy: isOurs ? "us" : "somebody",
  isOurs,
});

const memos = fc.array(memo, { maxLength: 6 });
const instant = fc.integer({ min: 0, max: 250 });

describe("the book of credit memos", () => {
  it("balances in every currency, whatever the period and whoever applied what", () => {
    fc.assert(
      fc.property(memos, instant, fc.option(instant, { nil: undefined }), (all, since, length) => {
        const period = { since, until: length === undefined ? undefined : since + length };
        for (const line of memoBookOf(all, period).lines) expect(line.difference.toFixed()).toBe("0");
      }),
    );
  });

  it("opens each period with what the one before it closed with", () => {
    fc.assert(
      fc.property(memos, instant, instant, instant, (all, a, b, c) => {
        const [since = 0, between = 0, until = 0] = [a, b, c].toSorted((x, y) => x - y);
        const closing = positions(memoBookOf(all, { since, until: between }).lines, "closing");
        expect(positions(memoBookOf(all, { since: between, until }).lines, "opening")).toEqual(closing);
      }),
    );
  });

  it("closes now with what is on the memos, and adds up the applications that it lists", () => {
    fc.assert(
      fc.property(memos, instant, (all, since) => {
        const { lines, applied, byOthers } = memoBookOf(all, { since });
        for (const currency of currencies) {
          const own = all.filter((each) => each.currency === currency);
          const line = lines.find((each) => each.currency === currency);
          const listed = (of: readonly MemoApplicationRecord[]) =>
            sum(of.filter((each) => each.currency === currency).map(({ amount }) => amount)).toFixed();
          expect((line?.closing ?? zero).toFixed()).toBe(sum(own.map(({ unapplied }) => unapplied)).toFixed());
          expect([(line?.applied ?? zero).toFixed(), (line?.byOthers ?? zero).toFixed()]).toEqual([
            listed(applied),
            listed(byOthers),
          ]);
        }
      }),
    );
  });

  it("does not balance where an application is missing, by its amount", () => {
    fc.assert(
      fc.property(memo, instant, fc.nat(), (one, since, pick) => {
        const missing = one.applications[pick % Math.max(1, one.applications.length)];
        if (missing === undefined) return;
        const applications = one.applications.filter((each) => each !== missing);
        const { lines } = memoBookOf([{ ...one, applications }], { since });
        expect(subtract(lines[0]?.difference ?? zero, missing.amount).toFixed()).toBe("0");
      }),
    );
  });
});

const positions = (
  lines: readonly { readonly currency: string; readonly opening: Money; readonly closing: Money }[],
  term: "opening" | "closing",
): readonly string[] =>
  lines.filter((line) => !line[term].eq(0)).map((line) => `${line.currency} ${line[term].toFixed()}`);
