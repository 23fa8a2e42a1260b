import type { AccountOutcome, Result } from "../../../../functions/app/settle/outcome.ts";
import { Landing } from "../../../../functions/app/settle/rounds/landing.ts";
import { SharedTrouble } from "../../../../functions/app/settle/rounds/shared-trouble.ts";
import { type SettleDeps, settleAccounts } from "../../../../functions/app/settle/settle-accounts.ts";
import type { AccountId, AccountState } from "../../../../functions/domain/account.ts";
import { SettlementError } from "../../../../functions/domain/errors.ts";
import { account, invoice, memo, policy, positions, told } from "../../domain/fixtures.ts";
import type { FakeLedger } from "../../fakes/fake-ledger.ts";

export const runId = "zcs-0mb0abc123";

/** An account that owes 30 on `<id>-OPEN` and is owed 10 on `<id>-NEG`: settled by one transfer and one application. */
export const owing = (id: AccountId, facts: Parameters<typeof account>[0] = {}): AccountState =>
  account({
    id,
    invoices: [invoice(`${id}-NEG`, { amount: "-10" }), invoice(`${id}-OPEN`, { amount: "30" })],
    ...facts,
  });

/** An invoice that a fitting memo, the credit balance and another memo pay, each a part. */
export const inTurns = account({
  id: "A",
  mode: "both",
  credit: "4",
  creditMemos: [memo("FITS", { amount: "5", subscriptions: ["S-1"] }), memo("OTHER", { amount: "9" })],
  invoices: [invoice("INV", { amount: "12", subscriptions: ["S-1"] })],
});

/** The result in a few words: `settled`, `waiting: ZUORA_BUSY`, `failed for good: ZUORA_REJECTED`. */
export const toldResult = (result: Result): string => {
  switch (result.kind) {
    case "waiting":
      return `waiting: ${result.reason instanceof SettlementError ? result.reason.code : result.reason}`;
    case "failed":
      return `${result.final ? "failed for good" : "failed for now"}: ${result.error.code}`;
    default:
      return result.kind;
  }
};

export const keys = (): (() => string) => {
  let count = 0;
  return () => {
    count += 1;
    return `key-${count}`;
  };
};

type Settled = {
  readonly results: Readonly<Record<AccountId, string>>;
  readonly outcomes: ReadonlyMap<AccountId, AccountOutcome>;
  /** What was confirmed, one line each. */
  readonly confirmed: readonly string[];
};

/** Settles every account of the tenant in one batch. */
export const settleAll = async (ledger: FakeLedger, options: Partial<SettleDeps> = {}): Promise<Settled> => {
  const confirmed: string[] = [];
  const outcomes = await settleAccounts(
    {
      ledger,
      policy: policy(),
      dryRun: false,
      nextKey: keys(),
      mayWrite: async () => true,
      whyUnsent: () => "out-of-time",
      trouble: new SharedTrouble(() => 0),
      landing: new Landing(() => 0),
      onConfirmed: ({ step }) => confirmed.push(told(step)),
      ...options,
    },
    new Map([...ledger.accounts.keys()].map((id) => [id, runId])),
  );
  const results = Object.fromEntries([...outcomes].map(([id, { result }]) => [id, toldResult(result)]));
  return { results, outcomes, confirmed };
};

/** All the money of one account of the tenant. */
export const positionsOf = (ledger: FakeLedger, id: AccountId): Readonly<Record<string, string>> => {
  const state = ledger.accounts.get(id);
  return state === undefined ? {} : positions(state);
};

/** Where an {@link owing} account ends. */
export const settledPositions = (id: AccountId): Readonly<Record<string, string>> => ({
  credit: "0",
  [`${id}-NEG`]: "0",
  [`${id}-OPEN`]: "20",
});
