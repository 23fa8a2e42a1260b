import { describe, expect, it } from "vitest";
import {
  type Environment,
  processorEnvironment,
  readConfig,
  scannerEnvironment,
} from "../../../../functions/app/config/config.ts";
import { ConfigError } from "../../../../functions/domain/errors.ts";

const policy = JSON.stringify({
  postedSince: "2026-01-01",
  minimumAmount: {},
  accountLimit: { adjustments: 200, amount: { GBP: "5000.00" } },
  runLimit: { accounts: 20_000, amount: {} },
  application: "apply",
  standingCredit: "leave",
  accountsDenied: [],
});

const complete: Environment = {
  ZUORA_BASE_URL: "https://rest.eu.zuora.com",
  ZUORA_SECRET_ID: "zuora-oauth-client",
  ZUORA_TIME_ZONE: "Europe/London",
  ZUORA_HTTP_TIMEOUT_MS: "130000",
  ZUORA_CONCURRENCY: "4",
  BUSY_PAUSE_SECONDS: "60",
  SERVICE_NAME: "zuora-credit-sweep-test",
  SWITCH_PARAMETER: "/sweep/switch",
  WORK_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/1/accounts.fifo",
  DEAD_LETTER_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/1/dead-letters.fifo",
  ACCOUNTS_TOGETHER_MAX: "100",
  MAX_RECEIVE_COUNT: "5",
  BACKOFF_MAX_SECONDS: "300",
  SET_ASIDE_AFTER_SECONDS: "1800",
  POLICY: policy,
};

/** What a processor says about its environment, or nothing where it is content. */
const problem = (changes: Environment): string => {
  try {
    readConfig(processorEnvironment, { ...complete, ...changes });
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
};

it("reads everything, with numbers as numbers and amounts exact", () => {
  const config = readConfig(processorEnvironment, complete);
  expect(config).toMatchObject({ zuoraHttpTimeoutMs: 130_000, maxReceiveCount: 5 });
  expect(config.policy.accountLimit.amount["GBP"]?.toFixed(2)).toBe("5000.00");
});

it("knows both spellings of the address of credit memos, and no other", () => {
  const spelled = (path: string) => ({ ...complete, ZUORA_CREDIT_MEMOS_PATH: path });
  expect(readConfig(processorEnvironment, spelled("creditmemos")).zuoraCreditMemosPath).toBe("creditmemos");
  expect(problem(spelled("memos"))).toBe(
    "bad configuration: ZUORA_CREDIT_MEMOS_PATH: expected credit-memos, creditmemos",
  );
});

it("takes an empty variable for an absent one", () => {
  expect(readConfig(processorEnvironment, { ...complete, ZUORA_ENTITY_IDS: "" }).zuoraEntityIds).toBeUndefined();
  expect(problem({ ZUORA_SECRET_ID: "" })).toBe("bad configuration: ZUORA_SECRET_ID: missing");
});

it.each(Object.keys(complete))("cannot do without %s", (name) => {
  expect(problem({ [name]: undefined })).toBe(`bad configuration: ${name}: missing`);
});

it("the scanner cannot do without its parameters, its share of the calls and the processor's name", () => {
  expect(() => readConfig(scannerEnvironment, complete)).toThrow(
    "bad configuration: PROCESSOR_SERVICE_NAME: missing; SCANNER_CALLS_BESIDE: missing; PROCESSOR_CALLS: missing; LAST_SCAN_PARAMETER: missing; REFUSED_SCANS_PARAMETER: missing",
  );
  const own = {
    PROCESSOR_SERVICE_NAME: "processor",
    SCANNER_CALLS_BESIDE: "2",
    PROCESSOR_CALLS: "3",
    LAST_SCAN_PARAMETER: "/sweep/last",
    REFUSED_SCANS_PARAMETER: "/sweep/refused",
  };
  expect(readConfig(scannerEnvironment, { ...complete, ...own })).toMatchObject({
    processorServiceName: "processor",
    lastScanParameter: "/sweep/last",
    refusedScansParameter: "/sweep/refused",
  });
});

it("lists every wrong name at once", () => {
  const said = problem({ ZUORA_BASE_URL: undefined, ZUORA_TIME_ZONE: "Mars/Olympus", MAX_RECEIVE_COUNT: "five" });
  for (const name of ["ZUORA_BASE_URL", "ZUORA_TIME_ZONE", "MAX_RECEIVE_COUNT"]) expect(said).toContain(`${name}: `);
});

describe("refuses, naming the variable and never its value,", () => {
  it.each([
    ["an address that is none", { ZUORA_BASE_URL: "canary" }],
    ["another protocol", { ZUORA_BASE_URL: "ftp://canary.example.com" }],
    ["an address with credentials in it", { ZUORA_BASE_URL: "https://canary:canary@rest.zuora.com" }],
    ["a time zone that nobody knows", { ZUORA_TIME_ZONE: "Canary/Canary" }],
    ["a number that is none", { ZUORA_CONCURRENCY: "canary" }],
    ["nought", { ZUORA_CONCURRENCY: "0" }],
    ["a fraction", { BUSY_PAUSE_SECONDS: "1.5" }],
    ["a negative number", { BACKOFF_MAX_SECONDS: "-1" }],
    ["a queue that is no URL", { WORK_QUEUE_URL: "canary" }],
    ["a policy that is no JSON", { POLICY: "{canary" }],
    ["a policy that is no object", { POLICY: '"canary"' }],
    ["a policy with a wrong rule", { POLICY: policy.replace('"apply"', '"canary"') }],
    ["a policy with an amount that is none", { POLICY: policy.replace("5000.00", "canary") }],
  ])("%s", (_name, change) => {
    const said = problem(change);
    expect(said).toContain(Object.keys(change)[0]);
    expect(said).not.toContain("canary");
  });

  it("and says which rule contradicts the mode", () => {
    const applying = policy.replace("{", '{"unappliedPayments":"apply",');
    expect(problem({ POLICY: applying })).toContain("POLICY: expected unappliedPayments leave: in mode credit-balance");
    const both = { ...complete, POLICY: applying, ZUORA_MODE: "both" };
    expect(readConfig(processorEnvironment, both)).toMatchObject({ policy: { unappliedPayments: "apply" } });
  });

  it("and says which rule of the policy is wrong", () => {
    expect(problem({ POLICY: policy.replace('"leave"', '"keep"') })).toContain("POLICY.standingCredit: ");
  });
});
