import { describe, expect, it } from "vitest";
import { type AccountState, isOpen } from "../../functions/domain/account.ts";
import { account, invoice, memo, policy, positions, settle } from "../unit/domain/fixtures.ts";
import { explore } from "./interleavings.ts";
import { different, multisets, ofEvery, onePlanTwice, pairs, withWork } from "./small-worlds.ts";

/**
 * Every account of up to two memos and two open invoices of 1, 2 or 3. The second memo has the subscription of the
 * second invoice; the first credits the item of the last invoice, or nothing in particular.
 */
const smallAccounts = (credits: readonly string[]): readonly AccountState[] =>
  multisets(2).flatMap((memos) =>
    multisets(2).flatMap((open) =>
      [[], [`item-${open.length - 1}`]].flatMap((credited) =>
        credits.map((credit) =>
          account({
            credit,
            mode: credits.length > 1 ? "both" : "credit-memos",
            creditMemos: memos.map((amount, at) =>
              memo(`MEMO-${at}`, {
                amount: `${amount}`,
                subscriptions: [`S-${at}`],
                ...(at === 0 ? { credits: credited } : {}),
              }),
            ),
            invoices: open.map((amount, at) =>
              invoice(`OPEN-${at}`, {
                amount: `${amount}`,
                subscriptions: [`S-${at}`],
                itemIds: new Set([`item-${at}`]),
              }),
            ),
          }),
        ),
      ),
    ),
  );

const withMemos = withWork(smallAccounts(["0"]));

const withBoth = withWork(smallAccounts(["0", "1", "2"])).filter(({ creditMemos = [] }) => creditMemos.length > 0);

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

describe("of credit memos beside a credit balance nothing passes zero, and two more plans leave nothing idle", () => {
  it.each(pairs)("%s", (_what, pair) => {
    ofEvery(withBoth, 1_000n, (state) => {
      const { ends, interleavings } = explore({ account: state, executions: pair(state) });
      for (const end of ends) expectSettledAfter(2, end);
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
