import * as z from "zod";
import { baseUrl, creditMemosPath, timeZone } from "../functions/app/config/fields.ts";
import { modes } from "../functions/domain/credit/mode.ts";
import { policySchema } from "../functions/domain/policy.ts";
import { httpTimeoutSecondsMax, zuoraTimeoutSeconds } from "./timeouts.ts";

/** Lambda allows 4 KB for the names and values of a whole environment; addresses take up to one of them. */
const policyBytesMax = 3_000;

const whole = (unit: string, min: number, max: number) => {
  const error = `expected a whole number of ${unit} from ${min} to ${max}`;
  return z.int({ error }).min(min, error).max(max, error);
};

const matching = (pattern: RegExp, expected: string) =>
  z.string(`expected ${expected}`).regex(pattern, `expected ${expected}`);

const secretName = matching(/^(?!arn:)[\w/+=.@-]{1,512}$/, "the name of a secret, not its ARN");

const topicArn = matching(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/, "the ARN of an SNS topic");

/** Lambda's own bounds (AWS: Lambda quotas). */
const memoryMb = whole("MiB", 128, 10_240);

/** Everything by id: a stack that looks things up needs credentials to be synthesised. */
const network = z
  .strictObject({
    vpcId: matching(/^vpc-[0-9a-f]+$/, "the id of a VPC"),
    availabilityZones: z.array(z.string().min(1)).min(1).readonly(),
    /** In the order of the zones; Zuora must be reachable from them, and AWS by endpoints or through NAT. */
    privateSubnetIds: z
      .array(matching(/^subnet-[0-9a-f]+$/, "the id of a subnet"))
      .min(1)
      .readonly(),
    securityGroupIds: z
      .array(matching(/^sg-[0-9a-f]+$/, "the id of a security group"))
      .min(1)
      .readonly(),
  })
  .refine(({ availabilityZones: zones, privateSubnetIds: subnets }) => subnets.length % zones.length === 0, {
    error: "expected as many subnets in each availability zone",
  });

