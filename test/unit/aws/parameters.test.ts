import { GetParameterCommand, ParameterNotFound, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import type { Switch } from "../../../functions/app/ports.ts";
import {
  createLastScan,
  createRefusedScans,
  createSwitchReader,
  keepSwitch,
  readSwitchTurnedAt,
  switchKeptMs,
} from "../../../functions/aws/parameters.ts";
import { ConfigError } from "../../../functions/domain/errors.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";

const ssm = mockClient(SSMClient);
const client = new SSMClient({ region: "eu-west-1" });
const switchReader = createSwitchReader(client, "/sweep/switch");
const lastScan = createLastScan(client, "/sweep/last-scan");
const refusedScans = createRefusedScans(client, "/sweep/last-scan");

beforeEach(() => {
  ssm.reset();
});

const holds = (Value: string) => ssm.on(GetParameterCommand).resolves({ Parameter: { Value } });
const missing = () => ssm.on(GetParameterCommand).rejects(new ParameterNotFound({ $metadata: {}, message: "" }));
const unreachable = () =>
  ssm.on(GetParameterCommand).rejects(Object.assign(new Error("x"), { name: "ThrottlingException" }));

describe("the switch", () => {
  it.each(["on", "dry-run", "off", " off\n"])("may stand at %j", async (value) => {
    holds(value);
    expect(await switchReader.read()).toBe(value.trim());
  });

  it("says when it was last turned, where Parameter Store does", async () => {
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: "off", LastModifiedDate: new Date(5_000) } });
    expect(await readSwitchTurnedAt(client, "/sweep/switch")).toBe(5_000);
    holds("off");
    expect(await readSwitchTurnedAt(client, "/sweep/switch")).toBeUndefined();
  });

  it("is read anew each time", async () => {
    ssm
      .on(GetParameterCommand)
      .resolvesOnce({ Parameter: { Value: "on" } })
      .resolves({ Parameter: { Value: "off" } });
    expect([await switchReader.read(), await switchReader.read()]).toEqual(["on", "off"]);
  });

  it.each([
    ["says something else", () => holds("ON"), "must be on, dry-run or off"],
    ["says nothing", () => holds(""), "must be on, dry-run or off"],
    ["does not exist", missing, "does not exist"],
    ["cannot be read", unreachable, "cannot be read: ThrottlingException"],
  ])("is a configuration error by name where it %s", async (_name, arrange, message) => {
    arrange();
    const error = await switchReader.read().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toContain(`the parameter /sweep/switch ${message}`);
  });
});

describe("the switch as a processor keeps it", () => {
  const keeping = (...answers: readonly (Switch | ConfigError)[]) => {
    const clock = new VirtualClock();
    let asked = 0;
    const read = async (): Promise<Switch> => {
      const answer = answers[asked];
      asked += 1;
      if (answer === undefined || answer instanceof ConfigError) throw answer;
      return answer;
    };
    return { clock, kept: keepSwitch({ read }, clock), asked: () => asked };
  };

  it("is read once for all who look within a few seconds, and then anew", async () => {
    const { clock, kept, asked } = keeping("on", "off");
    expect(await Promise.all([kept.read(), kept.read()])).toEqual(["on", "on"]);
    clock.pass(switchKeptMs - 1);
    expect([await kept.read(), asked()]).toEqual(["on", 1]);
    clock.pass(1);
    expect([await kept.read(), asked()]).toEqual(["off", 2]);
  });

  it("fails for all who waited for one reading, and is read anew by the next", async () => {
    const { kept, asked } = keeping(new ConfigError("throttled"), "on");
    const both = await Promise.allSettled([kept.read(), kept.read()]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect([await kept.read(), asked()]).toEqual(["on", 2]);
  });

  it("does not outlive its few seconds where it cannot be read any more", async () => {
    const { clock, kept } = keeping("on", new ConfigError("throttled"));
    await kept.read();
    clock.pass(switchKeptMs);
    await expect(kept.read()).rejects.toThrow("throttled");
  });
});

describe("the scans that wait for approval", () => {
  const shown = { runId: "zcs-1", startedAt: 1, negativeInvoices: 3, accounts: 2, amounts: { GBP: "10.50" } };

  it("are read as they were written", async () => {
    await refusedScans.write({ full: shown, incremental: undefined });
    holds(ssm.commandCalls(PutParameterCommand)[0]?.args[0].input.Value ?? "");
    expect(await refusedScans.read()).toEqual({ full: shown });
  });

  it.each([
    ["there is no parameter", missing],
    ["it is no JSON", () => holds("nothing")],
    ["it says something else", () => holds('{"full":{"runId":"zcs-1"}}')],
  ])("are none, so that nothing can be released, where %s", async (_name, arrange) => {
    arrange();
    expect(await refusedScans.read()).toEqual({});
  });
});

describe("the last completed scan", () => {
  it("is written so that a person can read it, and read as it was written", async () => {
    const startedAt = Date.parse("2026-03-16T12:00:00.123Z");
    await lastScan.write(startedAt);
    const { Value = "", ...rest } = ssm.commandCalls(PutParameterCommand)[0]?.args[0].input ?? {};
    expect([Value, rest]).toEqual([
      "2026-03-16T12:00:00.123Z",
      { Name: "/sweep/last-scan", Type: "String", Overwrite: true },
    ]);
    holds(Value);
    expect(await lastScan.read()).toBe(startedAt);
  });

  it.each([
    ["there is none", missing],
    ["it is no time", () => holds("never")],
    ["it is empty", () => holds("")],
  ])("is unknown, so that everything is looked at, where %s", async (_name, arrange) => {
    arrange();
    expect(await lastScan.read()).toBeUndefined();
  });

  it("is an error where it cannot be read: to guess would be to miss", async () => {
    unreachable();
    await expect(lastScan.read()).rejects.toThrow(ConfigError);
  });
});
