import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import { parseJson } from "../app/config/parse-json.ts";
import type { Clock, Credentials, CredentialsSource } from "../app/ports.ts";
import { ConfigError } from "../domain/errors.ts";

const oauthClient = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) });

/** Zuora's OAuth client from Secrets Manager, kept per execution environment until somebody asks for a fresh one. */
export const createCredentialsSource = (client: SecretsManagerClient, secretId: string): CredentialsSource => {
  let cached: Credentials | undefined;
  return {
    read: async ({ fresh }) => {
      if (cached !== undefined && !fresh) return cached;
      cached = parseCredentials(await fetchSecret(client, secretId), secretId);
      return cached;
    },
  };
};

const fetchSecret = async (client: SecretsManagerClient, secretId: string): Promise<string | undefined> => {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString;
  } catch (error) {
    const name = error instanceof Error ? error.name : "unknown error";
    throw new ConfigError(`the secret ${secretId} cannot be read: ${name}`, { cause: error });
  }
};

const parseCredentials = (text: string | undefined, secretId: string): Credentials => {
  const parsed = parseJson(oauthClient, text);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`the secret ${secretId} is not JSON with the texts clientId and clientSecret`);
};

const calloutKey = z.object({ hmacKey: z.string().min(32) });

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
  const parsed = parseJson(calloutKey, text);
  if (parsed.success) return parsed.data.hmacKey;
  throw new ConfigError(`the secret ${secretId} is not JSON with a text hmacKey of 32 characters or more`);
};
