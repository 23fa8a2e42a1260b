import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PurgeQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { environmentNames } from "../../../functions/app/config/environment-names.ts";
import type { DeadLetterReason } from "../../../functions/app/settle/ports.ts";
import { createDeliveries } from "../../../functions/aws/sqs/deliveries.ts";
import type { Mode } from "../../../functions/domain/credit/mode.ts";
import { runOps } from "../../../functions/ops/run-ops.ts";
import { plain } from "../../../functions/ops/text/look.ts";
import { credentials, region } from "../../local/aws-client-settings.ts";
import { type AwsStandIns, startAwsStandIns } from "../../local/aws-stand-ins.ts";
import { readFlags } from "../../local/command-line.ts";
import { functionEnvironment, localNames } from "../../local/function-environment.ts";
import { optionsFrom } from "../../local/options.ts";
import { createQueues, queueNames, revenueQueueNames } from "../../local/queues.ts";
import { type SqsServer, startSqsServer } from "../../local/sqs-server.ts";
import { delivery } from "../../unit/fakes/fake-queue.ts";
import { RevenueBooks } from "../../zuora-simulator/revenue/revenue-books.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { kindFor } from "../../zuora-simulator/tenant-kind.ts";
import { startZuoraServer, type ZuoraServer } from "../../zuora-simulator/zuora-server.ts";

/** What a command said and how it ended. */
export type Said = {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into data of every shape
  readonly data: any;
};

type Running = {
  readonly standIns: AwsStandIns;
  readonly sqsServer: SqsServer;
  readonly sqs: SQSClient;
  readonly zuora: ZuoraServer;
  readonly environment: Readonly<Record<string, string>>;
  readonly file: string;
};

/**
 * A whole local system but for the functions, and `ops` pointed at it. Every test begins with an empty tenant and
 * queues.
 */
export const useLocalOps = () => {
  let running: Running | undefined;
  let letters = 0;
  const system = (): Running => {
    if (running === undefined) throw new Error("the system runs only while tests do");
    return running;
  };
  beforeAll(async () => {
    running = await start();
  });
  beforeEach(async () => {
    const { zuora, standIns, sqs, environment, file } = system();
    zuora.reset(new Store());
    zuora.tenant.kind = kindFor("credit-balance");
    zuora.tenant.unapplyShownAs = "negative-amount";
    standIns.parameters.set(localNames.switchParameter, "on");
    standIns.parameters.delete(localNames.lastScanParameter);
    for (const name of Object.keys(environment).filter((each) => each.endsWith("QUEUE_URL"))) {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: environment[name] }));
    }
    await writeFile(file, JSON.stringify(environment));
  });
  afterAll(async () => {
    const { standIns, sqsServer, sqs, zuora, file } = system();
    sqs.destroy();
    await Promise.all([
      standIns.stop(),
      sqsServer.stop(),
      zuora.stop(),
      rm(dirname(file), { recursive: true, force: true }),
    ]);
  });

  /**
   * Runs one command; `--json` is added, unless the test asks for the text. Whoever is asked may do something first.
   */
  const run = async (
    args: readonly string[],
    {
      answer = false,
      json = true,
      interactive = false,
      whenAsked = () => {},
      isStopped = (): boolean => false,
      look = plain,
    } = {},
  ): Promise<Said> => {
    const said = { out: "", err: "" };
    const terminal = {
      look,
      isInteractive: interactive,
      out: (text: string) => {
        said.out += text;
      },
      audit: (entry: object) => {
        said.err += `${JSON.stringify(entry)}\n`;
      },
      note: (line: string) => {
        said.err += `${line}\n`;
      },
      progress: (what: string) => ({
        told: (done: number, of: number) => {
          said.err += `${done} of ${of} ${what}\n`;
        },
        end: () => {},
      }),
      confirm: async (question: string, inAdvance = "--yes") => {
        said.err += `${question} (${inAdvance})\n`;
        whenAsked();
        return answer;
      },
    };
    const argv = ["--local", system().file, ...(json ? ["--json"] : []), ...args];
    const status = await runOps(argv, { environment: {}, terminal, isStopped });
    // No customer's address and no user's login name is anybody's business, whatever the command.
    expect(said.out + said.err).not.toContain("@example.invalid");
    return { status, ...said, data: json && said.out !== "" ? JSON.parse(said.out) : undefined };
  };

  return {
    system,
    ops: (...args: readonly string[]) => run(args),
    run,
    tenant: () => system().zuora.tenant,
    /**
     * Makes it, until the test ends, a stage of a mode, in front of an empty or a seeded tenant of the kind that goes
     * with it.
     */
    inMode: async (mode: Mode, store = new Store()) => {
      const { zuora, environment, file } = system();
      zuora.reset(store);
      zuora.tenant.kind = kindFor(mode);
      await writeFile(file, JSON.stringify({ ...environment, [environmentNames.mode]: mode }));
    },
    /** Sets accounts aside, as the processor does. */
    setAside: async (accountIds: readonly string[], reason: Partial<DeadLetterReason> = {}) => {
      const { sqs, environment } = system();
      const deliveries = createDeliveries(sqs, {
        workQueueUrl: environment["WORK_QUEUE_URL"] ?? "",
        deadLetterQueueUrl: environment["DEAD_LETTER_QUEUE_URL"] ?? "",
      });
      for (const accountId of accountIds) {
        // SQS remembers the ids of messages for five minutes, purged or not.
        letters += 1;
        await deliveries.deadLetter(delivery(accountId, { messageId: `letter-${letters}` }), {
          ...rejected,
          ...reason,
        });
      }
    },
    /** The accounts in a queue, one for each message. */
    accountsIn: (
      queue: keyof typeof queueNames,
      names: Record<keyof typeof queueNames, string> = queueNames,
    ): readonly string[] =>
      system()
        .sqsServer.messagesIn(names[queue])
        .map(({ messageGroupId }) => messageGroupId ?? ""),
  };
};

const rejected: DeadLetterReason = {
  errorCode: "ZUORA_REJECTED",
  errorMessage: "Zuora refused: ACCOUNTING_PERIOD_CLOSED: The accounting period is closed.",
  runId: "zcs-0mb0abc123",
  firstFailedAt: "2026-03-16T11:00:00.000Z",
  attempts: 1,
  zuoraRequestId: undefined,
};

const today = () => new Date().toISOString().slice(0, 10);

const start = async (): Promise<Running> => {
  const client = { clientId: "client-of-the-test", clientSecret: "canary-secret" };
  const [standIns, sqsServer, zuora] = await Promise.all([
    startAwsStandIns(),
    startSqsServer(region),
    startZuoraServer({ ...client, store: new Store(), revenue: () => new RevenueBooks(today()) }),
  ]);
  const sqs = new SQSClient({ endpoint: sqsServer.endpoint, region, credentials });
  const flags = readFlags(["--revenue"], () => {});
  if (flags === undefined) throw new Error("no flags");
  const options = optionsFrom(flags, {});
  const { work, deadLetter } = await createQueues(sqs, options);
  const revenueQueues = await createQueues(sqs, options, revenueQueueNames);
  standIns.secrets.set(localNames.secretId, JSON.stringify(client));
  const environment = functionEnvironment(options, {
    zuoraBaseUrl: zuora.url,
    sqsEndpoint: sqsServer.endpoint,
    standInsEndpoint: standIns.endpoint,
    workQueueUrl: work.url,
    deadLetterQueueUrl: deadLetter.url,
    revenueQueues,
  });
  const folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-"));
  return { standIns, sqsServer, sqs, zuora, environment, file: join(folder, "system.json") };
};
