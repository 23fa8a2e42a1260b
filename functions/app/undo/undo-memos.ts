import type { AccountId } from "../../domain/account.ts";
import { type SettlementError, settlementError } from "../../domain/errors.ts";
import { zero } from "../../domain/money.ts";
import type { Journal } from "../ports.ts";
import type { MemoApplication, MemoApplications } from "./memo-ports.ts";
import { mustBeQuiet, mustBeStopped, type StopDeps } from "./must-be-stopped.ts";

export type UnappliedMemoApplication = MemoApplication & {
  /** `gone`: somebody had taken it back, or a part of it, before. */
  readonly result: "unapplied" | "gone" | "refused";
  readonly reason?: string | undefined;
};

type Deps = StopDeps & { readonly journal: Journal; readonly applications: MemoApplications };

/**
 * Unapplies what our user applied within a window, the newest first, each only while the memo still pays all of it. An
 * application carries no mark of its run, so that a window is all that tells it. Safe to repeat: what is taken back stays
 * so, since the memo and the invoice are a person's then.
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
  const found = (await deps.applications.ours(after, until))
    .filter(({ accountId }) => only === undefined || accountId === only)
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  const done: UnappliedMemoApplication[] = [];
  for (const application of found) {
    await mustBeStopped(deps);
    done.push({ ...application, ...(await takeBack(deps, runId, application)) });
  }
  return done;
};

const takeBack = async (
  { applications, journal }: Deps,
  runId: string,
  application: MemoApplication,
): Promise<Pick<UnappliedMemoApplication, "result" | "reason">> => {
  const { accountId, creditMemo, invoice, amount } = application;
  try {
    const paid = (await applications.parts(creditMemo.id)).get(invoice.id) ?? zero;
    if (paid.eq(0)) return { result: "gone" };
    if (paid.lt(amount)) return { result: "refused", reason: `only ${paid.toFixed()} of it is still applied` };
    journal.record("credit memo unapplied", {
      runId,
      accountId,
      creditMemo: creditMemo.number,
      invoice: invoice.number,
      amount: amount.toFixed(),
    });
    await applications.unapply(application);
    return { result: "unapplied" };
  } catch (error) {
    const { code, message }: SettlementError = settlementError(error);
    return { result: "refused", reason: `${code}: ${message}` };
  }
};
