import * as z from "zod";
import { ConfigError } from "../domain/errors.ts";
import { policySchema } from "../domain/policy.ts";
import { environmentNames as names } from "./environment-names.ts";

/** The environment as a program hands it over: nothing below a program's start reads it itself. */
export type Environment = Readonly<Record<string, string | undefined>>;

const wholeNumber = (unit: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, `expected a whole number of ${unit}, at least 1`)
    .transform(Number);

const timeZone = z.string().refine((zone) => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}, 'expected an IANA time zone such as "Europe/London"');

const policy = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: "custom", message: "expected JSON" });
    return z.NEVER;
  }
});

const baseUrl = z.url({ protocol: /^https?$/, error: "expected an http or https URL" }).refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url === undefined || (url.username === "" && url.password === "");
}, "expected a URL without credentials in it");

const text = z.string().min(1);

/** What every program that talks to Zuora needs. */
export const zuoraEnvironment = {
  [names.serviceName]: text,
  [names.zuoraBaseUrl]: baseUrl,
  [names.zuoraSecretId]: text,
  [names.zuoraTimeZone]: timeZone,
  [names.zuoraEntityIds]: text.optional(),
  [names.zuoraOrgIds]: text.optional(),
  [names.zuoraProxyUrl]: baseUrl.optional(),
  [names.zuoraHttpTimeoutMs]: wholeNumber("milliseconds"),
  [names.zuoraConcurrency]: wholeNumber("calls"),
  [names.busyPauseSeconds]: wholeNumber("seconds"),
  [names.switchParameter]: text,
  [names.workQueueUrl]: z.url("expected a queue URL"),
  [names.policy]: policy.pipe(policySchema),
};

export const scannerEnvironment = z.object({
  ...zuoraEnvironment,
  [names.lastScanParameter]: text,
  [names.refusedScansParameter]: text,
});

export const digestEnvironment = z.object({
  ...zuoraEnvironment,
  [names.deadLetterQueueUrl]: z.url("expected a queue URL"),
  [names.digestTopicArn]: z.string().regex(/^arn:[^:]+:sns:/, "expected the ARN of an SNS topic"),
});

export const processorEnvironment = z.object({
  ...zuoraEnvironment,
  [names.deadLetterQueueUrl]: z.url("expected a queue URL"),
  [names.maxReceiveCount]: wholeNumber("receives"),
  [names.backoffMaxSeconds]: wholeNumber("seconds"),
});

/**
 * Checks an environment once, where a program starts.
 *
 * @throws {ConfigError} listing every wrong name with what was expected; no value is shown
 */
export const readConfig = <S extends z.ZodType>(schema: S, environment: Environment): z.output<S> => {
  // An empty variable is an absent one: shells and templates write both.
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const said = ({ path, message }: z.core.$ZodIssue) => (Object.hasOwn(present, path[0] ?? "") ? message : "missing");
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${said(issue)}`);
  throw new ConfigError(`bad configuration: ${problems.join("; ")}`);
};
