import { Stack } from "aws-cdk-lib";
import { type ILogGroup, QueryDefinition, QueryString, type QueryStringProps } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

const newestFirst = "@timestamp desc";

/** Questions that the runbook asks of the logs, by their name in CloudWatch's list of saved queries. */
const queries: Readonly<Record<string, QueryStringProps>> = {
  "what waits": {
    filterStatements: ['message = "account outcome"', 'outcome = "waiting" or outcome = "failed"'],
    statsStatements: [
      "latest(@timestamp) as seenAt, latest(outcome) as lastOutcome, latest(code) as errorCode, latest(waitReason) as waitsFor, latest(errorMessage) as errorText, count(*) as times by accountId",
    ],
    sort: "times desc",
    limit: 1_000,
  },
  "what is held": {
    filterStatements: ['message = "account outcome"', 'outcome = "held"'],
    fields: ["@timestamp", "accountId", "holds.0.reason", "holds.0.invoiceNumber", "currency", "leftAsCredit"],
    sort: newestFirst,
    limit: 1_000,
  },
  "one account (put its id for ACCOUNT)": {
    filterStatements: ['accountId = "ACCOUNT"'],
    fields: [
      "@timestamp",
      "runId",
      "message",
      "outcome",
      "step",
      "invoiceNumber",
      "amount",
      "code",
      "errorMessage",
      "zuoraRequestId",
    ],
    sort: newestFirst,
    limit: 1_000,
  },
  "one run (put its id for RUN)": {
    filterStatements: ['runId = "RUN"'],
    statsStatements: ["count(*) as times by message, outcome, code"],
    sort: "times desc",
  },
  "money by run and step": {
    filterStatements: ['message in ["adjustment created", "credit memo applied", "payment applied"]'],
    statsStatements: ["count(*) as times, sum(amount) as money by runId, step"],
    sort: "runId desc",
  },
  "what was dead-lettered": {
    filterStatements: ['message = "dead-lettered"'],
    fields: ["@timestamp", "runId", "messageId", "code", "attempts"],
    sort: newestFirst,
    limit: 1_000,
  },
  "scans: completed, refused, not watched": {
    filterStatements: [
      'message in ["scan completed", "scan refused", "payment runs not watched", "negative when a payment run began", "credit idle when a payment run began", "switch is not on"]',
    ],
    fields: ["@timestamp", "message", "runId", "kind", "reason", "accounts", "enqueued", "paymentRun", "approve"],
    sort: newestFirst,
    limit: 1_000,
  },
  "what did not work": {
    filterStatements: ['level = "WARN" or level = "ERROR"'],
    fields: ["@timestamp", "service", "message", "runId", "code", "errorMessage"],
    sort: newestFirst,
    limit: 1_000,
  },
};

/** Every saved query, over the logs of the functions that settle. Named after the stack, so that stages stay apart. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, logGroups: readonly ILogGroup[]) {
    super(scope, id);
    for (const [name, query] of Object.entries(queries)) {
      new QueryDefinition(this, name.replaceAll(/\W+/g, "-"), {
        queryDefinitionName: `${Stack.of(this).stackName}/${name}`,
        queryString: new QueryString(query),
        logGroups: [...logGroups],
      });
    }
  }
}
