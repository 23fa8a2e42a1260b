import type * as z from "zod";
import { ZuoraContractError } from "../../domain/errors.ts";
import { contractProblem } from "./fields.ts";

/**
 * A record as its schema reads it.
 *
 * @param what names a record in the message of the error
 * @throws {ZuoraContractError} about all that was asked for, where it does not parse
 */
export const understood = <S extends z.ZodType>(schema: S, raw: unknown, what: string): z.output<S> => {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new ZuoraContractError(`${what}: ${contractProblem(parsed.error)}`, { scope: "envelope" });
};
