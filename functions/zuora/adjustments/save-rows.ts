import * as z from "zod";
import { type ErrorDetails, WriteOutcomeUnknownError, ZuoraContractError } from "../../domain/errors.ts";
import { refusalOfRow } from "../http/answers/failure.ts";
import { contractProblem } from "../query/fields.ts";

/** One row of an Action's answer. `Errors` may be absent where `Success` is true. */
const saveResult = z.object({
  Success: z.boolean(),
  Id: z.string().min(1).optional(),
  Errors: z.union([z.array(z.record(z.string(), z.unknown())), z.record(z.string(), z.unknown())]).optional(),
});

/** Why Zuora refused a row: every code, and the first text. */
export type RowRefusal = { readonly codes: readonly string[]; readonly message: string };

/** What Zuora says of one record that it was asked to write. */
export type SavedRow =
  | { readonly id: string | undefined }
  | { readonly refusal: RowRefusal }
  | { readonly error: WriteOutcomeUnknownError };

/**
 * Reads the rows that an Action answers: one for each record, in order.
 *
 * @param action as people call it, such as `create`
 * @throws {ZuoraContractError} where it is no list of as many rows as were written
 */
export const readSavedRows = (
  body: unknown,
  { action, count, zuoraRequestId }: { readonly action: string; readonly count: number } & ErrorDetails,
): readonly SavedRow[] => {
  if (!Array.isArray(body) || body.length !== count) {
    const got = Array.isArray(body) ? String(body.length) : "no list";
    const text = `expected ${count} results of ${action}, got ${got}`;
    throw new ZuoraContractError(text, { zuoraRequestId, scope: "envelope" });
  }
  return body.map((row) => {
    const parsed = saveResult.safeParse(row);
    if (!parsed.success) {
      const text = `a result of ${action} that is none: ${contractProblem(parsed.error)}`;
      return { error: new WriteOutcomeUnknownError(text, { zuoraRequestId }) };
    }
    const { Success, Id, Errors } = parsed.data;
    return Success ? { id: Id } : { refusal: refusalOfRow(Errors) };
  });
};
