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
});
