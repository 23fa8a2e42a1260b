import type { Journal } from "../../app/ports.ts";
import type { LocalDate } from "../../domain/account.ts";
import { decimalPlacesIn, formatMoney } from "../../domain/currency.ts";
import { settlementError } from "../../domain/errors.ts";
import { add, fromDecimal, type Money, min, subtract, sum, zero } from "../../domain/money.ts";
import { type Judged, judged } from "./judgement.ts";
import type { MemoTrial, TrialApplication, TrialInvoice, TrialMemo } from "./memo-trial.ts";
import { type Finding, type ProbeReport, UnsuitableAccountError } from "./probe-sandbox.ts";
import type { Refusal } from "./trial.ts";

/** What of credit memos can be tried safely, in the words of `docs/zuora-assumptions.md`. */
export const memoQuestions = {
  expand: "`creditmemoitems` and `creditmemoapplications` expand in one query",
  gone: "A memo that is gone has a code of category 40 on the application",
  above: "An application above the memo or above the invoice is refused, category 20 or 30",
  together: "All invoices of one application of a memo succeed or fail together",
  withoutDate: "`effectiveDate` may be left out of an application and is then the tenant's today",
  ourUser:
    "The token's `scope` names our user as `user.ID`, and without hyphens that is `CreatedById` of what it makes",
  balance:
    "`balance` of a memo in Object Query is what is unapplied, and every memo shows `totalAmount - appliedAmount - refundAmount = balance`",
  unapplied: "An unapplied memo shows an application of less than nothing, or one of nothing",
} as const;

export type MemoProbeDeps = {
  readonly trial: MemoTrial;
  readonly journal: Journal;
  /** The tenant's. */
  readonly today: LocalDate;
};

/** No memo of any tenant has it. */
const madeUpId = "0".repeat(32);

/**
 * Applies the smallest unit of a memo of one account of a sandbox, tries what Zuora is assumed to refuse, and unapplies
 * whatever was applied. Memo and invoice have been taken back by a person then, as far as this system can tell.
 *
 * @throws {UnsuitableAccountError | SettlementError} before anything is applied
 */
export const probeMemos = async ({ trial, journal, today }: MemoProbeDeps, runId: string): Promise<ProbeReport> => {
  const subjects = subjectsOf(await trial.memos(), await trial.invoices());
  const { memo, open, second, unit } = subjects;
  const before = await trial.parts(memo.id);
  const findings: Finding[] = [];
  const ask = async (question: string, look: () => Promise<Judged>) =>
    findings.push({ question, ...(await look().catch(unanswered)) });
  const memoNow = async () => (await trial.memos()).find(({ id }) => id === memo.id);
  const paidOf = async (invoice: TrialInvoice) => (await trial.parts(memo.id)).get(invoice.id) ?? zero;
  journal.record("sandbox probed", { runId, creditMemo: memo.number, open: open.number });

  let left: readonly string[];
  try {
    await ask(memoQuestions.expand, async () =>
      judged(memo.hasItems && memo.applications !== undefined, "a memo with both, or without one of them"),
    );
    await ask(memoQuestions.gone, async () =>
      judgeRefused(await trial.apply(madeUpId, [{ invoice: open, amount: unit }]), /^\d{6}40$/),
    );
    await ask(memoQuestions.above, async () => {
      const amount = add(min(memo.unapplied, open.balance), unit);
      return judgeRefused(await trial.apply(memo.id, [{ invoice: open, amount }]), /^\d{6}[23]0$/);
    });
    await ask(memoQuestions.together, async () => {
      if (second === undefined) return { state: "not tried", seen: "the account has one open invoice" };
      const entries = [
        { invoice: open, amount: unit },
        { invoice: second, amount: add(second.balance, unit) },
      ];
      const answer = await trial.apply(memo.id, entries);
      const paid = subtract(await paidOf(open), before.get(open.id) ?? zero);
      return judged(answer !== "applied" && paid.eq(0), `${saidOf(answer)}; ${paid.toFixed()} of the first was paid`);
    });
    let made: TrialApplication | undefined;
    await ask(memoQuestions.withoutDate, async () => {
      const known = new Set((await memoNow())?.applications?.map(({ id }) => id));
      const answer = await trial.apply(memo.id, [{ invoice: open, amount: unit }]);
      if (answer !== "applied") return judged(false, saidOf(answer));
      made = (await memoNow())?.applications?.find(({ id }) => !known.has(id));
      if (made === undefined)
        return { state: "unanswered", seen: "applied, and not to be found among its applications" };
      return judged(made.effectiveDate?.slice(0, 10) === today, `applied on ${made.effectiveDate ?? "no day"}`);
    });
    await ask(memoQuestions.ourUser, async () => {
      const ourUser = await trial.ourUser();
      if (made === undefined || ourUser === undefined) return { state: "unanswered", seen: "nobody to compare" };
      return judged(made.createdBy?.replaceAll("-", "") === ourUser, "the user of the application beside the token's");
    });
    await ask(memoQuestions.balance, async () => judgeBalance(await memoNow(), await trial.parts(memo.id)));
  } finally {
    left = await takeBack({ trial, journal }, runId, { ...subjects, before });
  }
  await ask(memoQuestions.unapplied, async () => {
    const applications = (await memoNow())?.applications ?? [];
    const shown = applications.filter(({ amount }) => !amount.gt(0)).length;
    const known = (memo.applications ?? []).filter(({ amount }) => !amount.gt(0)).length;
    return judged(shown > known, `${shown} of ${applications.length} applications are of nothing or less`);
  });
  return { findings, left };
};

