import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { switchKeptMs } from "../../../functions/aws/parameters.ts";
import { bundleFunction } from "../../../infra/bundle/bundle.ts";
import { synthesised } from "../../infra/synthesised.ts";
import { handledOf } from "../../local/event-source-mapping.ts";
import { localNames } from "../../local/function-environment.ts";
import { LambdaFunction } from "../../local/lambda/lambda-function.ts";
import { queueNames } from "../../local/queues.ts";
import { sqsEventOf } from "../../local/sqs-event.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import { useLocalOps } from "./local-ops.ts";

const { system, run, tenant, setAside } = useLocalOps();

/** What the stack calls a thing, by what it is called on one machine. */
const resources: Readonly<Record<string, string>> = {
  [queueNames.work]: "AccountsQueue",
  [queueNames.deadLetter]: "AccountsDeadLetters",
  [localNames.switchParameter]: "ParametersSwitch",
  [localNames.lastScanParameter]: "ParametersLastScan",
  [localNames.refusedScansParameter]: "ParametersRefusedScans",
  [localNames.secretId]: "ZuoraSecret",
};

let calls = new Set<string>();
let folder: string;
const functions: LambdaFunction[] = [];

const functionOf = (name: string): LambdaFunction => {
  const bundle = join(bundleFunction(name, folder), "index.mjs");
  const { environment } = system();
  const common = { timeoutMs: 60_000, memoryMb: 512, concurrency: 1, environment, onLog: () => {} };
  const created = new LambdaFunction({ ...common, name, bundle, mayLoop: true });
  functions.push(created);
  return created;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aws-calls-"));
});

beforeEach(async () => {
  // The template is of a stage that looks at no revenue, and so is the system here.
  const { environment, file } = system();
  const own = Object.entries(environment).filter(([name]) => !name.startsWith("REVENUE_"));
  await writeFile(file, JSON.stringify(Object.fromEntries(own)));
  calls = new Set();
  const listener = (call: string) => {
    const [action = "", name = ""] = call.split(" ");
    calls.add(`${action} ${resources[name] ?? name}`);
  };
  system().standIns.listen(listener);
  system().sqsServer.listen(listener);
});

afterAll(async () => {
  await Promise.all(functions.map((each) => each.stop()));
  await rm(folder, { recursive: true, force: true });
});

type Statement = { readonly Action: string | readonly string[]; readonly Resource: unknown };

/**
 * What the template's statements grant, as calls are written down here; what AWS itself does with them is left out, and
 * what people read in the S3 console.
 */
const grantsIn = (statements: readonly Statement[], byAws: readonly string[] = []): readonly string[] =>
  statements
    .flatMap(({ Action, Resource }) => [Action].flat().map((action) => `${action} ${nameOf(Resource)}`))
    .filter((grant) => !/^(logs|s3):/.test(grant) && !byAws.includes(grant))
    .toSorted();

const nameOf = (resource: unknown): string => {
  const text = JSON.stringify(resource);
  const [, name] =
    /(?:"Fn::GetAtt":\["|"Ref":")((?:Accounts|Parameters|Missed|Replay|System|Postings)\w*?)[0-9A-F]{8}"/.exec(text) ??
    [];
  return text.includes(":secret:") ? "ZuoraSecret" : (name ?? text);
};

const template = synthesised();

const statementsOf = (type: string, beginning: string): readonly Statement[] => {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(beginning));
  const [[, { Properties }]] = found as [[string, { Properties: Record<string, never> }]];
  const { Policies, PolicyDocument } = Properties as unknown as {
    Policies?: readonly { PolicyDocument: { Statement: readonly Statement[] } }[];
    PolicyDocument?: { Statement: readonly Statement[] };
  };
  return [...(Policies ?? []).flatMap((each) => each.PolicyDocument.Statement), ...(PolicyDocument?.Statement ?? [])];
};

const made = (): readonly string[] => [...calls].toSorted();

const owed = () => addAccount(tenant().store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] });

/** What the role of a function grants to AWS itself: to its event source mapping, and to Lambda where a scan failed. */
const byAws: Readonly<Record<string, readonly string[]>> = {
  Scanner: ["sqs:SendMessage MissedScansQueue"],
  Processor: ["sqs:GetQueueAttributes AccountsQueue"],
  Replay: [],
};

