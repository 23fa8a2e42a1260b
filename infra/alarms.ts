import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { metricNames, metricNamespace } from "../functions/app/names.ts";
import { AlarmTopic } from "./alarm-topic.ts";

export type AlarmsProps = {
  readonly deadLetterQueue: IQueue;
  readonly missedScans: IQueue;
  /** The `service` dimension of the scanner's own metrics. */
  readonly scannerService: string;
  /** The same of the processors'. */
  readonly processorService: string;
  readonly scanEveryMinutes: number;
  readonly topicArn?: string;
};

type Condition = {
  readonly metric: IMetric;
  readonly threshold: number;
  readonly operator: ComparisonOperator;
  readonly periods: number;
  readonly missingData: TreatMissingData;
  /** What it costs when nobody acts, and where the runbook says what to do. */
  readonly description: string;
};

/** The code of `ZuoraAccessError` in `functions/domain/errors.ts`. */
const accessRefused = "ZUORA_ACCESS";

/** A switch that is off for a day is forgotten rather than meant. */
const hoursNotOnMax = 24;

const quartersThrottledMax = 4;

const minutes = (count: number): Duration => Duration.minutes(count);

const own = (metricName: string, dimensionsMap: Record<string, string>, period: Duration, statistic = "Sum"): Metric =>
  new Metric({ namespace: metricNamespace, metricName, dimensionsMap, period, statistic });

/** Rings at the first; what is not told did not happen. */
const atLeastOnce = (metric: IMetric) => ({
  metric,
  threshold: 1,
  operator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  periods: 1,
  missingData: TreatMissingData.NOT_BREACHING,
});

/** Scans that may be missed before somebody is told: one may fail for a passing reason. */
const scansMissedMax = 3;

/** Alarms that a person must act on. Each says the impact and names its section of docs/runbook.md. */
export class Alarms extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic =
      props.topicArn === undefined
        ? new AlarmTopic(this, "Topic").topic
        : Topic.fromTopicArn(this, "Topic", props.topicArn);

    this.#alarm("DeadLetters", {
      metric: props.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: "Maximum",
      }),
      threshold: 1,
      operator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      periods: 1,
      missingData: TreatMissingData.NOT_BREACHING,
      description:
        "Accounts were set aside and are not settled: their customers may be charged although they owe nothing. Runbook: dead letters",
    });
    this.#alarm("ScannerDidNotRun", {
      metric: new Metric({
        namespace: metricNamespace,
        metricName: metricNames.scanCompleted,
        dimensionsMap: { service: props.scannerService },
        period: Duration.minutes(props.scanEveryMinutes),
        statistic: "Sum",
      }),
      threshold: 1,
      operator: ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: scansMissedMax,
      // Silence is the very thing that this alarm is about.
      missingData: TreatMissingData.BREACHING,
      description:
        "No scan has completed lately: new negative invoices are not even looked for. Runbook: scanner did not run",
    });
    this.#alarm("MissedScans", {
      metric: props.missedScans.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: "Maximum",
      }),
      threshold: 1,
      operator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      periods: 1,
      missingData: TreatMissingData.NOT_BREACHING,
      description: "A scan failed or could not be started; the next one looks back as far. Runbook: scanner failed",
    });
    this.#alarmsOfScans(props.scannerService);
    this.#alarmsOfProcessors(props.processorService);
  }

  #alarmsOfScans(service: string): void {
    this.#alarm("GuardTripped", {
      ...atLeastOnce(own(metricNames.guardTripped, { service }, minutes(15))),
      description:
        "A scan found more than the policy allows and queued nothing: no negative invoice is settled until a person approves it. Runbook: guard tripped",
    });
    this.#alarm("NegativeWhenRunBegan", {
      ...atLeastOnce(own(metricNames.negativeWhenRunBegan, { service }, minutes(15))),
      description:
        "Customers with a negative invoice may have been charged by a payment run. Runbook: negative when a payment run began",
    });
    this.#alarm("SwitchNotOn", {
      ...atLeastOnce(own(metricNames.switchNotOn, { service }, Duration.hours(1), "Minimum")),
      periods: hoursNotOnMax,
      description: "The switch has not been on for a day: nothing is settled. Runbook: switch not on",
    });
  }

  #alarmsOfProcessors(service: string): void {
    this.#alarm("NewDeadLetters", {
      ...atLeastOnce(own(metricNames.deadLettered, { service }, minutes(5))),
      description: "More accounts were set aside just now, beside those that were there already. Runbook: dead letters",
    });
    this.#alarm("AccessRefused", {
      ...atLeastOnce(own(metricNames.waiting, { service, code: accessRefused }, minutes(5))),
      description: "Zuora refuses our user, a feature or the tenant: every account waits. Runbook: access refused",
    });
    this.#alarm("ThrottledForLong", {
      ...atLeastOnce(own(metricNames.zuoraThrottles, { service }, minutes(15))),
      periods: quartersThrottledMax,
      description:
        "Zuora has been refusing calls for an hour: accounts are settled late, if at all before the next payment run. Runbook: waiting",
    });
  }

  #alarm(id: string, condition: Condition): void {
    const { metric, threshold, operator, periods, missingData, description } = condition;
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      comparisonOperator: operator,
      evaluationPeriods: periods,
      treatMissingData: missingData,
      alarmDescription: description,
    });
    const action = new SnsAction(this.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
