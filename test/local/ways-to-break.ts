import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { wrapped } from "../../functions/ops/text/wrapped.ts";

/** A trouble that a person can bring about, what makes it visible, and how it ends. Ready to paste. */
type Way = { readonly breaks: string; readonly commands: readonly string[]; readonly ends: string };

/** Where a person's commands go, and an account whose adjustments a person may cancel. */
export type Addressees = {
  readonly zuora: string;
  readonly local: string;
  /** By number; undefined where nothing was adjusted. */
  readonly adjusted: string | undefined;
};

/** What a person types, with every address in its place. */
const waysOf = ({ zuora, local, adjusted }: Addressees): readonly Way[] => {
  const post = (url: string) => `curl -s -X POST '${url}'`;
  const ops = (command: string) => `npm run --silent ops -- --local ${local} ${command}`;
  const simulator = (action: string) => post(`${zuora}/simulator/${action}`);
  return [
    {
      breaks: "a closed accounting period: seven accounts that Zuora refuses",
      commands: [simulator("close-period?accounts=7"), ops("scan"), ops("dead-letters list")],
      ends: `${simulator("open-period")}; ${ops("dead-letters replay")}`,
    },
    {
      breaks: "a permission taken away: everything waits, nothing is dead-lettered",
      commands: [simulator("no-permission?seconds=60"), simulator("bill?accounts=5"), ops("scan"), ops("status")],
      ends: "by itself after a minute",
    },
    {
      breaks: "an outage, and throttling: everything waits, and goes on by itself",
      commands: [simulator("bill?accounts=5"), ops("scan"), simulator("outage?seconds=30"), ops("status")],
      ends: `by itself; ${simulator("throttle?seconds=30")} instead of outage throttles`,
    },
    {
      breaks: "a breach of the contract: three accounts whose records are not as documented",
      commands: [simulator("garble?accounts=3"), ops("scan"), ops("dead-letters list --code ZUORA_CONTRACT")],
      ends: `${simulator("mend")}; ${ops("dead-letters replay --code ZUORA_CONTRACT")}`,
    },
    {
      breaks: "a poison message in the work queue",
      commands: [post(`${local}/poison`), ops("dead-letters list --code BAD_MESSAGE")],
      ends: ops('dead-letters drop --code BAD_MESSAGE --reason "a stray message"'),
    },
    {
      breaks: "a function that dies whatever it receives: SQS itself sets messages aside after some minutes",
      commands: [post(`${local}/die?seconds=60`), simulator("bill?accounts=2"), ops("scan"), ops("status")],
      ends: "by itself after a minute; what is set aside meanwhile is UNKNOWN",
    },
    {
      breaks: "a payment run that begins now: credit is transferred, and nothing is applied until it ends",
      commands: [simulator("start-payment-run"), simulator("bill?accounts=5"), ops("scan"), ops("status")],
      ends: simulator("finish-payment-run"),
    },
    ...(adjusted === undefined
      ? []
      : [
          {
            breaks: "a person who cancels what was done: it is held until a person says otherwise",
            commands: [simulator(`cancel?account=${adjusted}`), ops("scan --full"), ops(`explain ${adjusted}`)],
            ends: ops(`settle ${adjusted} --again`),
          },
        ]),
  ];
};

/** Every way to break the simulated tenant, as lines of the page that `--keep` prints. */
export const breakingText = (to: Addressees): readonly string[] => [
  "To break the simulated tenant, and to mend it again; paste line by line:",
  ...waysOf(to).flatMap(({ breaks, commands, ends }) => [
    "",
    ...wrapped(breaks, "  ", { columns: 80 }).trimEnd().split("\n"),
    ...commands.map((command) => `    ${command}`),
    `    ends: ${ends}`,
  ]),
];

/** The troubles that are not Zuora's. */
export class OwnTroubles {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  #diesUntil = 0;
  #poisons = 0;

  constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  /** @returns what was done; undefined where it is nothing of ours */
  async begin(path: string, now: number): Promise<object | undefined> {
    const url = new URL(path, "http://localhost");
    if (url.pathname === "/poison") return this.#poison();
    if (url.pathname !== "/die") return undefined;
    this.#diesUntil = now + Number(url.searchParams.get("seconds") ?? "60") * 1000;
    return { trouble: "every invocation dies", until: new Date(this.#diesUntil).toISOString() };
  }

  /** @throws {Error} while invocations die */
  mayDie(now: number): void {
    if (now < this.#diesUntil) throw new Error("Runtime exited without providing a reason");
  }

  async #poison(): Promise<object> {
    this.#poisons += 1;
    const group = `stray-${this.#poisons}`;
    await this.#sqs.send(
      new SendMessageCommand({
        QueueUrl: this.#queueUrl,
        MessageBody: "not a message of ours",
        MessageGroupId: group,
        MessageDeduplicationId: `${group}-${Date.now()}`,
      }),
    );
    return { poisoned: group };
  }
}
