import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, it } from "vitest";
import { createCalloutKey } from "../../../functions/aws/secrets.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";

const secrets = mockClient(SecretsManagerClient);
const holds = (SecretString: string) => secrets.on(GetSecretValueCommand).resolves({ SecretString });
const keyOf = (letter: string) => JSON.stringify({ hmacKey: letter.repeat(32) });

beforeEach(() => {
  secrets.reset();
});

const scene = () => {
  const clock = new VirtualClock();
  return { clock, key: createCalloutKey(new SecretsManagerClient({ region: "eu-west-1" }), "callouts", clock) };
};

it("a rotated key is taken up without a restart, by asking afresh or after five minutes", async () => {
  const { clock, key } = scene();
  holds(keyOf("a"));
  expect(await key.read({ fresh: false })).toBe("a".repeat(32));
  holds(keyOf("b"));
  expect(await key.read({ fresh: false })).toBe("a".repeat(32));
  clock.pass(10_000);
  expect(await key.read({ fresh: true })).toBe("b".repeat(32));
  holds(keyOf("c"));
  clock.pass(5 * 60_000);
  expect(await key.read({ fresh: false })).toBe("c".repeat(32));
});

it("forged callouts do not turn into as many calls of Secrets Manager", async () => {
  const { key } = scene();
  holds(keyOf("a"));
  for (let forged = 0; forged < 100; forged += 1) await key.read({ fresh: true });
  expect(secrets.commandCalls(GetSecretValueCommand)).toHaveLength(1);
});

it.each(["", "{}", '{"hmacKey":"short"}'])("a secret that holds %j is refused by name, and not shown", async (text) => {
  holds(text);
  await expect(scene().key.read({ fresh: false })).rejects.toThrow(
    "the secret callouts is not JSON with a text hmacKey",
  );
});
