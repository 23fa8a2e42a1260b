import { ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";

/** `page` wakes somebody, since a customer may be charged before the morning; `ticket` is read in working hours. */
export type Severity = "page" | "ticket";

export type AlarmDefinition = {
  readonly severity: Severity;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly operator: ComparisonOperator;
  readonly periods: number;
  readonly missingData: TreatMissingData;
  /** What it costs when nobody acts. */
  readonly impact: string;
  /** The anchor of its section in docs/runbook.md. */
  readonly section: string;
};

/** As an alarm that rings from a figure on; what is not told did not happen. */
export const ringsFrom = (threshold: number, metric: IMetric, periods = 1) => ({
  metric,
  threshold,
  periods,
  operator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  missingData: TreatMissingData.NOT_BREACHING,
});
