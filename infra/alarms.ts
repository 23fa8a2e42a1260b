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
