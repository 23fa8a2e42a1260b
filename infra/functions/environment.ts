import { environmentNames as names } from "../../functions/app/config/environment-names.ts";
import { caFileName } from "../bundle/bundle-options.ts";
import type { StageSettings } from "../settings-schema.ts";
import { callsOfScanAlone, processorCalls } from "../zuora-calls.ts";

/** What only exists once the stack is there. */
export type Addresses = {
  readonly workQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly switchParameter: string;
  readonly lastScanParameter: string;
  readonly refusedScansParameter: string;
  /** The queues of the revenue pass, where the policy looks at revenue. */
  readonly revenue?: RevenueAddresses | undefined;
};

export type RevenueAddresses = { readonly queueUrl: string; readonly deadLetterQueueUrl: string };

type FunctionEnvironment = Readonly<Record<string, string>>;

const zuoraEnvironment = (settings: StageSettings, addresses: Addresses, calls: number): FunctionEnvironment => ({
  [names.zuoraBaseUrl]: settings.zuoraBaseUrl,
  [names.zuoraSecretId]: settings.zuoraSecretName,
  [names.zuoraTimeZone]: settings.zuoraTimeZone,
  [names.mode]: settings.mode,
  ...(settings.zuoraEntityIds === undefined ? {} : { [names.zuoraEntityIds]: settings.zuoraEntityIds }),
  ...(settings.zuoraOrgIds === undefined ? {} : { [names.zuoraOrgIds]: settings.zuoraOrgIds }),
  ...(settings.zuoraCreditMemosPath === undefined
    ? {}
    : { [names.zuoraCreditMemosPath]: settings.zuoraCreditMemosPath }),
  ...(settings.zuoraProxyUrl === undefined ? {} : { [names.zuoraProxyUrl]: settings.zuoraProxyUrl }),
  // Lambda unpacks the code there; Node reads the variable before anything else.
  ...(settings.zuoraCaFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: `/var/task/${caFileName}` }),
  [names.zuoraHttpTimeoutMs]: String(settings.httpTimeoutSeconds * 1000),
  [names.zuoraConcurrency]: String(calls),
  [names.busyPauseSeconds]: String(settings.busyPauseSeconds),
  [names.switchParameter]: addresses.switchParameter,
  [names.workQueueUrl]: addresses.workQueueUrl,
  [names.policy]: JSON.stringify(settings.policy),
});

export const scannerEnvironment = (
  settings: StageSettings,
  addresses: Addresses,
  services: { readonly scanner: string; readonly processor: string },
): FunctionEnvironment => ({
  [names.serviceName]: services.scanner,
  [names.processorServiceName]: services.processor,
  ...zuoraEnvironment(settings, addresses, callsOfScanAlone(settings)),
  [names.scannerCallsBeside]: String(settings.scannerCallsMax),
  [names.processorCalls]: String(processorCalls(settings)),
  [names.deadLetterQueueUrl]: addresses.deadLetterQueueUrl,
  [names.lastScanParameter]: addresses.lastScanParameter,
  [names.refusedScansParameter]: addresses.refusedScansParameter,
});

/** What the replay function needs: two queues, and nothing of Zuora's. */
export const replayEnvironment = (addresses: Addresses, service: string): FunctionEnvironment => ({
  [names.serviceName]: service,
  [names.workQueueUrl]: addresses.workQueueUrl,
  [names.deadLetterQueueUrl]: addresses.deadLetterQueueUrl,
});

export const digestEnvironment = (
  settings: StageSettings,
  addresses: Addresses,
  own: { readonly service: string; readonly system: string; readonly topicArn: string; readonly bucket: string },
): FunctionEnvironment => ({
  [names.serviceName]: own.service,
  [names.systemName]: own.system,
  ...zuoraEnvironment(settings, addresses, 1),
  [names.deadLetterQueueUrl]: addresses.deadLetterQueueUrl,
  ...(addresses.revenue === undefined
    ? {}
    : { [names.revenueDeadLetterQueueUrl]: addresses.revenue.deadLetterQueueUrl }),
  [names.lastScanParameter]: addresses.lastScanParameter,
  [names.refusedScansParameter]: addresses.refusedScansParameter,
  [names.digestTopicArn]: own.topicArn,
  [names.reportBucket]: own.bucket,
  ...eventBus(settings),
});

/** What an operator's program needs to know of a stage. */
export const operatorEnvironment = (settings: StageSettings, addresses: Addresses): FunctionEnvironment => ({
  ...processorEnvironment(settings, addresses, "ops"),
  [names.lastScanParameter]: addresses.lastScanParameter,
  [names.refusedScansParameter]: addresses.refusedScansParameter,
  ...revenueQueues(addresses),
});

/** The queues of the revenue pass, and everything else as the processor. */
export const revenueEnvironment = (
  settings: StageSettings,
  addresses: Addresses,
  service: string,
): FunctionEnvironment => ({
  [names.serviceName]: service,
  ...zuoraEnvironment(settings, addresses, 1),
  ...revenueQueues(addresses),
  [names.maxReceiveCount]: String(settings.maxReceiveCount),
  [names.backoffMaxSeconds]: String(settings.backoffMaxSeconds),
  [names.setAsideAfterSeconds]: String(settings.setAsideAfterSeconds),
});

const eventBus = ({ eventBusArn }: StageSettings): FunctionEnvironment =>
  eventBusArn === undefined ? {} : { [names.eventBusArn]: eventBusArn };

const revenueQueues = ({ revenue }: Addresses): FunctionEnvironment =>
  revenue === undefined
    ? {}
    : {
        [names.revenueQueueUrl]: revenue.queueUrl,
        [names.revenueDeadLetterQueueUrl]: revenue.deadLetterQueueUrl,
      };

export const processorEnvironment = (
  settings: StageSettings,
  addresses: Addresses,
  service: string,
): FunctionEnvironment => ({
  [names.serviceName]: service,
  ...zuoraEnvironment(settings, addresses, processorCalls(settings)),
  [names.deadLetterQueueUrl]: addresses.deadLetterQueueUrl,
  [names.accountsTogetherMax]: String(settings.accountsTogetherMax),
  ...eventBus(settings),
  [names.maxReceiveCount]: String(settings.maxReceiveCount),
  [names.backoffMaxSeconds]: String(settings.backoffMaxSeconds),
  [names.setAsideAfterSeconds]: String(settings.setAsideAfterSeconds),
});
