import { environmentNames as names } from "../functions/app/names.ts";
import type { StageSettings } from "./settings.ts";

/** What only exists once the stack is there. */
export type Addresses = {
  readonly workQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly switchParameter: string;
  readonly lastScanParameter: string;
};

type FunctionEnvironment = Readonly<Record<string, string>>;

const zuoraEnvironment = (settings: StageSettings, addresses: Addresses, calls: number): FunctionEnvironment => ({
  [names.zuoraBaseUrl]: settings.zuoraBaseUrl,
  [names.zuoraSecretId]: settings.zuoraSecretName,
  [names.zuoraTimeZone]: settings.zuoraTimeZone,
  ...(settings.zuoraEntityIds === undefined ? {} : { [names.zuoraEntityIds]: settings.zuoraEntityIds }),
  ...(settings.zuoraOrgIds === undefined ? {} : { [names.zuoraOrgIds]: settings.zuoraOrgIds }),
  [names.zuoraHttpTimeoutMs]: String(settings.httpTimeoutSeconds * 1000),
  [names.zuoraConcurrency]: String(calls),
  [names.busyPauseSeconds]: String(settings.busyPauseSeconds),
  [names.switchParameter]: addresses.switchParameter,
  [names.workQueueUrl]: addresses.workQueueUrl,
  [names.policy]: JSON.stringify(settings.policy),
});

/** The scanner asks one thing after the other. */
export const scannerEnvironment = (
  settings: StageSettings,
  addresses: Addresses,
  service: string,
): FunctionEnvironment => ({
  [names.serviceName]: service,
  ...zuoraEnvironment(settings, addresses, 1),
  [names.lastScanParameter]: addresses.lastScanParameter,
});

/** Each processor gets its share of the calls that all of them may have in flight. */
export const processorEnvironment = (
  settings: StageSettings,
  addresses: Addresses,
  service: string,
): FunctionEnvironment => ({
  [names.serviceName]: service,
  ...zuoraEnvironment(settings, addresses, Math.max(1, Math.floor(settings.zuoraCallsMax / settings.processorsMax))),
  [names.deadLetterQueueUrl]: addresses.deadLetterQueueUrl,
  [names.maxReceiveCount]: String(settings.maxReceiveCount),
  [names.backoffMaxSeconds]: String(settings.backoffMaxSeconds),
});
