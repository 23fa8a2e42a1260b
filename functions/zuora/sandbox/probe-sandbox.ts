import type { Clock } from "../../app/ports.ts";
import { decimalPlacesIn } from "../../domain/currency.ts";
import { settlementError } from "../../domain/errors.ts";
import { add, fromDecimal, type Money, negate, subtract } from "../../domain/money.ts";
import {
  type Created,
  type Judged,
  judgeAmounts,
  judgeMisspelt,
  judgeRefusal,
  judgeRepeat,
  judgeSource,
  judgeTypeAndReference,
  judgeUpdatedDate,
} from "./judgement.ts";
import { type RefusedRow, refusedRows } from "./refused-rows.ts";
import { type TakeBackDeps, takeBack } from "./take-back.ts";
import type { SentRow, TrialAccount, TrialRow } from "./trial.ts";

/** What can be tried safely, in the words of `docs/zuora-assumptions.md`. */
export const questions = {
  misspelt: "A create with a misspelt field is refused as a whole under `rejectUnknownFields`",
  aboveCredit: "A Decrease above the credit is refused with `INVALID_VALUE`, and its text",
  repeat: "One key covers all rows of an `action/create`, and the replay is the whole list",
  aboveOpen:
    'An Increase above what is open is refused: "You cannot transfer an amount greater than the invoice balance…"',
  aboveBalance: "A Decrease above the invoice's balance is refused",
  amounts: "An `Amount` comes back as it was written",
  source: "A canceled adjustment keeps its source fields, and its invoice is found by them",
  typeAndReference: "A canceled adjustment keeps its `Type` and `ReferenceId`",
  updatedDate: "Cancelling an adjustment moves `UpdatedDate` of its invoice, to the second",
  places: refusedRows.places.question,
  quotes: refusedRows.quotes.question,
  date: refusedRows.date.question,
  reference: refusedRows.reference.question,
  character: refusedRows.character.question,
  incomplete: refusedRows.incomplete.question,
} as const;

const refused: readonly RefusedRow[] = Object.values(refusedRows);

type CreateOptions = { readonly key?: string | undefined; readonly alter?: (row: SentRow) => SentRow };

const misspell = (row: SentRow): SentRow => ({ ...row, Coment: "probe" });

export type Finding = Judged & { readonly question: string };

export type ProbeReport = {
  readonly findings: readonly Finding[];
  /** What could not be taken back, a line each. */
  readonly left: readonly string[];
};

export type ProbeDeps = TakeBackDeps & { readonly clock: Pick<Clock, "sleep"> };

/** The account cannot answer the questions as it stands; nothing was done to it. */
export class UnsuitableAccountError extends Error {
  override readonly name = "UnsuitableAccountError";
}

/** Longer than the second that `UpdatedDate` is written to. */
const tickMs = 1_100;

/**
 * Tries on one account of a sandbox what documents leave open, and cancels whatever that created, also where a question
 * found no answer.
 *
 * @throws {UnsuitableAccountError | SettlementError} before anything is created
 */
