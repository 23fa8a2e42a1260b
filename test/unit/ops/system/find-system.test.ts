import { GetParameterCommand, ParameterNotFound, SSMClient } from "@aws-sdk/client-ssm";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../../../functions/ops/exit-code.ts";
import { findSystem } from "../../../../functions/ops/system/find-system.ts";

const ssm = mockClient(SSMClient);
const find = (choice: Parameters<typeof findSystem>[0], environment = {}) =>
  findSystem(choice, environment, () => new SSMClient({ region: "eu-west-1" }));

const described = {
  SERVICE_NAME: "sweep",
  ZUORA_BASE_URL: "https://rest.eu.zuora.com",
  ZUORA_SECRET_ID: "zuora",
  ZUORA_TIME_ZONE: "Europe/London",
  ZUORA_HTTP_TIMEOUT_MS: "130000",
  ZUORA_CONCURRENCY: "1",
  BUSY_PAUSE_SECONDS: "60",
  SWITCH_PARAMETER: "/sweep/switch",
  LAST_SCAN_PARAMETER: "/sweep/last-scan",
  REFUSED_SCANS_PARAMETER: "/sweep/refused-scans",
  WORK_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/1/accounts.fifo",
  DEAD_LETTER_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/1/dead-letters.fifo",
  POLICY: JSON.stringify({
    postedSince: "2026-01-01",
    minimumAmount: {},
    accountLimit: { adjustments: 200, amount: {} },
    runLimit: { accounts: 20_000, amount: {} },
    application: "apply",
    standingCredit: "leave",
    accountsDenied: [],
  }),
};

const absent = () => new ParameterNotFound({ message: "", $metadata: {} });

beforeEach(() => {
  ssm.reset();
});

describe("a stage", () => {
  it("describes itself in its parameter", async () => {
    ssm.on(GetParameterCommand, { Name: "/zuora-credit-sweep/dev/system" }).resolves({
      Parameter: { Value: JSON.stringify(described) },
    });
    const { name, config, endpoints } = await find({ stage: "dev" });
    expect({ name, url: config.zuoraBaseUrl, endpoints }).toEqual({
      name: "dev",
      url: described.ZUORA_BASE_URL,
      endpoints: undefined,
    });
  });

  it.each([
    "https://rest.zuora.com.example.org",
    "http://rest.zuora.com",
    "https://zuora.com",
    "http://127.0.0.1:8080",
  ])("that names %s as its Zuora is not given its client's secret", async (ZUORA_BASE_URL) => {
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: JSON.stringify({ ...described, ZUORA_BASE_URL }) } });
    await expect(find({ stage: "dev" })).rejects.toThrow("OPS_ZUORA_HOST=");
    await expect(find({ stage: "dev" })).rejects.toThrow(UsageError);
  });

  it("may have something in front of Zuora where whoever types names it", async () => {
    const behind = {
      ...described,
      ZUORA_BASE_URL: "https://gateway.example.org",
      OPS_ZUORA_HOST: "gateway.example.org",
    };
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: JSON.stringify(behind) } });
    await expect(find({ stage: "dev" })).rejects.toThrow(UsageError);
    const config = find({ stage: "dev" }, { OPS_ZUORA_HOST: "gateway.example.org" }).then((system) => system.config);
    expect((await config).zuoraBaseUrl).toBe("https://gateway.example.org");
  });

  it.each([
    [
      Object.assign(new Error("Could not load credentials"), { name: "CredentialsProviderError" }),
      "no AWS credentials",
    ],
    [new Error("Region is missing"), "no AWS region"],
    [new Error('Region not accepted: region="" is not a valid hostname component.'), "no AWS region"],
    [Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }), "no answer (ECONNREFUSED)"],
  ])("says what is missing, credentials, the region or an answer", async (error, says) => {
    ssm.on(GetParameterCommand).rejects(error);
    await expect(find({ stage: "prod" })).rejects.toThrow(says);
  });

  it("without a parameter is what the environment says, if that names the same stage", async () => {
    ssm.on(GetParameterCommand).rejects(absent());
    expect((await find({ stage: "prod" }, { ...described, OPS_STAGE: "prod" })).name).toBe("prod");
    await expect(find({ stage: "dev" }, { ...described, OPS_STAGE: "prod" })).rejects.toThrow(UsageError);
    await expect(find({ stage: "prod" }, described)).rejects.toThrow("OPS_STAGE=prod");
  });

  it("with a parameter never listens to the environment", async () => {
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: JSON.stringify(described) } });
    const other = { ...described, ZUORA_BASE_URL: "https://rest.zuora.com", OPS_STAGE: "dev" };
    expect((await find({ stage: "dev" }, other)).config.zuoraBaseUrl).toBe(described.ZUORA_BASE_URL);
  });

  it.each([["nothing"], ["{}"], ['{"POLICY":1}']])("whose parameter is %s is a mistake in settings", async (Value) => {
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value } });
    await expect(find({ stage: "dev" })).rejects.toMatchObject({ code: "BAD_CONFIG" });
  });
});

it("no system is ever meant by default, and no two at once", async () => {
  await expect(find({})).rejects.toThrow("say which system");
  await expect(find({ stage: "dev", local: "system.json" })).rejects.toThrow("say which system");
});

it("a local system is on this machine", async () => {
  await expect(find({ local: "https://example.com/system" })).rejects.toThrow("on this machine");
  await expect(find({ local: "no-such-file.json" })).rejects.toThrow("npm start -- --keep");
});
