import type { Mode } from "../../domain/credit/mode.ts";
import { lastInvoiceDay, lastMemoDay, questions } from "../credit-memos/made-by-bill-runs.ts";
import { answerOf, nothing, problemIn } from "./ask.ts";
import { type Check, fail, ok, warn } from "./check.ts";
import type { Probe } from "./probe.ts";
import { judgeKind } from "./tenant-kind.ts";

/** Each capability is asked for by itself, since a tenant may have both ways to hold credit. */
export const kindOfTenant = async ({ probe, mode }: { readonly probe: Probe; readonly mode: Mode }): Promise<Check> => {
  const objects = await probe.objects().catch(nothing);
  const memosAreReadable =
    problemIn(await answerOf(probe.get(`/v1/${probe.creditMemosPath}?pageSize=1`))) === undefined;
  const bodyOf = async (path: string) => {
    const answer = await answerOf(probe.get(path));
    return typeof answer === "string" ? undefined : answer.body;
  };
  const capabilities = {
    hasCreditBalance: objects?.has("CreditBalanceAdjustment"),
    hasCreditMemos: memosAreReadable,
    lastNegativeInvoice: lastInvoiceDay(await bodyOf(questions.negativeInvoices)),
    lastCreditMemo: memosAreReadable ? lastMemoDay(await bodyOf(questions.creditMemos)) : undefined,
  };
  return judgeKind(capabilities, mode);
};

/**
 * An application of a memo carries no mark of ours: only who made it tells that it was us. So nobody else may work
 * under our user.
 */
export const userOfItsOwn = async ({
  probe,
  ourUser,
}: {
  readonly probe: Probe;
  readonly ourUser: () => Promise<string | undefined>;
}): Promise<Check> => {
  const name = "API user";
  const user = await ourUser().catch(nothing);
  const todo = "give this system an API user of its own, and its OAuth client to nothing else";
  if (user === undefined) return warn(name, "the token does not say which user it is", todo);
  for (const object of ["Account", "Subscription", "Payment"]) {
    const answer = await answerOf(probe.query(`select Id from ${object} where CreatedById = '${user}'`));
    const hasMade = typeof answer !== "string" && foundSome(answer.body);
    if (hasMade) return fail(name, `it makes other records as well, such as ${object}: not this system's alone`, todo);
  }
  return ok(name, "it makes no accounts, subscriptions or payments: nobody else is seen to use it");
};

const foundSome = (body: unknown): boolean => {
  const { records } = (body ?? {}) as { records?: unknown };
  return Array.isArray(records) && records.length > 0;
};