export const probeSandbox = async (deps: ProbeDeps, runId: string): Promise<ProbeReport> => {
  const { trial, journal, clock, nextKey } = deps;
  const before = await trial.account();
  const { negative, open, unit } = subjectsOf(before);
  const findings: Finding[] = [];
  const created: Created[] = [];
  const ask = async (question: string, look: () => Promise<Judged>) =>
    findings.push({ question, ...(await look().catch(unanswered)) });
  const create = async (rows: readonly TrialRow[], { key = nextKey(), alter }: CreateOptions = {}) => {
    const results = await trial.create(rows, key, alter);
    for (const [index, result] of results.entries()) {
      const row = rows[index];
      if (row === undefined || !("adjustmentId" in result)) continue;
      if (!created.some(({ id }) => id === result.adjustmentId)) created.push({ ...row, id: result.adjustmentId });
    }
    return results;
  };
  const increase = (amount: Money): TrialRow => ({ type: "Increase", amount, invoice: negative });
  const decrease = (amount: Money, invoice = open): TrialRow => ({ type: "Decrease", amount, invoice });
  journal.record("sandbox probed", { runId, negative: negative.number, open: open.number });

  let taken: Awaited<ReturnType<typeof takeBack>>;
  let updatedAt: string | undefined;
  try {
    await ask(questions.misspelt, async () => judgeMisspelt(await create([increase(unit)], { alter: misspell })));
    for (const { question, code, alter } of refused) {
      await ask(question, async () =>
        judgeRefusal((await create([increase(unit)], { alter: (row) => alter(row, unit) }))[0], code),
      );
    }
    await ask(questions.aboveCredit, async () => {
      const amount = add((await trial.account()).creditBalance, unit);
      if (amount.gt(open.balance)) return { state: "not tried", seen: "the account has credit for the whole invoice" };
      return judgeRefusal((await create([decrease(amount)]))[0], "INVALID_VALUE");
    });
    await ask(questions.repeat, async () => {
      const rows = [increase(unit), increase(unit)];
      const key = nextKey();
      const { creditBalance: start } = await trial.account();
      const first = await create(rows, { key });
      const second = await create(rows, { key });
      const { creditBalance: end } = await trial.account();
      return judgeRepeat(first, second, subtract(end, start), add(unit, unit));
    });
    await ask(questions.aboveOpen, async () => {
      const stillOpen = negate(balanceOf(await trial.account(), negative.id));
      const judged = judgeRefusal((await create([increase(add(stillOpen, unit))]))[0]);
      if (judged.state === "agrees" && stillOpen.gt(0)) await create([increase(stillOpen)]);
      return judged;
    });
    await ask(questions.aboveBalance, async () => {
      const now = await trial.account();
      const balance = balanceOf(now, open.id);
      // Where credit does not exceed the open invoice, only the transferred one can be overpaid within the credit.
      const row = now.creditBalance.gt(balance) ? decrease(add(balance, unit)) : decrease(unit, negative);
      return judgeRefusal((await create([row]))[0]);
    });
    // A canceled Decrease is to be looked at as well as a canceled Increase.
    await create([decrease(unit)]).catch(settlementError);
    await ask(questions.amounts, async () =>
      judgeAmounts(created, await trial.adjustments(created.map(({ id }) => id))),
    );
    updatedAt = await trial.account().then((now) => updatedAtOf(now, negative.id), noAnswer);
    await clock.sleep(tickMs);
  } finally {
    taken = await takeBack(deps, runId, before, created);
  }
  const { records } = taken;
  await ask(questions.source, async () => judgeSource(created, records));
  await ask(questions.typeAndReference, async () => judgeTypeAndReference(created, records, runId));
  await ask(questions.updatedDate, async () =>
    judgeUpdatedDate(updatedAt, updatedAtOf(await trial.account(), negative.id)),
  );
  return { findings, left: taken.left };
};

/** The smallest invoice of each kind: a probe moves no more than it must. */
const subjectsOf = ({ currency, invoices }: TrialAccount) => {
  const unit = fromDecimal(`1e-${decimalPlacesIn(currency)}`);
  const bySize = invoices.toSorted((a, b) => a.balance.abs().cmp(b.balance.abs()));
  const negative = bySize.find(({ balance }) => balance.lte(negate(add(unit, unit))));
  const open = bySize.find(({ balance }) => balance.gte(unit));
  if (negative !== undefined && open !== undefined) return { negative, open, unit };
  throw new UnsuitableAccountError(
    `the account needs a posted invoice of at most -${add(unit, unit).toFixed()} and an open one; nothing was done`,
  );
};

const balanceOf = ({ invoices }: TrialAccount, id: string): Money =>
  invoices.find((each) => each.id === id)?.balance ?? fromDecimal("0");

const updatedAtOf = ({ invoices }: TrialAccount, id: string): string | undefined =>
  invoices.find((each) => each.id === id)?.updatedAt;

const unanswered = (error: unknown): Judged => {
  const { code, message } = settlementError(error);
  return { state: "unanswered", seen: `${code}: ${message}` };
};

const noAnswer = (error: unknown): undefined => {
  settlementError(error);
  return undefined;
};