/** Everything that differs between stages. Each value carries its unit in its name and its reason beside it. */
export const settingsSchema = z.strictObject({
  /** Zuora's REST base of the tenant's data centre. */
  zuoraBaseUrl: baseUrl,
  /**
   * The host of something in front of Zuora, where that is what `zuoraBaseUrl` names: it is given our client's secret.
   */
  otherZuoraHost: matching(/^[a-z0-9.-]+$/, "the name of a host").exactOptional(),
  /** The name of the secret in Secrets Manager that holds `{"clientId","clientSecret"}`; made by hand, never here. */
  zuoraSecretName: secretName,
  /** The tenant's IANA time zone: decides its today, and when the nightly scan comes. */
  zuoraTimeZone: timeZone,
  /**
   * How the tenant keeps what it owes to customers: `credit-balance`, `credit-memos` with Invoice Settlement, `both`
   * with its Harmonization. A sandbox can differ from its production: `doctor` says which one a tenant is.
   */
  mode: z.enum(modes, `expected ${modes.join(", ")}`),
  /**
   * `creditmemos`, where a gateway in front of Zuora does not know the address `/v1/credit-memos` of credit memos, but
   * its older spelling. Without, `credit-memos`.
   */
  zuoraCreditMemosPath: creditMemosPath.exactOptional(),
  zuoraEntityIds: z.string().min(1).exactOptional(),
  zuoraOrgIds: z.string().min(1).exactOptional(),
  /**
   * What the switch says when the stack is made. Later changes by people are left alone; `on` is for people only, see
   * `parameters.ts`.
   */
  switchAtFirst: z.enum(["dry-run", "off"], "expected dry-run or off: on is for people to turn"),
  /** Incremental scans; the alarm over their silence counts three of them, and CloudWatch a day at most. */
  scanEveryMinutes: whole("minutes", 1, 240),
  /** The full scan, in the tenant's time zone. */
  nightlyScanHour: whole("hours", 0, 23),
  /** Calls to Zuora in flight at a time, all functions together; Zuora allows a tenant 40. */
  zuoraCallsMax: whole("calls", 3, 40),
  /**
   * Of these, what a scheduled scan has while accounts are being settled. While none are it reads by as many side by
   * side as processors and scan have together.
   */
  scannerCallsMax: whole("calls", 1, 20),
  /**
   * Processors at a time; each gets its share of what the scanner leaves of `zuoraCallsMax`. Lambda takes two or more.
   */
  processorsMax: whole("processors", 2, 39),
  /** Accounts that a processor reads and writes together: what Lambda hands out, and more that it takes itself. */
  accountsTogetherMax: whole("accounts", 1, 100),
  /** Above Zuora's own 120 seconds. */
  httpTimeoutSeconds: whole("seconds", zuoraTimeoutSeconds + 1, httpTimeoutSecondsMax),
  /** Receives after which SQS sets a message aside; counts only invocations that died. */
  maxReceiveCount: whole("receives", 2, 1_000),
  backoffMaxSeconds: whole("seconds", 1, 900),
  /**
   * How long what Zuora refuses of an account lasts before it is a dead letter; Zuora's own trouble four times as long.
   */
  setAsideAfterSeconds: whole("seconds", 60, 21_600),
  busyPauseSeconds: whole("seconds", 1, 900),
  scannerMemoryMb: memoryMb,
  processorMemoryMb: memoryMb,
  logRetentionDays: z.literal([30, 90, 365], "expected 30, 90 or 365 days"),
  /** How long the reports of the nightly digest are kept; ten years suit most books. */
  reportRetentionDays: whole("days", 30, 36_500),
  /**
   * Existing topics for alarms that wake somebody, and for those that can wait until morning; without, the stack makes
   * them.
   */
  pageTopicArn: topicArn.exactOptional(),
  ticketTopicArn: topicArn.exactOptional(),
  /** Where people find docs/runbook.md: alarms link its sections. An address of your own makes the links clickable. */
  runbook: z.string().min(1),
  /** An existing topic for the nightly digest; without, the stack makes one. */
  digestTopicArn: topicArn.exactOptional(),
  /** An existing EventBridge bus that is told what others may act on, see docs/events.md; without, nobody is. */
  eventBusArn: matching(
    /^arn:[\w-]+:events:[\w-]+:\d{12}:event-bus\/[\w./-]+$/,
    "the ARN of an event bus",
  ).exactOptional(),
  /**
   * The name of the secret that holds `{"hmacKey"}`: with it, Zuora's callouts start scans; see docs/zuora-setup.md.
   */
  calloutSecretName: secretName.exactOptional(),
  /** The private network that the functions run in; without, Lambda's own. */
  network: network.exactOptional(),
  /** A customer key for queues, topics, logs and the functions' environments; its policy is in docs/deploying.md. */
  kmsKeyArn: matching(/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/, "the ARN of a KMS key").exactOptional(),
  permissionsBoundaryArn: matching(/^arn:[\w-]+:iam::\d{12}:policy\/.+$/, "the ARN of a policy").exactOptional(),
  /** In front of the name of every role. */
  roleNamePrefix: matching(/^[\w+=,.@-]{1,20}$/, "1 to 20 letters, digits or + = , . @ _ -").exactOptional(),
  rolePath: matching(/^\/([!-.0-~]+\/)*$/, "a path that begins and ends with /, such as /billing/").exactOptional(),
  /** Of the account's CDK bootstrap, where it is not the usual one. */
  synthesizerQualifier: matching(/^[a-z0-9]{1,10}$/, "1 to 10 small letters or digits").exactOptional(),
  /** On every resource that can be tagged, beside `application` and `stage`. */
  tags: z.record(z.string().min(1).max(128), z.string().max(256)).exactOptional(),
  /** An HTTP proxy, without credentials, through which Zuora is reached. */
  zuoraProxyUrl: baseUrl.exactOptional(),
  /** A PEM file of certificate authorities, from the repository's root, for a proxy that opens TLS. */
  zuoraCaFile: z.string().min(1).exactOptional(),
  policy: policySchema.refine((policy) => Buffer.byteLength(JSON.stringify(policy)) <= policyBytesMax, {
    error: `expected at most ${policyBytesMax} bytes of rules: Lambda holds no more`,
  }),
});

/** A stage's settings as they are written down. */
export type StageSettings = Readonly<z.input<typeof settingsSchema>>;
