import * as z from "zod";
import { type Mode, modes } from "../../domain/credit/mode.ts";
import { ConfigError } from "../../domain/errors.ts";
import { contradictionOf, type Policy, policySchema } from "../../domain/policy.ts";
import { environmentNames } from "./environment-names.ts";
import { baseUrl, creditMemosPath, timeZone } from "./fields.ts";

/** The environment as a program hands it over: nothing below a program's start reads it itself. */
export type Environment = Readonly<Record<string, string | undefined>>;

const wholeNumber = (unit: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, `expected a whole number of ${unit}, at least 1`)
    .transform(Number);

const policy = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: "custom", message: "expected JSON" });
    return z.NEVER;
  }
});

const text = z.string().min(1);

const eventBusArn = z.string().regex(/^arn:[^:]+:events:/, "expected the ARN of an EventBridge bus");

/** What every program that talks to Zuora needs. */
export const zuoraEnvironment = {
  serviceName: text,
  zuoraBaseUrl: baseUrl,
  zuoraSecretId: text,
  zuoraTimeZone: timeZone,
  zuoraEntityIds: text.optional(),
  zuoraOrgIds: text.optional(),
  zuoraCreditMemosPath: creditMemosPath.optional(),
  zuoraProxyUrl: baseUrl.optional(),
  zuoraHttpTimeoutMs: wholeNumber("milliseconds"),
  zuoraConcurrency: wholeNumber("calls"),
  busyPauseSeconds: wholeNumber("seconds"),
  switchParameter: text,
  workQueueUrl: z.url("expected a queue URL"),
  mode: z.enum(modes, `expected ${modes.join(", ")}`).default("credit-balance"),
  policy: policy.pipe(policySchema),
};

export const scannerEnvironment = z.object({
  ...zuoraEnvironment,
  deadLetterQueueUrl: z.url("expected a queue URL"),
  processorServiceName: text,
  scannerCallsBeside: wholeNumber("calls"),
  processorCalls: wholeNumber("calls"),
  lastScanParameter: text,
  refusedScansParameter: text,
});

export const digestEnvironment = z.object({
  ...zuoraEnvironment,
  systemName: text,
  deadLetterQueueUrl: z.url("expected a queue URL"),
  // Absent where the policy does not look at revenue.
  revenueDeadLetterQueueUrl: z.url("expected a queue URL").optional(),
  lastScanParameter: text,
  refusedScansParameter: text,
  reportBucket: text,
  eventBusArn: eventBusArn.optional(),
  digestTopicArn: z.string().regex(/^arn:[^:]+:sns:/, "expected the ARN of an SNS topic"),
});

export const processorEnvironment = z.object({
  ...zuoraEnvironment,
  deadLetterQueueUrl: z.url("expected a queue URL"),
  accountsTogetherMax: wholeNumber("accounts"),
  // Absent where nobody listens.
  eventBusArn: eventBusArn.optional(),
  maxReceiveCount: wholeNumber("receives"),
  backoffMaxSeconds: wholeNumber("seconds"),
  setAsideAfterSeconds: wholeNumber("seconds"),
});

/** The revenue pass has a queue of its own, and everything else as the processor. */
export const revenueEnvironment = z.object({
  ...zuoraEnvironment,
  revenueQueueUrl: z.url("expected a queue URL"),
  revenueDeadLetterQueueUrl: z.url("expected a queue URL"),
  maxReceiveCount: wholeNumber("receives"),
  backoffMaxSeconds: wholeNumber("seconds"),
  setAsideAfterSeconds: wholeNumber("seconds"),
});

/**
 * Checks an environment once, where a program starts, and gives it our own words: its spelling ends here.
 *
 * @throws {ConfigError} listing every wrong variable with what was expected; no value is shown
 */
export const readConfig = <S extends z.ZodObject>(schema: S, environment: Environment): z.output<S> => {
  const names: Readonly<Record<string, string>> = environmentNames;
  const nameOf = (key: string): string => names[key] ?? key;
  // An empty variable is an absent one: shells and templates write both.
  const present = Object.fromEntries(
    Object.keys(schema.shape)
      .map((key) => [key, environment[nameOf(key)]] as const)
      .filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(present);
  if (parsed.success) {
    const contradiction = contradictionIn(parsed.data);
    if (contradiction === undefined) return parsed.data;
    throw new ConfigError(`bad configuration: ${nameOf("policy")}: ${contradiction}`);
  }
  const problems = parsed.error.issues.map(({ path: [key, ...inside], message }) => {
    const said = Object.hasOwn(present, key ?? "") ? message : "missing";
    return `${[nameOf(String(key)), ...inside].join(".")}: ${said}`;
  });
  throw new ConfigError(`bad configuration: ${problems.join("; ")}`);
};

/** Of settings that are each right by themselves. */
const contradictionIn = ({ mode, policy }: Readonly<Record<string, unknown>>): string | undefined =>
  mode === undefined || policy === undefined ? undefined : contradictionOf(policy as Policy, mode as Mode);

/** What an operator's program needs to know of a system: the environment of all its functions together. */
export const operatorEnvironment = z.object({
  ...zuoraEnvironment,
  lastScanParameter: z.string().min(1),
  refusedScansParameter: z.string().min(1),
  deadLetterQueueUrl: z.url("expected a queue URL"),
  // Absent where the policy does not look at revenue.
  revenueQueueUrl: z.url("expected a queue URL").optional(),
  revenueDeadLetterQueueUrl: z.url("expected a queue URL").optional(),
});

export type OperatorConfig = z.output<typeof operatorEnvironment>;
