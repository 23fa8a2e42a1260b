import { describe, expect, it } from "vitest";
import { type AccountState, isNegative, isOpen } from "../../functions/domain/account.ts";
import { account, invoice, policy, positions, settle } from "../unit/domain/fixtures.ts";
import { explore, planned } from "./interleavings.ts";
import { aroundACrash, different, multisets, ofEvery, onePlanTwice, pairs, withWork } from "./small-worlds.ts";

/** Every account of up to two negative and three open invoices of 1, 2 or 3, beside a credit of 0, 1 or 2. */
const smallAccounts: readonly AccountState[] = multisets(2).flatMap((negative) =>
  multisets(3).flatMap((open) =>
    ["0", "1", "2"].map((credit) =>
      account({
        credit,
        invoices: [
          ...negative.map((amount, at) => invoice(`NEG-${at}`, { amount: `-${amount}`, subscriptions: [`S-${at}`] })),
          ...open.map((amount, at) => invoice(`OPEN-${at}`, { amount: `${amount}`, subscriptions: [`S-${2 - at}`] })),
        ],
      }),
    ),
  ),
);

const accountsWithWork = withWork(smallAccounts);

const ofAtMost = (invoices: number): readonly AccountState[] =>
  accountsWithWork.filter((state) => state.invoices.length <= invoices);

/** One more plan, carried out by nobody's leave: what the next scan would do. */
const expectSettledByOneMore = (end: AccountState): void => {
  const after = settle(end, policy());
  const isIdle = after.creditBalance.gt(0) && after.invoices.some(isOpen);
  if (isIdle || after.invoices.some(isNegative)) expect.fail(`not settled: ${JSON.stringify(positions(after))}`);
};

describe("without a movement from outside, every interleaving ends where one execution alone would, no invoice adjusted twice", () => {
  it.each(pairs)("%s", (_what, pair) => {
    ofEvery(accountsWithWork, 50_000n, (state) => {
      const { ends, interleavings } = explore({ account: state, executions: pair(state) });
      expect(different(ends)).toEqual(different([settle(state, policy())]));
      return interleavings;
    });
  });
});

describe("with a payment between any two steps, nothing is lost and one more plan leaves no credit idle", () => {
  it.each([
    ["after two executions of one plan", onePlanTwice, ofAtMost(4)],
    ["after a plan made before a crash and one made after it", aroundACrash, ofAtMost(3)],
  ])("%s", (_what, pair, accounts) => {
    ofEvery(accounts, 400_000n, (state) => {
      let count = 0n;
      for (const { number } of state.invoices.filter(isOpen)) {
        for (const amount of ["1", "2"]) {
          const payment = { number, amount };
          const { ends, interleavings } = explore({ account: state, executions: pair(state), payment });
          for (const end of ends) expectSettledByOneMore(end);
          count += interleavings;
        }
      }
      return count;
    });
  });
});

describe("with a lock on any row of any execution", () => {
  it("nothing is lost and one more plan leaves no credit idle after two executions of one plan", () => {
    ofEvery(ofAtMost(3), 100_000_000n, (state) => {
      const { ends, interleavings } = explore({ account: state, executions: onePlanTwice(state) }, { locks: true });
      for (const end of ends) expectSettledByOneMore(end);
      return interleavings;
    });
  });

  it("one execution alone pays the same invoices, once the locks are gone", () => {
    ofEvery(accountsWithWork, 20_000n, (state) => {
      const { ends, interleavings } = explore({ account: state, executions: [planned(state)] }, { locks: true });
      expect(different(ends.map((end) => settle(end, policy())))).toEqual(different([settle(state, policy())]));
      return interleavings;
    });
  });

  it("a later invoice may be paid before an earlier one that both executions of one plan were locked out of", () => {
    const state = account({
      credit: "3",
      invoices: [
        invoice("FIRST", { amount: "2", dueDate: "2026-03-01" }),
        invoice("SECOND", { amount: "2", dueDate: "2026-03-02" }),
      ],
    });
    const { ends } = explore({ account: state, executions: onePlanTwice(state) }, { locks: true });
    expect(different(ends.map((end) => settle(end, policy())))).toEqual([
      '{"credit":"0","FIRST":"0","SECOND":"1"}',
      '{"credit":"0","FIRST":"1","SECOND":"0"}',
    ]);
  });
});
