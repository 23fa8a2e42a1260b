import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { createCredentialsSource } from "../../../functions/aws/secrets.ts";
import { ConfigError } from "../../../functions/domain/errors.ts";

const secretsManager = mockClient(SecretsManagerClient);
const source = () => createCredentialsSource(new SecretsManagerClient({ region: "eu-west-1" }), "zuora-oauth-client");

beforeEach(() => {
  secretsManager.reset();
});

const holds = (clientSecret: string) => ({ SecretString: JSON.stringify({ clientId: "id", clientSecret }) });

it("is read once and kept, until somebody asks for a fresh one", async () => {
  secretsManager.on(GetSecretValueCommand).resolvesOnce(holds("old")).resolves(holds("new"));
  const { read } = source();
  const texts = [
    await read({ fresh: false }),
    await read({ fresh: false }),
    await read({ fresh: true }),
    await read({ fresh: false }),
  ];
  expect(texts.map(({ clientSecret }) => clientSecret)).toEqual(["old", "old", "new", "new"]);
  expect(secretsManager.commandCalls(GetSecretValueCommand)).toHaveLength(2);
});

it("is asked for again after it could not be read", async () => {
  secretsManager.on(GetSecretValueCommand).rejectsOnce(new Error("throttled")).resolves(holds("now"));
  const { read } = source();
  await expect(read({ fresh: false })).rejects.toThrow(ConfigError);
  expect(await read({ fresh: false })).toEqual({ clientId: "id", clientSecret: "now" });
});

it("that cannot be read is told by its name and the reason", async () => {
  const denied = Object.assign(new Error("canary"), { name: "AccessDeniedException" });
  secretsManager.on(GetSecretValueCommand).rejects(denied);
  await expect(source().read({ fresh: false })).rejects.toThrow(
    "the secret zuora-oauth-client cannot be read: AccessDeniedException",
  );
});

describe("is told by its name, and never by what it holds, where it is", () => {
  it.each([
    ["no JSON", "canary"],
    ["no object", '["canary"]'],
    ["without a clientSecret", '{"clientId":"canary"}'],
    ["with an empty clientSecret", '{"clientId":"canary","clientSecret":""}'],
    ["with a clientId that is no text", '{"clientId":42,"clientSecret":"canary"}'],
    ["binary", undefined],
  ])("%s", async (_name, SecretString) => {
    secretsManager.on(GetSecretValueCommand).resolves(SecretString === undefined ? {} : { SecretString });
    const error = await source()
      .read({ fresh: false })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toBe(
      "the secret zuora-oauth-client is not JSON with the texts clientId and clientSecret",
    );
  });
});
