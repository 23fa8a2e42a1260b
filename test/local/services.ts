import { SQSClient } from "@aws-sdk/client-sqs";
import { scanOverlapMs } from "../../functions/app/scan/runs-in-window.ts";
import { credentials, region } from "./aws-client-settings.ts";
import { type AwsStandIns, startAwsStandIns } from "./aws-stand-ins.ts";
import type { Closers } from "./closers.ts";
import { type Addresses, localNames } from "./function-environment.ts";
import type { Options } from "./options.ts";
import { createPostingQueue, createQueues, type Queue, type Queues, revenueQueueNames } from "./queues.ts";
import type { TenantAccess } from "./run-adjustments.ts";
import { type RunningTenant, startSimulatedTenant } from "./simulated-tenant.ts";
import { type SqsServer, startSqsServer } from "./sqs-server.ts";
import { startZuoraDoor, type ZuoraTraffic } from "./zuora-door.ts";

const incrementalLookBackMs = 30 * 60_000;

/** Everything that the functions need around them. */
export type Services = {
  readonly addresses: Addresses;
  readonly access: () => TenantAccess;
  readonly traffic: Readonly<ZuoraTraffic>;
  readonly sqs: SQSClient;
  readonly sqsServer: SqsServer;
  readonly workQueue: Queue;
  /** What is called out. */
  readonly postings: Queue;
  /** There where revenue is netted. */
  readonly revenueQueues?: Queues | undefined;
  readonly standIns: AwsStandIns;
  /** Absent where the tenant is somebody else's. */
  readonly simulated?: RunningTenant | undefined;
};

/** Starts all of it on loopback and puts in place what the stack, and an operator, would have. */
export const startServices = async (options: Options, closers: Closers): Promise<Services> => {
  const { tenant } = options;
  const [standIns, sqsServer] = await Promise.all([startAwsStandIns(), startSqsServer(region)]);
  closers.add(standIns);
  closers.add(sqsServer);
  const {
    access: { url, clientId, clientSecret },
    simulated,
  } = await enter(options, closers);
  const door = closers.add(await startZuoraDoor(url, options.dryRun));
  const sqs = new SQSClient({ endpoint: sqsServer.endpoint, region, credentials });
  closers.add({ stop: async () => sqs.destroy() });
  const queues = await createQueues(sqs, options);
  const postings = await createPostingQueue(sqs);
  const revenueQueues = options.revenue ? await createQueues(sqs, options, revenueQueueNames) : undefined;

  standIns.secrets.set(localNames.secretId, JSON.stringify({ clientId, clientSecret }));
  standIns.parameters.set(localNames.switchParameter, options.dryRun ? "dry-run" : "on");
  if (options.kind === "incremental") {
    const lastScanAt = new Date(Date.now() - incrementalLookBackMs + scanOverlapMs);
    standIns.parameters.set(localNames.lastScanParameter, lastScanAt.toISOString());
  }
  return {
    addresses: {
      zuoraBaseUrl: door.baseUrl,
      sqsEndpoint: sqsServer.endpoint,
      standInsEndpoint: standIns.endpoint,
      workQueueUrl: queues.work.url,
      deadLetterQueueUrl: queues.deadLetter.url,
      postingQueueUrl: postings.url,
      revenueQueues,
    },
    access: () => ({ baseUrl: door.baseUrl, clientId, clientSecret, tenant, token: door.lastToken() }),
    traffic: door.traffic,
    sqs,
    sqsServer,
    workQueue: queues.work,
    postings,
    revenueQueues,
    standIns,
    simulated,
  };
};

/** The way into the tenant; one of ours is started first. */
const enter = async ({ tenant, mode, billRun, revenue }: Options, closers: Closers) => {
  if (tenant.kind === "zuora") return { access: tenant };
  const simulated = closers.add(
    await startSimulatedTenant({ ...tenant, mode, isFar: billRun === true, hasFinance: revenue === true }),
  );
  return { access: simulated, simulated };
};
