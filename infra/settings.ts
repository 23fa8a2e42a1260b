import { existsSync, readFileSync } from "node:fs";
import { problemsOf } from "./settings-problems.ts";
import type { StageSettings } from "./settings-schema.ts";

const common = {
  // Bill runs of this tenant make negative invoices.
  mode: "credit-balance",
  // Often enough that a bill run is settled well before the payment run that follows it within the hour.
  scanEveryMinutes: 15,
  // After the night's bill runs and before the morning's payment runs.
  nightlyScanHour: 3,
  // Half of the 40 concurrent requests that Zuora allows a tenant: the rest is for the company's other programs.
  zuoraCallsMax: 20,
  // A scan beside accounts that are being settled has a page or two to read. One that finds nothing of the kind reads
  // by all twenty: a million rows in less than four minutes, where Zuora takes four milliseconds for a row.
  scannerCallsMax: 2,
  // Six calls at a time in each, which seven batches side by side keep busy: every environment has its own look around,
  // and half as many of them need half as many calls for it.
  processorsMax: 3,
  // Two creates of Zuora's 50 rows and two or three queries of its 200 conditions: beyond that a batch gains little.
  accountsTogetherMax: 100,
  // Zuora ends requests after 120 s itself; ten more for the way there and back.
  httpTimeoutSeconds: 130,
  // Waiting is renewed and never counted, so five deaths in a row are a fault of ours.
  maxReceiveCount: 5,
  // Five minutes: a lock or an outage is over within that, or somebody has been alarmed.
  backoffMaxSeconds: 300,
  // Half an hour: a reading that lags behind a write, or somebody who is still correcting, is done by then.
  setAsideAfterSeconds: 1_800,
  // Zuora's rate limits count by the minute.
  busyPauseSeconds: 60,
  // Memory grows with the accounts found, a few hundred bytes each: far more than a run may queue.
  scannerMemoryMb: 512,
  // Seven hundred accounts at a time need little; Lambda gives processor time by memory.
  processorMemoryMb: 512,
  // A quarter, so that a question about a month's close can be answered in the next one.
  logRetentionDays: 90,
  // As long as most countries want books to be kept.
  reportRetentionDays: 3_653,
  runbook: "docs/runbook.md",
} as const;

export const stages = {
  dev: {
    ...common,
    // A sandbox may allow 10,000 calls a day: fewer environments look around less.
    processorsMax: 2,
    zuoraBaseUrl: "https://rest.test.zuora.com",
    zuoraSecretName: "zuora-credit-sweep/dev",
    zuoraTimeZone: "Europe/London",
    // Plans and writes nothing until somebody says so.
    switchAtFirst: "dry-run",
    policy: {
      postedSince: "2026-01-01",
      minimumAmount: {},
      accountLimit: { adjustments: 500, amount: {} },
      runLimit: { accounts: 10_000, amount: {} },
      application: "apply",
      standingCredit: "apply",
      // Finance decides: it needs Zuora Finance, and a permission of its own.
      revenue: "off",
      accountsDenied: [],
    },
  },
  prod: {
    ...common,
    zuoraBaseUrl: "https://rest.zuora.com",
    zuoraSecretName: "zuora-credit-sweep/prod",
    zuoraTimeZone: "Europe/London",
    // A first deploy must not move money before somebody has read a dry run.
    switchAtFirst: "dry-run",
    policy: {
      // The day of going live: nothing older is touched, so a first run moves no history.
      postedSince: "2026-12-01",
      minimumAmount: {},
      // Beyond this a person looks first: more than any holiday stop, less than any accident.
      accountLimit: { adjustments: 200, amount: { GBP: "5000", EUR: "5000", USD: "5000" } },
      // A bill run of ordinary size, twice over.
      runLimit: { accounts: 100_000, amount: { GBP: "2000000", EUR: "2000000", USD: "2000000" } },
      application: "apply",
      // Credit that people put there was put there for a reason.
      standingCredit: "leave",
      // Finance decides: it needs Zuora Finance, and a permission of its own.
      revenue: "off",
      optOutField: "CreditSweepOptOut__c",
      accountsDenied: [],
    },
  },
} as const satisfies Record<string, StageSettings>;

const ownStages = new URL("stages/", import.meta.url);

/**
 * The settings of a stage by name: those of a company's own file `infra/stages/NAME.json`, with what all stages have in
 * common where it says nothing else, or those here.
 *
 * @throws {RangeError} naming what is expected, for a stage that is missing or a file that is no JSON
 */
export const settingsOf = (stage: unknown, folder = ownStages): Readonly<Record<string, unknown>> => {
  const known: Readonly<Record<string, StageSettings>> = stages;
  const name = typeof stage === "string" && /^[a-z0-9][a-z0-9-]{0,39}$/.test(stage) ? stage : "";
  const own = new URL(`${name}.json`, folder);
  if (name !== "" && existsSync(own)) return { ...common, ...objectIn(own) };
  const settings = known[name];
  if (settings !== undefined) return settings;
  const which = `-c stage=NAME, a stage of ${Object.keys(stages).join(", ")} or of a file infra/stages/NAME.json`;
  throw new RangeError(`expected ${which}, got ${stage === undefined ? "none" : JSON.stringify(stage)}`);
};

const objectIn = (file: URL): object => {
  try {
    const settings: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof settings === "object" && settings !== null) return settings;
  } catch {
    // Falls through to the one message that names what is expected.
  }
  throw new RangeError(`expected infra/stages/${file.pathname.split("/").at(-1)} to be a JSON object`);
};

/**
 * Checks a stage's settings before anything is made of them.
 *
 * @throws {RangeError} with one line for each mistake
 */
export const checkSettings = (stage: string, settings: Readonly<Record<string, unknown>>): StageSettings => {
  const problems = problemsOf(settings);
  if (problems.length === 0) return settings as StageSettings;
  throw new RangeError(problems.map((problem) => `stage ${stage}: ${problem}`).join("\n"));
};
