import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import {
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../functions/aws/clock.ts";
import { createPatientSsmClient, createSwitchReader, keepSwitch } from "../../../functions/aws/parameters.ts";
import { credentials, region } from "../../local/aws-client-settings.ts";
import { type AwsStandIns, startAwsStandIns } from "../../local/aws-stand-ins.ts";

let standIns: AwsStandIns;
let secretsManager: SecretsManagerClient;
let ssm: SSMClient;

beforeAll(async () => {
  standIns = await startAwsStandIns();
  const settings = { endpoint: standIns.endpoint, region, credentials };
  secretsManager = new SecretsManagerClient(settings);
  ssm = new SSMClient(settings);
});

afterAll(async () => {
  secretsManager.destroy();
  ssm.destroy();
  await standIns.stop();
});

const parameter = async (Name: string) => (await ssm.send(new GetParameterCommand({ Name }))).Parameter;

describe("the stand-ins for Secrets Manager and the Parameter Store", () => {
  it("give the secret as it is now", async () => {
    const read = async () => (await secretsManager.send(new GetSecretValueCommand({ SecretId: "zuora" }))).SecretString;
    standIns.secrets.set("zuora", "before");
    expect(await read()).toBe("before");
    standIns.secrets.set("zuora", "after");
    expect(await read()).toBe("after");
  });

  it("know no other secret", async () => {
    const read = secretsManager.send(new GetSecretValueCommand({ SecretId: "absent" }));
    await expect(read).rejects.toThrow(ResourceNotFoundException);
  });

  it("give a parameter that was put from outside or by a client", async () => {
    standIns.parameters.set("/switch", "on");
    expect((await parameter("/switch"))?.Value).toBe("on");
    await ssm.send(new PutParameterCommand({ Name: "/last-scan", Value: "then", Type: "String" }));
    expect((await parameter("/last-scan"))?.Value).toBe("then");
    expect(standIns.parameters.get("/last-scan")).toBe("then");
  });

  it("overwrite a parameter only when told to", async () => {
    standIns.parameters.set("/known", "before");
    const put = (Overwrite: boolean) =>
      ssm.send(new PutParameterCommand({ Name: "/known", Value: "after", Type: "String", Overwrite }));
    await expect(put(false)).rejects.toThrow(ParameterAlreadyExists);
    expect(standIns.parameters.get("/known")).toBe("before");
    await put(true);
    expect((await parameter("/known"))?.Value).toBe("after");
  });

  it("say that a parameter does not exist", async () => {
    await expect(parameter("/absent")).rejects.toThrow(ParameterNotFound);
  });

  it("refuse a parameter to whoever asks more often than AWS allows an account", async () => {
    standIns.parameters.set("/switch", "on");
    const impatient = new SSMClient({ endpoint: standIns.endpoint, region, credentials, maxAttempts: 1 });
    const answers = await Promise.allSettled(
      Array.from({ length: 60 }, () => impatient.send(new GetParameterCommand({ Name: "/switch" }))),
    );
    impatient.destroy();
    const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [(answer.reason as Error).name] : []));
    expect(new Set(refused)).toEqual(new Set(["ThrottlingException"]));
  });
});

it("twenty processors that look before every write are never throttled, since each reads once in a few seconds", async () => {
  const own = await startAwsStandIns();
  own.parameters.set("/switch", "on");
  const clients = Array.from(
    { length: 20 },
    () => new SSMClient({ endpoint: own.endpoint, region, credentials, maxAttempts: 1 }),
  );
  const readers = clients.map((client) => keepSwitch(createSwitchReader(client, "/switch"), systemClock));
  const looks = readers.map(async ({ read }) => {
    for (let write = 0; write < 30; write += 1) expect(await read()).toBe("on");
  });
  await Promise.all(looks);
  expect(own.reads).toEqual({ all: 20, throttled: 0 });
  for (const client of clients) client.destroy();
  await own.stop();
});

it("an operator's command waits where Parameter Store is asked too often, and is answered", async () => {
  const own = await startAwsStandIns();
  own.parameters.set("/switch", "on");
  const client = createPatientSsmClient({ endpoint: own.endpoint, region, credentials });
  const looks = Array.from({ length: 60 }, () => createSwitchReader(client, "/switch").read());
  expect(new Set(await Promise.all(looks))).toEqual(new Set(["on"]));
  expect(own.reads.throttled).toBeGreaterThan(0);
  client.destroy();
  await own.stop();
});
