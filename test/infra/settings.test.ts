import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { checkSettings, settingsOf, stages } from "../../infra/settings.ts";
import { timeoutsFor } from "../../infra/timeouts.ts";
import { lockedDown, synthesised, variants } from "./synthesised.ts";

describe("timeouts", () => {
  it("hang together for every HTTP timeout that is allowed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 121, max: 135 }), (seconds) => {
        const { httpTimeoutSeconds, functionTimeoutSeconds, visibilityTimeoutSeconds } = timeoutsFor(seconds);
        expect(httpTimeoutSeconds).toBeGreaterThan(120);
        expect(functionTimeoutSeconds).toBeGreaterThanOrEqual(5 * httpTimeoutSeconds);
        expect(functionTimeoutSeconds).toBeLessThanOrEqual(900);
        expect(visibilityTimeoutSeconds).toBeGreaterThanOrEqual(functionTimeoutSeconds + httpTimeoutSeconds);
      }),
    );
  });

  it.each([120, 136])("are refused for an HTTP timeout of %d s, naming what is allowed", (seconds) => {
    expect(() => timeoutsFor(seconds)).toThrow(`above 120 s and at most 135 s, got ${seconds}`);
  });
});

const folder = mkdtempSync(join(tmpdir(), "stages-"));
const folderUrl = pathToFileURL(`${folder}/`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const linesOf = (changes: object): readonly string[] => {
  try {
    checkSettings("test", { ...stages.prod, ...changes });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return (error as RangeError).message.split("\n").map((line) => line.replace("stage test: ", ""));
  }
};

describe("settings", () => {
  it.each(Object.entries(variants))("of stage %s are as they should be", (_, settings) => {
    expect(linesOf(settings)).toEqual([]);
  });

  it("give one clear line for each of ten mistakes, before anything is synthesised", () => {
    const mistakes = {
      zuoraTimeZone: "Mars/Olympus",
      zuoraBaseUrl: "http://rest.zuora.com",
      zuoraSecretName: "arn:aws:secretsmanager:eu-west-2:123456789012:secret:zuora-AbCdEf",
      switchAtFirst: "on",
      scanEveryMinutes: 0,
      nightlyScanHour: 24,
      zuoraCallsMax: 4,
      httpTimeoutSeconds: 120,
      processorMemoryMB: 512,
      policy: { ...stages.prod.policy, postedSince: "last year" },
    };
    expect(linesOf(mistakes)).toEqual([
      'zuoraSecretName: expected the name of a secret, not its ARN, got "arn:aws:secretsmanager:eu-west-2:123456789012:secret:zuora-AbCdEf"',
      'zuoraTimeZone: expected an IANA time zone such as "Europe/London", got "Mars/Olympus"',
      'switchAtFirst: expected dry-run or off: on is for people to turn, got "on"',
      "scanEveryMinutes: expected a whole number of minutes from 1 to 240, got 0",
      "nightlyScanHour: expected a whole number of hours from 0 to 23, got 24",
      "httpTimeoutSeconds: expected a whole number of seconds from 121 to 135, got 120",
      'policy.postedSince: expected a day such as 2026-12-01, got "last year"',
      'Unrecognized key: "processorMemoryMB"',
      "zuoraCallsMax: expected at least 5: scannerCallsMax, and one for each processor, scanner of callouts and environment of the revenue pass, got 4",
      'zuoraBaseUrl: expected https and a host of Zuora\'s, or its host named in otherZuoraHost as well, got "http://rest.zuora.com"',
    ]);
    expect(() => synthesised({ nightlyScanHour: 24 })).toThrow("stage test: nightlyScanHour: expected a whole number");
  });

  it.each([
    [{ zuoraBaseUrl: "https://rest.zuora.com.example.org" }, "zuoraBaseUrl: expected https and a host of Zuora's"],
    [{ calloutSecretName: stages.prod.zuoraSecretName }, "calloutSecretName: expected another secret"],
    [{ network: { ...lockedDown.network, privateSubnetIds: ["subnet-0"] } }, "network: expected as many subnets"],
    [{ mode: "memos" }, 'mode: expected credit-balance, credit-memos, both, got "memos"'],
    [{ mode: "credit-memos", policy: { ...stages.prod.policy, revenue: "move" } }, "policy: expected revenue off"],
    [
      { policy: { ...stages.prod.policy, creditMemoApplicationRule: "source-item" } },
      "policy: expected creditMemoApplicationRule default",
    ],
    [
      { policy: { ...stages.prod.policy, unappliedPayments: "apply" } },
      "policy: expected unappliedPayments leave: in mode credit-balance",
    ],
    [{ roleNamePrefix: "far too long for a prefix-" }, "roleNamePrefix: expected 1 to 20 letters"],
    [{ zuoraCreditMemosPath: "memos" }, "zuoraCreditMemosPath: expected credit-memos, creditmemos"],
    [{ rolePath: "billing" }, "rolePath: expected a path"],
    [{ reportRetentionDays: 7 }, "reportRetentionDays: expected a whole number of days from 30 to 36500, got 7"],
    [{ eventBusArn: "billing" }, 'eventBusArn: expected the ARN of an event bus, got "billing"'],
    [{ zuoraProxyUrl: "http://user:secret@proxy" }, "zuoraProxyUrl: expected a URL without credentials"],
    [{ nightlyScanHour: undefined }, "nightlyScanHour: missing (expected a whole number of hours from 0 to 23)"],
    [
      { policy: { ...stages.prod.policy, accountsAllowed: Array(100).fill("2c92c0f8a1b2c3d4e5f6100000000000") } },
      "policy: expected at most 3000 bytes",
    ],
  ])("refuse %j", (changes, line) => {
    const [only, ...others] = linesOf(changes);
    expect(only).toContain(line);
    expect(others).toEqual([]);
  });

  it("take the host of something in front of Zuora only where it is named", () => {
    const zuoraBaseUrl = "https://zuora-gateway.example.org/rest";
    expect(linesOf({ zuoraBaseUrl, otherZuoraHost: "zuora-gateway.example.org" })).toEqual([]);
    expect(linesOf({ zuoraBaseUrl, otherZuoraHost: "other.example.org" })).toHaveLength(1);
  });

  it("name every mistake in the rules", () => {
    const policy = {
      ...stages.prod.policy,
      postedSince: "last year",
      currencies: ["pounds"],
      minimumAmount: { GBP: "-1" },
      optOutField: "OptOut",
      application: "maybe",
    };
    const named = linesOf({ policy }).map((line) => line.split(":")[0]);
    const wrong = ["postedSince", "currencies.0", "minimumAmount.GBP", "optOutField", "application"];
    expect(named.toSorted()).toEqual(wrong.map((name) => `policy.${name}`).toSorted());
  });

  it("write nothing in any stage until somebody turns the switch", () => {
    for (const { switchAtFirst } of Object.values(stages)) expect(switchAtFirst).toBe("dry-run");
  });

  it("leave standing credit alone in the example of production", () => {
    expect(stages.prod.policy.standingCredit).toBe("leave");
  });
});

describe("a stage", () => {
  it.each([
    [undefined, "got none"],
    ["production", 'got "production"'],
    ["../prod", 'got "../prod"'],
  ])("that is %s is refused, and those that there are named", (stage, came) => {
    expect(() => settingsOf(stage, folderUrl)).toThrow(
      `expected -c stage=NAME, a stage of dev, prod or of a file infra/stages/NAME.json, ${came}`,
    );
  });

  it("of a company's own lives in a file beside the source, which says what it has not in common", () => {
    const { zuoraBaseUrl, zuoraSecretName, zuoraTimeZone, switchAtFirst, policy } = stages.prod;
    const own = { zuoraBaseUrl, zuoraSecretName, zuoraTimeZone, switchAtFirst, policy, nightlyScanHour: 1 };
    writeFileSync(join(folder, "prod-uk.json"), JSON.stringify(own));
    const settings = checkSettings("prod-uk", settingsOf("prod-uk", folderUrl));
    expect(settings).toEqual({ ...stages.prod, nightlyScanHour: 1 });
  });

  it("whose file is no JSON is refused by its name", () => {
    writeFileSync(join(folder, "broken.json"), "{");
    expect(() => settingsOf("broken", folderUrl)).toThrow("expected infra/stages/broken.json to be a JSON object");
  });

  it("that is wrong ends the synthesis with that line, and nothing else", () => {
    const app = fileURLToPath(new URL("../../infra/app.ts", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [app], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(/^expected -c stage=NAME, .*, got none$/)]);
  });
});
