import * as z from "zod";
import { BadMessageError } from "../domain/errors.ts";
import type { AccountMessage } from "./queue-ports.ts";

/** `zcs-` and at most 14 characters that sort by time. */
const runIdPattern = /^zcs-[a-z0-9]{1,14}$/;

/** An account id is also an SQS message group id: letters, digits and punctuation. */
const accountIdPattern = /^[\x21-\x7e]{1,64}$/;

const schema = z.object({
  version: z.literal(1),
  accountId: z.string().regex(accountIdPattern),
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
  const parsed = schema.safeParse(parse(body));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.join(".") || "the body is no JSON object");
  throw new BadMessageError(
    `expected {"version":1,"accountId":"…","runId":"zcs-…"}; wrong: ${[...new Set(fields)].join(", ")}`,
  );
};

/**
 * A run's id: sorts by the time that it started at (epoch milliseconds).
 *
 * @param random in [0, 1), so that two scans of one millisecond never share an id
 */
export const runIdAt = (startedAt: number, random: number): string => {
  const suffix = Math.floor(random * 36 ** 3).toString(36);
  return `zcs-${startedAt.toString(36).padStart(9, "0")}${suffix.padStart(3, "0")}`;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
