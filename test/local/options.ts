import type { Mode } from "../../functions/domain/credit/mode.ts";
import { contradictionOf, type PolicySettings } from "../../functions/domain/policy.ts";
import { isLoopback } from "../../functions/ops/system/loopback.ts";
import type { Flags } from "./command-line.ts";
import { everything, readPolicyFile } from "./policy.ts";
import { UsageError } from "./usage-error.ts";

/** The tenant to settle. */
export type Tenant =
  | { readonly kind: "simulator"; readonly accounts: number; readonly seed: number }
  | {
      readonly kind: "zuora";
      readonly url: URL;
      readonly clientId: string;
      readonly clientSecret: string;
      /** IANA; decides the tenant's today. */
      readonly timeZone: string;
      readonly entityIds: string | undefined;
      readonly orgIds: string | undefined;
    };

/** One run, with everything decided. */
export type Options = {
  readonly tenant: Tenant;
  /** How the tenant keeps what it owes to customers. */
  readonly mode: Mode;
  readonly dryRun: boolean;
  readonly kind: "full" | "incremental";
  readonly concurrency: number;
  readonly batchSize: number;
  readonly functionTimeoutSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly maxReceiveCount: number;
  readonly backoffMaxSeconds: number;
  readonly deadlineSeconds: number;
  readonly json: boolean;
  readonly policy: PolicySettings;
  /** The system stays up after the report, until it is interrupted. */
  readonly keep?: true;
  /** A system that stays up shows itself on a page as well. */
  readonly console?: true;
  /** Nothing is scanned but a bill run that is posted and called out. */
  readonly billRun?: true;
  /** The revenue of what was settled is netted afterwards. */
  readonly revenue?: true;
  /** What is allowed on a laptop and would not be deployed, one sentence each. */
  readonly warnings: readonly string[];
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Decides what the flags and the environment mean together.
 *
 * @throws {UsageError}
 */
export const optionsFrom = (flags: Flags, env: Environment): Options => {
  const tenant = tenantFrom(flags, env);
  const mayWrite = isWriteAllowed(tenant, flags.write);
  const warnings: string[] = [];
  if (flags.visibilityTimeout < flags.functionTimeout) {
    warnings.push("the visibility timeout is below the function timeout: a message may be handled twice at a time");
  }
  if (!mayWrite && !flags.dryRun && tenant.kind === "zuora") {
    warnings.push(
      `dry run, since ${tenant.url.hostname} is not this machine; --write ${tenant.url.hostname} really writes`,
    );
  }
  return {
    tenant,
    mode: flags.mode,
    dryRun: flags.dryRun === true || !mayWrite,
    kind: flags.incremental ? "incremental" : "full",
    concurrency: flags.concurrency,
    batchSize: flags.batchSize,
    functionTimeoutSeconds: flags.functionTimeout,
    visibilityTimeoutSeconds: flags.visibilityTimeout,
    maxReceiveCount: flags.maxReceiveCount,
    backoffMaxSeconds: flags.backoffMax,
    deadlineSeconds: flags.deadline,
    json: flags.json === true,
    policy: policyFor(flags),
    ...(flags.keep || flags.console ? { keep: true as const } : {}),
    ...(flags.console ? { console: true as const } : {}),
    ...(flags.billRun ? { billRun: true as const } : {}),
    ...(flags.revenue ? { revenue: true as const } : {}),
    warnings,
  };
};

const policyFor = (flags: Flags): PolicySettings => {
  const rules = policyFrom(flags);
  const contradiction = contradictionOf(rules, flags.mode);
  if (contradiction !== undefined) throw new UsageError(`--policy: ${contradiction}`);
  return rules;
};

/** Whoever asks for revenue means it to be moved, unless the rules say that it shall only be told. */
const policyFrom = ({ policy, revenue }: Flags): PolicySettings => {
  const rules = policy === undefined ? everything : readPolicyFile(policy);
  return revenue && rules.revenue !== "report" ? { ...rules, revenue: "move" } : rules;
};

const tenantFrom = ({ zuoraUrl, accounts, seed }: Flags, env: Environment): Tenant => {
  if (zuoraUrl === undefined) return { kind: "simulator", accounts, seed };
  return {
    kind: "zuora",
    url: urlFrom(zuoraUrl),
    clientId: required(env, "ZUORA_CLIENT_ID"),
    clientSecret: required(env, "ZUORA_CLIENT_SECRET"),
    timeZone: timeZoneFrom(env["ZUORA_TIME_ZONE"] || "UTC"),
    entityIds: env["ZUORA_ENTITY_IDS"] || undefined,
    orgIds: env["ZUORA_ORG_IDS"] || undefined,
  };
};

// The text is never repeated in a message: somebody may have put a password into it.
const urlFrom = (text: string): URL => {
  const url = URL.parse(text);
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    throw new UsageError("--zuora-url: expected an http or https URL such as https://rest.zuora.com");
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError("--zuora-url: credentials belong in ZUORA_CLIENT_ID and ZUORA_CLIENT_SECRET, not in the URL");
  }
  if (url.search !== "" || url.hash !== "") {
    throw new UsageError("--zuora-url: expected a REST base without a query or a fragment");
  }
  return url;
};

const required = (env: Environment, name: string): string => {
  const value = env[name];
  if (!value) throw new UsageError(`--zuora-url needs ${name} in the environment`);
  return value;
};

const timeZoneFrom = (name: string): string => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name;
  } catch {
    throw new UsageError(
      `ZUORA_TIME_ZONE: expected an IANA time zone such as Europe/London, got ${JSON.stringify(name)}`,
    );
  }
};

const isWriteAllowed = (tenant: Tenant, write: string | undefined): boolean => {
  if (write === undefined) return tenant.kind === "simulator" || isLoopback(tenant.url.href);
  if (tenant.kind === "simulator") throw new UsageError("--write: there is no --zuora-url to write to");
  if (write.toLowerCase() !== tenant.url.hostname) {
    throw new UsageError(`--write names another host than --zuora-url, which is ${tenant.url.hostname}`);
  }
  return true;
};
