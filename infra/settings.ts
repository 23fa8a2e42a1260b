import { type Policy, type PolicySettings, policySchema } from "../functions/domain/policy.ts";

/** Everything that differs between stages. Each value carries its unit in its name and its reason beside it. */
export type StageSettings = {
  /** Zuora's REST base of the tenant's data centre. */
  readonly zuoraBaseUrl: string;
  /** The name of the secret in Secrets Manager that holds `{"clientId","clientSecret"}`; made by hand, never here. */
  readonly zuoraSecretName: string;
  /** The tenant's IANA time zone: decides its today, and when the nightly scan comes. */
  readonly zuoraTimeZone: string;
  readonly zuoraEntityIds?: string;
  readonly zuoraOrgIds?: string;
  /**
   * What the switch says when the stack is made. Later changes by people are left alone; `on` is for people only, see
   * `parameters.ts`.
   */
  readonly switchAtFirst: "dry-run" | "off";
  /** Incremental scans. */
  readonly scanEveryMinutes: number;
  /** The full scan, in the tenant's time zone. */
  readonly nightlyScanHour: number;
  /** Calls to Zuora in flight at a time, all functions together. */
  readonly zuoraCallsMax: number;
  /** Processors at a time; each gets its share of what the scanner leaves of `zuoraCallsMax`. */
  readonly processorsMax: number;
  /** Accounts that a processor reads and writes together: what Lambda hands out, and more that it takes itself. */
  readonly accountsTogetherMax: number;
  /** Above Zuora's own 120 seconds. */
  readonly httpTimeoutSeconds: number;
  /** Receives after which SQS sets a message aside; counts only invocations that died. */
  readonly maxReceiveCount: number;
  readonly backoffMaxSeconds: number;
  readonly busyPauseSeconds: number;
  readonly scannerMemoryMb: number;
  readonly processorMemoryMb: number;
  readonly logRetentionDays: 30 | 90 | 365;
  /** Existing topics for alarms that wake somebody, and for those that can wait until morning; without, the stack makes them. */
  readonly pageTopicArn?: string;
  readonly ticketTopicArn?: string;
  /** Where people find docs/runbook.md: alarms link its sections. An address of your own makes the links clickable. */
  readonly runbook: string;
  /** An existing topic for the nightly digest; without, the stack makes one. */
  readonly digestTopicArn?: string;
  /** The name of the secret that holds `{"hmacKey"}`: with it, Zuora's callouts start scans; see docs/zuora-setup.md. */
  readonly calloutSecretName?: string;
  /** The private network that the functions run in; without, Lambda's own. */
  readonly network?: Network;
  /** A customer key for queues, topics, logs and the functions' environments; its policy is in docs/deploying.md. */
  readonly kmsKeyArn?: string;
  readonly permissionsBoundaryArn?: string;
  /** In front of the name of every role; at most 20 characters. */
  readonly roleNamePrefix?: string;
  /** Such as `/billing/`. */
  readonly rolePath?: string;
  /** Of the account's CDK bootstrap, where it is not the usual one. */
  readonly synthesizerQualifier?: string;
  /** On every resource that can be tagged, beside `application` and `stage`. */
  readonly tags?: Readonly<Record<string, string>>;
  /** An HTTP proxy, without credentials, through which Zuora is reached. */
  readonly zuoraProxyUrl?: string;
  /** A PEM file of certificate authorities, from the repository's root, for a proxy that opens TLS. */
  readonly zuoraCaFile?: string;
  readonly policy: PolicySettings;
};

/** Everything by id: a stack that looks things up needs credentials to be synthesised. */
export type Network = {
  readonly vpcId: string;
  readonly availabilityZones: readonly string[];
  /** In the order of the zones; Zuora must be reachable from them, and AWS by endpoints or through NAT. */
  readonly privateSubnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
};

const common = {
  // Often enough that a bill run is settled well before the payment run that follows it within the hour.
  scanEveryMinutes: 15,
  // After the night's bill runs and before the morning's payment runs.
  nightlyScanHour: 3,
  // Half of the 40 concurrent requests that Zuora allows a tenant: the rest is for the company's other programs.
  zuoraCallsMax: 20,
  // Two calls at a time in each, and one for the scanner: a batch of a hundred keeps two busy and leaves more idle, and
  // every environment has its own look around.
  processorsMax: 9,
  // Two creates of Zuora's 50 rows and two or three queries of its 200 conditions: beyond that a batch gains little.
  accountsTogetherMax: 100,
  // Zuora ends requests after 120 s itself; ten more for the way there and back.
  httpTimeoutSeconds: 130,
  // Waiting is renewed and never counted, so five deaths in a row are a fault of ours.
  maxReceiveCount: 5,
  // Five minutes: a lock or an outage is over within that, or somebody has been alarmed.
  backoffMaxSeconds: 300,
  // Zuora's rate limits count by the minute.
  busyPauseSeconds: 60,
  // Memory grows with the accounts found, a few hundred bytes each: far more than a run may queue.
  scannerMemoryMb: 512,
  // A hundred accounts at a time need little; Lambda gives processor time by memory.
  processorMemoryMb: 512,
  // A quarter, so that a question about a month's close can be answered in the next one.
  logRetentionDays: 90,
  runbook: "docs/runbook.md",
} as const;

export const stages = {
  dev: {
    ...common,
    // A sandbox may allow 10,000 calls a day: fewer environments look around less.
    processorsMax: 4,
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
      optOutField: "CreditSweepOptOut__c",
      accountsDenied: [],
    },
  },
} as const satisfies Record<string, StageSettings>;

/**
 * The settings of a stage by name.
 *
 * @throws {RangeError} naming the stages there are
 */
export const settingsOf = (stage: string): StageSettings => {
  const known: Readonly<Record<string, StageSettings>> = stages;
  const settings = known[stage];
  if (settings === undefined)
    throw new RangeError(`expected a stage of ${Object.keys(stages).join(", ")}, got ${stage}`);
  return settings;
};

/** Lambda allows 4 KB for the names and values of a whole environment; addresses take up to one of them. */
const policyBytesMax = 3_000;

/**
 * Checks a stage's rules with the schema that the functions use at cold start.
 *
 * @throws {RangeError} listing every mistake, or saying how long the rules are where Lambda would not hold them
 */
export const checkedPolicy = (settings: StageSettings): Policy => {
  const parsed = policySchema.safeParse(settings.policy);
  const bytes = Buffer.byteLength(JSON.stringify(settings.policy));
  if (parsed.success && bytes <= policyBytesMax) return parsed.data;
  if (parsed.success) throw new RangeError(`expected a policy of at most ${policyBytesMax} bytes, got ${bytes}`);
  const problems = parsed.error.issues.map((issue) => `policy.${issue.path.join(".")}: ${issue.message}`);
  throw new RangeError(`bad policy: ${problems.join("; ")}`);
};
