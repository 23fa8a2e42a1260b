import { type Application, payerOf } from "../../../domain/credit/apply-credit-memos.ts";
import { ZuoraContractError, ZuoraRejectedError } from "../../../domain/errors.ts";
import { slices } from "../../slices.ts";
import { type AccountStep, type Done, whenAllAreBack, whyNot } from "../carry-out.ts";
import { invoicesPerCallMax, isConfirmed, type Ledger, type StepOutcome } from "../ports.ts";
import type { WriteGate } from "../write-gate.ts";

type ApplicationStep = AccountStep<Application>;

export type ApplyMemosDeps = {
  readonly ledger: Pick<Ledger, "applyToInvoices">;
  readonly mayWrite: WriteGate["mayWrite"];
};

/**
 * The steps of each memo or payment, one call each, in the plan's order; of those to the very items that a memo
 * credits, Zuora takes one invoice in a call.
 */
export const callsOf = (steps: readonly ApplicationStep[]): readonly (readonly ApplicationStep[])[] =>
  [...Map.groupBy(steps, ({ step }) => payerOf(step).id).values()].flatMap((own) => [
    ...slices(own.filter(isToSourceItems), 1),
    ...slices(
      own.filter((each) => !isToSourceItems(each)),
      invoicesPerCallMax,
    ),
  ]);

const isToSourceItems = ({ step }: ApplicationStep): boolean =>
  step.kind === "ApplyCreditMemo" && step.toSourceItems === true;

/**
 * Applies credit memos and payments: one call for each, one after the other within an account, since Zuora locks it,
 * and all accounts at a time that there may be. A refused call of several invoices is repeated invoice by invoice, so
 * that one does not stop the others; and one to the very items that a memo credits, without that: the invoice is owed
 * all the same. Where Zuora does not say yes or no, nothing more of the account leaves before it was read again.
 *
 * @throws what no part of settlement knows how to treat, when every call has come back
 */
export const applyMemos = async (
  deps: ApplyMemosDeps,
  steps: readonly ApplicationStep[],
): Promise<readonly Done<Application>[]> => {
  const accounts = [...Map.groupBy(steps, ({ accountId }) => accountId).values()];
  return (await whenAllAreBack(accounts.map((own) => inTurn(deps, callsOf(own))))).flat();
};

const inTurn = async (deps: ApplyMemosDeps, calls: readonly (readonly ApplicationStep[])[]) => {
  const done: Done<Application>[] = [];
  for (const call of calls) {
    const goesOn = done.every(({ outcome }) => isAnswer(outcome));
    const outcome = goesOn ? await sendByRule(deps, call) : "unsent";
    const isOneByOne = call.length > 1 && isRefusal(outcome);
    if (isOneByOne) done.push(...(await inTurn(deps, slices(call, 1))));
    else done.push(...call.map((step) => ({ step, outcome })));
  }
  return done;
};

/** Zuora said yes or no. */
export const isAnswer = (outcome: StepOutcome | "unsent"): boolean => isConfirmed(outcome) || isRefusal(outcome);

const isRefusal = (outcome: StepOutcome | "unsent"): boolean =>
  outcome !== "unsent" && "error" in outcome && outcome.error instanceof ZuoraRejectedError;

const sendByRule = async (deps: ApplyMemosDeps, call: readonly ApplicationStep[]): Promise<StepOutcome | "unsent"> => {
  const outcome = await send(deps, call);
  if (!call.some(isToSourceItems)) return outcome;
  if (outcome !== "unsent" && isConfirmed(outcome)) return { ...outcome, toSourceItems: true };
  if (!isRefusal(outcome) && !isOfForm(outcome)) return outcome;
  const otherwise = await send(
    deps,
    call.map(({ step, ...each }) => ({ ...each, step: { ...step, toSourceItems: false } })),
  );
  return otherwise !== "unsent" && isConfirmed(otherwise) ? { ...otherwise, toSourceItems: false } : otherwise;
};

/** Of a tenant, perhaps, that does not know the rule: nothing of the call was done. */
const isOfForm = (outcome: StepOutcome | "unsent"): boolean =>
  outcome !== "unsent" && "error" in outcome && outcome.error instanceof ZuoraContractError;

const send = async (
  { ledger, mayWrite }: ApplyMemosDeps,
  call: readonly ApplicationStep[],
): Promise<StepOutcome | "unsent"> => {
  const [first] = call;
  if (first === undefined) return "unsent";
  const { step, judgedAt } = first;
  try {
    const steps = call.map((each) => each.step);
    await ledger.applyToInvoices(steps, (sends) => mayWrite(step.kind, sends, judgedAt));
    const { id } = payerOf(step);
    return step.kind === "ApplyPayment" ? { paymentId: id } : { creditMemoId: id };
  } catch (error) {
    const why = whyNot(error);
    return why === "unsent" ? why : { error: why };
  }
};
