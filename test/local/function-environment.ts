import { environmentNames as names } from "../../functions/app/config/environment-names.ts";
import { stages } from "../../infra/settings.ts";
import type { Options } from "./options.ts";
import type { Queues } from "./queues.ts";

/** Where the stand-ins keep what the functions look up. */
export const localNames = {
  secretId: "local/zuora",
  calloutSecretId: "local/callouts",
  switchParameter: "/local/switch",
  lastScanParameter: "/local/last-scan",
  refusedScansParameter: "/local/refused-scans",
} as const;

/** Deployed it is half an hour: on a laptop somebody sits and waits for the end. */
const setAsideAfterSecondsMax = 20;

/** Above Zuora's own limit of 120 s, as deployed. */
const httpTimeoutMsMax = 130_000;

/** As deployed: calls in flight that all environments together make at most, and a scan's share beside others. */
const { zuoraCallsMax, scannerCallsMax } = stages.prod;

/** What the functions talk to. */
export type Addresses = {
  readonly zuoraBaseUrl: string;
  readonly sqsEndpoint: string;
  readonly standInsEndpoint: string;
  readonly workQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** There where bill runs are called out. */
  readonly postingQueueUrl?: string;
  readonly revenueQueues?: Queues | undefined;
};

/** The environment variables that the stack would set, every address of them on loopback. */
export const functionEnvironment = (options: Options, addresses: Addresses): Record<string, string> => {
  const { tenant } = options;
  const calls = String(Math.max(1, Math.floor((zuoraCallsMax - scannerCallsMax) / options.concurrency)));
  const tenantSettings =
    tenant.kind === "simulator"
      ? { [names.zuoraTimeZone]: "UTC" }
      : {
          [names.zuoraTimeZone]: tenant.timeZone,
          ...(tenant.entityIds !== undefined && { [names.zuoraEntityIds]: tenant.entityIds }),
          ...(tenant.orgIds !== undefined && { [names.zuoraOrgIds]: tenant.orgIds }),
        };
  return {
    ...tenantSettings,
    [names.mode]: options.mode,
    [names.serviceName]: "local",
    [names.processorServiceName]: "local",
    [names.zuoraBaseUrl]: addresses.zuoraBaseUrl,
    [names.zuoraSecretId]: localNames.secretId,
    [names.zuoraHttpTimeoutMs]: String(Math.min(httpTimeoutMsMax, options.functionTimeoutSeconds * 250)),
    [names.zuoraConcurrency]: calls,
    [names.scannerCallsBeside]: String(scannerCallsMax),
    [names.processorCalls]: calls,
    [names.workQueueUrl]: addresses.workQueueUrl,
    [names.deadLetterQueueUrl]: addresses.deadLetterQueueUrl,
    [names.accountsTogetherMax]: String(options.batchSize),
    ...(addresses.revenueQueues === undefined
      ? {}
      : {
          [names.revenueQueueUrl]: addresses.revenueQueues.work.url,
          [names.revenueDeadLetterQueueUrl]: addresses.revenueQueues.deadLetter.url,
        }),
    [names.maxReceiveCount]: String(options.maxReceiveCount),
    [names.backoffMaxSeconds]: String(options.backoffMaxSeconds),
    [names.setAsideAfterSeconds]: String(Math.min(setAsideAfterSecondsMax, 6 * options.backoffMaxSeconds)),
    [names.busyPauseSeconds]: String(options.backoffMaxSeconds),
    [names.switchParameter]: localNames.switchParameter,
    [names.lastScanParameter]: localNames.lastScanParameter,
    [names.refusedScansParameter]: localNames.refusedScansParameter,
    [names.policy]: JSON.stringify(options.policy),
    [names.calloutSecretId]: localNames.calloutSecretId,
    ...(addresses.postingQueueUrl !== undefined && { [names.postingQueueUrl]: addresses.postingQueueUrl }),
    AWS_ENDPOINT_URL: addresses.standInsEndpoint,
    AWS_ENDPOINT_URL_SQS: addresses.sqsEndpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: addresses.standInsEndpoint,
    AWS_ENDPOINT_URL_SSM: addresses.standInsEndpoint,
  };
};
