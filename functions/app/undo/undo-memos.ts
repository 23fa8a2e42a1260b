import type { AccountId } from "../../domain/account.ts";
import { payerOf } from "../../domain/credit/apply-credit-memos.ts";
import { type SettlementError, settlementError } from "../../domain/errors.ts";
import { add, type Money, min, subtract, sum, zero } from "../../domain/money.ts";
import type { Journal } from "../ports.ts";
import type { MemoApplication, MemoApplications, TakenBack } from "./memo-ports.ts";
import { mustBeQuiet, mustBeStopped, type StopDeps } from "./must-be-stopped.ts";

export type UnappliedMemoApplication = MemoApplication & {
  /** `gone`: it had been taken back before. */
  readonly result: "unapplied" | "gone" | "refused";
  readonly reason?: string | undefined;
};

type Deps = StopDeps & { readonly journal: Journal; readonly applications: MemoApplications };

/** An application, and how much of it nobody has taken back. */
type Standing = { readonly application: MemoApplication; readonly left: Money };

/**
 * Unapplies what our user applied within a window, the newest first, each only while all of it still stands. An
 * application carries no mark of its run, so that a window is all that tells it. Safe to repeat: what is taken back
 * stays so, since the memo or payment and the invoice are a person's then, and what people apply of it afterwards is
 * theirs.
 *
 * @param only of this account; absent: of all
 * @throws {NotStoppedError | SettlementError}
 */
export const undoMemos = async (
  deps: Deps,
  { runId, after, until }: { readonly runId: string; readonly after: number; readonly until: number },
  only?: AccountId,
): Promise<readonly UnappliedMemoApplication[]> => {
  await mustBeStopped(deps);
  await mustBeQuiet(deps);
  const { applications, takenBack } = await deps.applications.ours(after, until);
  const found = applications
    .filter(({ accountId }) => only === undefined || accountId === only)
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  const done: UnappliedMemoApplication[] = [];
  for (const standing of standingOf(found, takenBack)) {
    await mustBeStopped(deps);
    const { application } = standing;
    const newer = done.find((each) => each.result === "refused" && pairOf(each) === pairOf(application));
    // Whatever became of the newer one may still land, and would look like this one.
    const outcome = newer === undefined ? await takeBack(deps, runId, standing) : behindNewer;
    done.push({ ...application, ...outcome });
  }
  return done;
};

const behindNewer = {
  result: "refused",
  reason: "a newer one of the same memo or payment and invoice comes first",
} as const;

/** What Zuora takes back: not an application, but what a memo or a payment pays of an invoice. */
const pairOf = (application: MemoApplication): string => `${payerOf(application).id} ${application.invoice.id}`;

/** What was taken back from an invoice onto a memo was the newest application of that memo to it. */
const standingOf = (newestFirst: readonly MemoApplication[], takenBack: readonly TakenBack[]): readonly Standing[] => {
  const backOf = Map.groupBy(takenBack, ({ payerId, invoiceId }) => `${payerId} ${invoiceId}`);
  const spent = new Map<string, Money>();
  return newestFirst.map((application) => {
    const { amount } = application;
    const pair = pairOf(application);
    const all = sum((backOf.get(pair) ?? []).map((each) => each.amount));
    const back = min(amount, subtract(all, spent.get(pair) ?? zero));
    spent.set(pair, add(spent.get(pair) ?? zero, back));
    return { application, left: subtract(amount, back) };
  });
};

const takeBack = async (
  { applications, journal }: Deps,
  runId: string,
  { application, left }: Standing,
): Promise<Pick<UnappliedMemoApplication, "result" | "reason">> => {
  const { accountId, invoice, amount } = application;
  const { number } = payerOf(application);
  const isOfPayment = "payment" in application;
  const paid = async () => (await applications.parts(application)).get(invoice.id) ?? zero;
  try {
    if (left.eq(0)) return { result: "gone" };
    const before = await paid();
    if (before.eq(0)) return { result: "gone" };
    const standing = min(left, before);
    if (standing.lt(amount)) return { result: "refused", reason: `only ${standing.toFixed()} of it is still applied` };
    journal.record(isOfPayment ? "payment unapplied" : "credit memo unapplied", {
      runId,
      accountId,
      ...(isOfPayment ? { payment: number } : { creditMemo: number }),
      invoice: invoice.number,
      amount: amount.toFixed(),
    });
    const refused = await applications.unapply(application).then(() => undefined, settlementError);
    if ((await paid()).lt(before)) return { result: "unapplied" };
    return { result: "refused", reason: refused === undefined ? "it is still applied" : reasonOf(refused) };
  } catch (error) {
    return { result: "refused", reason: reasonOf(settlementError(error)) };
  }
};

const reasonOf = ({ code, message }: SettlementError): string => `${code}: ${message}`;
