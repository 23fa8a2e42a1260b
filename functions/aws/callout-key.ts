import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import type { Clock } from "../app/ports.ts";
import { ConfigError } from "../domain/errors.ts";

const secret = z.object({ hmacKey: z.string().min(32) });

/** A withdrawn key is believed no longer than this. */
const keptMs = 5 * 60_000;

/** Forged callouts must not turn into as many calls of Secrets Manager. */
const freshEveryMs = 10_000;

/** The HMAC key of callouts from Secrets Manager: JSON with the text `hmacKey`, of 32 characters or more. */
export const createCalloutKey = (client: SecretsManagerClient, secretId: string, clock: Clock) => {
  let cached: { readonly hmacKey: string; readonly readAt: number } | undefined;
  return {
    read: async ({ fresh }: { readonly fresh: boolean }): Promise<string> => {
      const age = cached === undefined ? Number.POSITIVE_INFINITY : clock.now() - cached.readAt;
      if (cached !== undefined && age < (fresh ? freshEveryMs : keptMs)) return cached.hmacKey;
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
      cached = { hmacKey: parseKey(SecretString, secretId), readAt: clock.now() };
      return cached.hmacKey;
    },
  };
};

const parseKey = (text: string | undefined, secretId: string): string => {
  const parsed = secret.safeParse(json(text));
  if (parsed.success) return parsed.data.hmacKey;
  throw new ConfigError(`the secret ${secretId} is not JSON with a text hmacKey of 32 characters or more`);
};

const json = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
};
