import { zero } from "../../../../functions/domain/money.ts";
import { runStartedAt } from "../../../../functions/domain/run-id.ts";
import { apiUserId } from "../../../zuora-simulator/authentication.ts";
import type { Tenant } from "../../../zuora-simulator/tenant.ts";
import { type AppliedRow, applicationsIn } from "../applied.ts";
import type { Movement } from "../people.ts";
import type { World } from "../system.ts";
import { type Said, undoOnce } from "./undo-once.ts";

/** A run that was taken back, as far as its credit was not spent since. Instants are epoch milliseconds. */
export type Undone = {
  readonly runId: string;
  /** What of memos was meant: applied from one instant to another. */
  readonly after: number;
  readonly until: number;
  /** When it said that it was done. */
  readonly saidAt: number;
  /** Accounts of which it said that their credit was spent since. */
  readonly spent: ReadonlySet<string>;
};

export type Undoing = {
  readonly world: World;
  readonly tenant: Tenant;
  readonly movements: Movement[];
  /** Those of the movements that are what an undo took back. */
  readonly takenBack: Set<Movement>;
};

/** A person who asks this often and hears no end asks somebody else. */
const triesMax = 80;

/** What had left when the system was stopped has landed by then. */
const waitMs = 200_000;

/** Spent credit is believed when it was said in so many tries: what one of them read may have been stale. */
const spentSaidTimes = 4;

/**
 * As the runbook says: stop, wait, and undo until it says that all is done. The system stays stopped.
 *
 * @param until memos that were applied later are not meant; absent: all until the last try
 * @returns undefined where it came to no end, which is a violation
 */
export const undoAsAPerson = async (undoing: Undoing, runId: string, until?: number): Promise<Undone | undefined> => {
  const { time, chance, faults, violations, position } = undoing.world;
  position.current = "off";
  faults.count("switched-off");
  const turnedAt = time.now();
  // Some know the runbook, some hear from the command how long they have to wait.
  if (chance.hits(0.7)) await time.sleep(waitMs);
  const after = runStartedAt(runId) ?? 0;
  let spentSaid = 0;
  for (let tries = 1; tries <= triesMax; tries += 1) {
    const asked = { runId, until: until ?? time.now(), turnedAt };
    const tried = await undoOnce(undoing.world, asked);
    noteTakenBack(undoing, { runId, after, until: asked.until });
    const said = typeof tried === "string" ? tried : whatItSays(tried);
    faults.count(`undo-${said}`);
    if (said === "spent") spentSaid += 1;
    if (typeof tried !== "string" && (said === "done" || spentSaid >= spentSaidTimes)) {
      const left = tried.accounts.filter(({ result }) => result !== "undone");
      const spent = new Set(left.map(({ accountId }) => accountId));
      return { runId, after, until: asked.until, saidAt: time.now(), spent };
    }
    await time.sleep(5_000 + chance.below(40_000));
  }
  violations.push(`undo of ${runId} came to no end`);
  return undefined;
};

const whatItSays = ({ memos, accounts }: Said): "done" | "spent" | "not-done" => {
  const left = accounts.filter(({ result }) => result !== "undone");
  if (memos.some(({ result }) => result === "refused")) return "not-done";
  if (left.length === 0) return "done";
  const isSpent = left.every(({ reasons }) => reasons.some((reason) => reason.startsWith("credit was spent")));
  return isSpent ? "spent" : "not-done";
};

/** What is taken back by now is a person's from now on: nothing may do it again. */
const noteTakenBack = (
  { world, tenant, movements, takenBack }: Undoing,
  { runId, after, until }: Pick<Undone, "runId" | "after" | "until">,
): void => {
  const { adjustments } = tenant.store;
  const at = world.time.now();
  const note = (movement: Pick<Movement, "kind" | "accountId" | "invoiceId" | "memoId">) => {
    const isKnown = [...takenBack].some(
      (each) => each.invoiceId === movement.invoiceId && each.memoId === movement.memoId,
    );
    if (isKnown) return;
    const noted = { ...movement, at, owes: zero };
    movements.push(noted);
    takenBack.add(noted);
    world.canceledAt.set(movement.memoId ?? movement.invoiceId, at);
    world.faults.count(movement.memoId === undefined ? "undone-adjustment" : "undone-application");
  };
  for (const { ReferenceId, Status, AccountId: accountId, SourceTransactionId: invoiceId } of adjustments.rows)
    if (ReferenceId === runId && Status === "Canceled") note({ kind: "cancellation", accountId, invoiceId });
  for (const row of applicationsIn(tenant.store)) {
    const { accountId, invoiceId, payerId: memoId } = row;
    if (isMeant(row, { after, until }) && wasTakenBack(tenant, row))
      note({ kind: "memo-unapplied", accountId, invoiceId, memoId });
  }
};

/** Whether an application is one of those that an undo is about. */
export const isMeant = (
  { createdById, amount, createdDate }: AppliedRow,
  { after, until }: Pick<Undone, "after" | "until">,
): boolean => createdById === apiUserId && !amount.lt(0) && createdDate >= after && createdDate <= until;

const wasTakenBack = ({ store }: Tenant, { payerId, invoiceId, amount }: AppliedRow): boolean =>
  amount.eq(0) ||
  applicationsIn(store).some((each) => each.payerId === payerId && each.invoiceId === invoiceId && each.amount.lt(0));
