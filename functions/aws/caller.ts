import { createHash } from "node:crypto";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { ConfigError } from "../domain/errors.ts";

/** Longer than STS ever takes; a command that nobody can be named for shall not hang. */
const answerMaxMs = 10_000;

/**
 * The ARN behind the credentials in use, as CloudTrail names it. Single sign-on makes session names of e-mail
 * addresses: such a name is replaced by a digest, the same one every time.
 *
 * @throws {ConfigError} where STS does not tell
 */
export const readCaller = async (client: STSClient): Promise<string> => {
  try {
    const abortSignal = AbortSignal.timeout(answerMaxMs);
    const { Arn } = await client.send(new GetCallerIdentityCommand({}), { abortSignal });
    if (Arn !== undefined) return Arn.split("/").map(withoutAddress).join("/");
  } catch (error) {
    throw unknownCaller(error instanceof Error ? error.name : "unknown error", error);
  }
  throw unknownCaller("STS tells no ARN");
};

const unknownCaller = (reason: string, cause?: unknown): ConfigError =>
  new ConfigError(`nothing was changed, since AWS does not say whose credentials these are: ${reason}`, { cause });

const withoutAddress = (part: string): string =>
  part.includes("@") ? `sha256-${createHash("sha256").update(part.toLowerCase()).digest("hex").slice(0, 16)}` : part;
