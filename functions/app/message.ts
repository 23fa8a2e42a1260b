import * as z from "zod";
import { isAccountId } from "../domain/account.ts";
import { BadMessageError } from "../domain/errors.ts";
import { runIdPattern } from "../domain/run-id.ts";
import { parseJson } from "./config/parse-json.ts";
import type { AccountMessage } from "./queue-ports.ts";

const schema = z.object({
  version: z.literal(1),
  accountId: z.string().refine(isAccountId),
  runId: z.string().regex(runIdPattern),
});

export const writeMessage = ({ accountId, runId }: Omit<AccountMessage, "version">): string =>
  JSON.stringify({ version: 1, accountId, runId } satisfies AccountMessage);

/**
 * Reads the body of a queue message.
 *
 * @throws {BadMessageError} naming the fields that are wrong, never what they held
 */
export const readMessage = (body: string): AccountMessage => {
  const parsed = parseJson(schema, body);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.join(".") || "the body is no JSON object");
  throw new BadMessageError(
    `expected {"version":1,"accountId":"…","runId":"zcs-…"}; wrong: ${[...new Set(fields)].join(", ")}`,
  );
};
