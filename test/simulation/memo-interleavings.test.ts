import { describe, expect, it } from "vitest";
import { type AccountState, isOpen } from "../../functions/domain/account.ts";
import type { Mode } from "../../functions/domain/credit/mode.ts";
import { account, invoice, memo, policy, positions, readAgain, settle, settleWholly } from "../unit/domain/fixtures.ts";
import { explore } from "./interleavings.ts";
import { different, multisets, ofEvery, onePlanTwice, pairs, withWork } from "./small-worlds.ts";

type Credit = { readonly credit: string; readonly negative?: string };

/**
 * Every account of up to two memos and two open invoices of 1, 2 or 3. The second memo has the subscription of the
 * second invoice, and so has a negative invoice, where there is one; the first credits the item of the last invoice, or
 * nothing in particular.
 */
const smallAccounts = (mode: Mode, credits: readonly Credit[]): readonly AccountState[] =>
  multisets(2).flatMap((memos) =>
    multisets(2).flatMap((open) =>
      [[], [`item-${open.length - 1}`]].flatMap((credited) =>
        credits.map(({ credit, negative }) =>
          account({
            credit,
            mode,
            creditMemos: memos.map((amount, at) =>
              memo(`MEMO-${at}`, {
                amount: `${amount}`,
                subscriptions: [`S-${at}`],
                ...(at === 0 ? { credits: credited } : {}),
              }),
            ),
            invoices: [
              ...open.map((amount, at) =>
                invoice(`OPEN-${at}`, {
                  amount: `${amount}`,
                  subscriptions: [`S-${at}`],
                  itemIds: new Set([`item-${at}`]),
                }),
              ),
              ...(negative === undefined ? [] : [invoice("NEG", { amount: negative, subscriptions: ["S-1"] })]),
            ],
          }),
        ),
      ),
    ),
  );

const withMemos = withWork(smallAccounts("credit-memos", [{ credit: "0" }]));

const withBoth = withWork(
  smallAccounts("both", [
    { credit: "1" },
    { credit: "2" },
    { credit: "0", negative: "-2" },
    { credit: "1", negative: "-1" },
  ]),
).filter(({ creditMemos = [] }) => creditMemos.length > 0);

/** Some more plans, carried out by nobody's leave: what the next scans would do. */
const expectSettledAfter = (plans: number, end: AccountState): void => {
  let after = end;
  for (let count = 0; count < plans; count += 1) after = settle(after, policy());
  const money = [after.creditBalance, ...(after.creditMemos ?? []).map(({ unapplied }) => unapplied)];
  if (money.some((each) => each.gt(0)) && after.invoices.some(isOpen))
    expect.fail(`not settled: ${JSON.stringify(positions(after))}`);
};

describe("of credit memos every interleaving ends where one execution alone would", () => {
  it.each(pairs)("%s", (_what, pair) => {
    ofEvery(withMemos, 1_000n, (state) => {
      const { ends, interleavings } = explore({ account: state, executions: pair(state) });
      expect(different(ends)).toEqual(different([settle(state, policy())]));
      return interleavings;
    });
  });
});

/** Where all money is, also what a reading no longer returns. */
const everywhere = (start: AccountState, end: AccountState): string => {
  const used = [...(start.creditMemos ?? []), ...start.invoices].map(({ number }) => [number, "0"]);
  return JSON.stringify({ ...Object.fromEntries(used), ...positions(end) });
};

describe("of both kinds of credit every interleaving ends where one execution alone would, once nothing is left", () => {
  it.each(pairs)("%s", (_what, pair) => {
    ofEvery(withBoth, 1_000n, (state) => {
      const { ends, interleavings } = explore({ account: state, executions: pair(state) });
      const ended = ends.map((end) => everywhere(state, settleWholly(readAgain(end), policy())));
      expect([...new Set(ended)]).toEqual([everywhere(state, settleWholly(state, policy()))]);
      return interleavings;
    });
  });
});

describe("with a payment between any two calls, nothing is lost and one more plan leaves no memo idle", () => {
  it.each(pairs)("%s", (_what, pair) => {
    ofEvery(withMemos, 1_000n, (state) => {
      let count = 0n;
      for (const { number } of state.invoices) {
        const { ends, interleavings } = explore({
          account: state,
          executions: pair(state),
          payment: { number, amount: "1" },
        });
        for (const end of ends) expectSettledAfter(1, end);
        count += interleavings;
      }
      return count;
    });
  });
});

describe("with a lock on any call of any execution", () => {
  it("nothing is lost and one more plan leaves no memo idle after two executions of one plan", () => {
    ofEvery(withMemos, 1_000n, (state) => {
      const { ends, interleavings } = explore({ account: state, executions: onePlanTwice(state) }, { locks: true });
      for (const end of ends) expectSettledAfter(1, end);
      return interleavings;
    });
  });
});