type Subjects = {
  readonly memo: TrialMemo;
  readonly open: TrialInvoice;
  readonly second: TrialInvoice | undefined;
  readonly unit: Money;
};

/** The smallest of each: a probe moves no more than it must. What somebody excluded is left alone. */
const subjectsOf = (memos: readonly TrialMemo[], invoices: readonly TrialInvoice[]): Subjects => {
  const bySize = invoices.filter(({ balance }) => balance.gt(0)).toSorted((a, b) => a.balance.cmp(b.balance));
  for (const memo of memos.toSorted((a, b) => a.unapplied.cmp(b.unapplied))) {
    const unit = fromDecimal(`1e-${decimalPlacesIn(memo.currency)}`);
    const [open, second] = bySize.filter(({ currency = memo.currency }) => currency === memo.currency);
    if (open !== undefined && memo.unapplied.gte(unit) && !memo.isExcluded) return { memo, open, second, unit };
  }
  throw new UnsuitableAccountError(
    "the account needs a posted credit memo with money left, that nobody excluded, and an open invoice; nothing was done",
  );
};

const judgeRefused = (answer: "applied" | Refusal, code: RegExp): Judged =>
  judged(answer !== "applied" && code.test(answer.refusal.code ?? ""), saidOf(answer));

const saidOf = (answer: "applied" | Refusal): string =>
  answer === "applied" ? "accepted" : `refused: ${answer.refusal.text}`;

const judgeBalance = (memo: TrialMemo | undefined, parts: ReadonlyMap<string, Money>): Judged => {
  if (memo?.applied === undefined || memo.refunded === undefined) return { state: "unanswered", seen: "no amounts" };
  const { total, applied, refunded, unapplied } = memo;
  const isSum = subtract(total, sum([applied, refunded])).eq(unapplied);
  const onInvoices = sum([...parts.values()]);
  return judged(
    isSum && onInvoices.eq(applied),
    `${total.toFixed()} = ${applied.toFixed()} applied + ${refunded.toFixed()} refunded + ${unapplied.toFixed()}; ${onInvoices.toFixed()} on invoices`,
  );
};

/**
 * Unapplies what the memo pays more than before, and says of all that is not as it was. Zuora's failures become lines.
 */
const takeBack = async (
  { trial, journal }: Pick<MemoProbeDeps, "trial" | "journal">,
  runId: string,
  { memo, open, second, before }: Subjects & { readonly before: ReadonlyMap<string, Money> },
): Promise<readonly string[]> => {
  const invoices = [open, ...(second === undefined ? [] : [second])];
  const left: string[] = [];
  try {
    const parts = await trial.parts(memo.id);
    for (const invoice of invoices) {
      const amount = subtract(parts.get(invoice.id) ?? zero, before.get(invoice.id) ?? zero);
      if (!amount.gt(0)) continue;
      const facts = { runId, creditMemo: memo.number, invoice: invoice.number, amount: amount.toFixed() };
      journal.record("credit memo unapplied", facts);
      await trial.unapply(memo, { invoice, amount }).catch((error: unknown) => {
        left.push(`${memo.number} on ${invoice.number}: ${settlementError(error).message}`);
      });
    }
    const written = (amount: Money | undefined) =>
      amount === undefined ? "not found" : formatMoney(amount, memo.currency);
    const now = (await trial.memos()).find(({ id }) => id === memo.id)?.unapplied;
    if (!now?.eq(memo.unapplied))
      left.push(`${memo.number}: ${written(now)} unapplied, was ${written(memo.unapplied)}`);
    const after = new Map((await trial.invoices()).map(({ id, balance }) => [id, balance]));
    for (const { id, number, balance } of invoices) {
      const is = after.get(id);
      if (!is?.eq(balance)) left.push(`${number}: balance ${written(is)}, was ${written(balance)}`);
    }
  } catch (error) {
    const { code, message } = settlementError(error);
    left.push(`what is left cannot be told (${code}: ${message}): look at ${memo.number} in Zuora`);
  }
  return left;
};

const unanswered = (error: unknown): Judged => {
  const { code, message } = settlementError(error);
  return { state: "unanswered", seen: `${code}: ${message}` };
};
