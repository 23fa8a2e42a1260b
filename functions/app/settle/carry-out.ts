import type { AccountId } from "../../domain/account.ts";
import { isLocked, SettlementError, ZuoraRejectedError } from "../../domain/errors.ts";
import { type Adjustment, adjustmentsPerCallMax, type Ledger, type StepOutcome, WithheldError } from "./ports.ts";
import type { WriteGate } from "./write-gate.ts";

/** A step that one account wants done. */
export type AccountStep = Adjustment & {
  readonly accountId: AccountId;
  /** When it was judged that no payment run is near; epoch milliseconds. */
  readonly judgedAt?: number | undefined;
};

/** A step with what became of it; `unsent` where time or permission ran out before it left. */
export type Done = { readonly step: AccountStep; readonly outcome: StepOutcome | "unsent" };

export type CarryOutDeps = {
  readonly ledger: Pick<Ledger, "createAdjustments">;
  /** Asked whenever a call is about to leave, for what it would do; false leaves it unsent. */
  readonly mayWrite: WriteGate["mayWrite"];
  /** A new idempotency key; no two are alike. */
  readonly nextKey: () => string;
};

/**
 * Sends steps of one kind, as many in a call as Zuora takes. The refusal of a whole shared call is repeated one
 * account per call, under new keys, before any account is blamed.
 */
export const carryOut = async (deps: CarryOutDeps, steps: readonly AccountStep[]): Promise<readonly Done[]> => {
  const done: Done[] = [];
  for (let start = 0; start < steps.length; start += adjustmentsPerCallMax) {
    const shared = steps.slice(start, start + adjustmentsPerCallMax);
    const answer = await send(deps, shared);
    const byAccount = Map.groupBy(shared, (step) => step.accountId);
    if (byAccount.size > 1 && answer instanceof SettlementError && blamesOne(answer)) {
      for (const own of byAccount.values()) done.push(...pair(own, await send(deps, own)));
    } else {
      done.push(...pair(shared, answer));
    }
  }
  return done;
};

/** A refusal that may be one account's doing: of its row, or of its lock. Throttles and outages are everybody's. */
const blamesOne = (error: SettlementError): boolean => error instanceof ZuoraRejectedError || isLocked(error);

const send = async (
  { ledger, mayWrite, nextKey }: CarryOutDeps,
  steps: readonly AccountStep[],
): Promise<readonly StepOutcome[] | SettlementError | "unsent"> => {
  const [first] = steps;
  if (first === undefined) return [];
  try {
    const { step, judgedAt } = first;
    return await ledger.createAdjustments(steps, nextKey(), (sends) => mayWrite(step.kind, sends, judgedAt));
  } catch (error) {
    if (error instanceof WithheldError) return "unsent";
    if (error instanceof SettlementError) return error;
    throw error;
  }
};

const pair = (steps: readonly AccountStep[], answer: Awaited<ReturnType<typeof send>>): readonly Done[] =>
  steps.map((step, index) => {
    if (answer === "unsent") return { step, outcome: answer };
    if (answer instanceof SettlementError) return { step, outcome: { error: answer } };
    const outcome = answer[index];
    if (outcome === undefined) throw new RangeError(`no outcome for step ${index + 1} of ${steps.length}`);
    return { step, outcome };
  });