describe("every call that a function makes is granted, and every grant is used: by", () => {
  const grantsOf = (name: string) => grantsIn(statementsOf("AWS::IAM::Role", `${name}Role`), byAws[name]);

  it("the scanner", async () => {
    owed();
    system().standIns.parameters.set(localNames.refusedScansParameter, refused("full"));
    const scanner = functionOf("scanner");
    await scanner.invoke({ kind: "full" });
    expect(made()).toEqual(grantsOf("Scanner"));
  });

  it("the processor, whose queue is polled with its role", async () => {
    owed();
    await run(["scan", "--full"]);
    const { sqs, environment, standIns } = system();
    const queue = { QueueUrl: environment["WORK_QUEUE_URL"] ?? "" };
    const nonsense = { MessageBody: "nonsense", MessageGroupId: "nonsense", MessageDeduplicationId: "nonsense" };
    await sqs.send(new SendMessageCommand({ ...queue, ...nonsense }));
    calls = new Set();
    const processor = functionOf("processor");
    const deliver = async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          ...queue,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 10,
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
      );
      const answer = await processor.invoke(sqsEventOf(Messages, "arn:aws:sqs:eu-west-2:000000000000:accounts.fifo"));
      const Entries = handledOf(Messages, answer).map(({ ReceiptHandle }, index) => ({
        Id: `${index}`,
        ReceiptHandle,
      }));
      if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ ...queue, Entries }));
    };
    // What is no message is set aside, what waits is hidden, and later settled.
    standIns.parameters.set(localNames.switchParameter, "off");
    await deliver();
    standIns.parameters.set(localNames.switchParameter, "on");
    await sleep(switchKeptMs);
    await deliver();
    // A renewal comes after more receives than are waited for here; renewal-loop.test.ts has two hundred of them.
    expect([...made(), "sqs:SendMessage AccountsQueue"].toSorted()).toEqual(grantsOf("Processor"));
  });

  it("the replay", async () => {
    const [first, second] = [owed(), owed()];
    await setAside([first.Id, second.Id]);
    calls = new Set();
    await functionOf("replay").invoke({ limit: 1, dryRun: false });
    expect(made()).toEqual(grantsOf("Replay"));
  });
});

const refused = (kind: "full" | "incremental"): string => {
  const shown = { runId: "zcs-0mb0abc12345", startedAt: 1, negativeInvoices: 1, accounts: 1, amounts: {} };
  return JSON.stringify({ [kind]: shown });
};

/** What only a deployed stage asks for: where it is described, and the replay from the console. */
const deployedOnly = ["ssm:GetParameter System", "lambda:InvokeFunction ReplayFunction"];

const policies: Readonly<
  Record<
    string,
    { readonly beside: readonly string[]; readonly commands: () => Promise<readonly (readonly string[])[]> }
  >
> = {
  Finance: {
    beside: [],
    commands: async () => {
      const { Id } = owed();
      return [
        ["report", "--since", "2026-01-01"],
        ["plan", Id],
        ["history", Id],
      ];
    },
  },
  Looks: {
    beside: [],
    commands: async () => {
      const { Id } = owed();
      await setAside([Id]);
      return [
        ["status"],
        ["doctor"],
        ["plan", Id],
        ["explain", Id],
        ["dead-letters", "list"],
        ["dead-letters", "show", Id],
        ["scan", "--full", "--dry-run"],
      ];
    },
  },
  Replays: {
    beside: ["Looks"],
    commands: async () => {
      const [first, second] = [owed(), owed()];
      await setAside([first.Id, second.Id]);
      return [
        ["dead-letters", "replay", "--account", first.Id, "--yes"],
        ["dead-letters", "drop", "--account", second.Id, "--reason", "tried", "--yes"],
      ];
    },
  },
  Operates: {
    beside: ["Looks"],
    commands: async () => {
      const { Id } = owed();
      system().standIns.parameters.set(localNames.refusedScansParameter, refused("full"));
      return [["stop"], ["dry"], ["resume"], ["scan", "--full"], ["settle", Id]];
    },
  },
};

describe("every call of ops is granted by the policy for it, and every grant is used: by", () => {
  it.each(Object.entries(policies))("%s", async (name, { beside, commands }) => {
    const grantsOf = (each: string) =>
      grantsIn(statementsOf("AWS::IAM::ManagedPolicy", `Operators${each}`), deployedOnly);
    const asked = await commands();
    calls = new Set();
    for (const command of asked) {
      const { status, err } = await run(command, { answer: true });
      expect(status, `${command.join(" ")}: ${err}`).not.toBe(2);
    }
    const grants = new Set([name, ...beside].flatMap(grantsOf));
    expect(made().filter((call) => !grants.has(call))).toEqual([]);
    expect(grantsOf(name).filter((grant) => !calls.has(grant))).toEqual([]);
  });
});
