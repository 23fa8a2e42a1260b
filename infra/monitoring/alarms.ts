import { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { Severity } from "./alarm-definition.ts";
import { alarmDefinitions } from "./alarm-definitions.ts";
import { type AlarmTopicArns, AlarmTopics } from "./alarm-topics.ts";
import type { StageMetrics } from "./stage-metrics.ts";

export type AlarmsProps = {
  readonly metrics: StageMetrics;
  readonly topicArns: AlarmTopicArns;
  readonly key: IKey | undefined;
  /** Where people find docs/runbook.md. */
  readonly runbook: string;
};

/** Every alarm, bound to the topic of its severity. Each says its impact and links its section of the runbook. */
export class Alarms extends Construct {
  /** In the order of their definitions. */
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { metrics, topicArns, key, runbook }: AlarmsProps) {
    super(scope, id);
    const topics = new AlarmTopics(this, "Topics", topicArns, key);
    const actions: Readonly<Record<Severity, SnsAction>> = {
      page: new SnsAction(topics.topicFor("page")),
      ticket: new SnsAction(topics.topicFor("ticket")),
    };
    this.all = Object.entries(alarmDefinitions(metrics)).map(([name, definition]) => {
      const { severity, metric, threshold, operator, periods, missingData, impact, section } = definition;
      const alarm = new Alarm(this, name, {
        metric,
        threshold,
        comparisonOperator: operator,
        evaluationPeriods: periods,
        treatMissingData: missingData,
        alarmDescription: `${severity}: ${impact}. Runbook: ${runbook}#${section}`,
      });
      alarm.addAlarmAction(actions[severity]);
      alarm.addOkAction(actions[severity]);
      return alarm;
    });
  }
}
