import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import { ConfigError } from "../domain/errors.ts";
import type { Credentials, CredentialsSource } from "../zuora/http/token.ts";

const secret = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) });

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
  const parsed = secret.safeParse(json(text));
  if (parsed.success) return parsed.data;
  throw new ConfigError(`the secret ${secretId} is not JSON with the texts clientId and clientSecret`);
};

const json = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
};
