import { Duration } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { metricNamespace } from "../../functions/app/metric-names.ts";

/** Where a stage's figures come from. */
export type StageMetrics = {
  /** The `service` dimension of each function's own metrics. */
  readonly scannerService: string;
  readonly processorService: string;
  /** Of the function that takes callouts, where there is one. */
  readonly billRunService: string | undefined;
  readonly scanner: IFunction;
  readonly processor: IFunction;
  readonly digest: IFunction;
  readonly workQueue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly missedScans: IQueue;
  readonly scanEveryMinutes: number;
  /** Of the revenue pass, where the policy looks at revenue. */
  readonly revenue: RevenueMetrics | undefined;
};

export type RevenueMetrics = {
  readonly service: string;
  readonly function: IFunction;
  readonly deadLetterQueue: IQueue;
};

export type Statistic = "Sum" | "Maximum" | "Minimum" | "Average";

/** A metric that one of our functions writes, with the dimensions that it writes it with. */
export const ownMetric = (
  metricName: string,
  dimensionsMap: Record<string, string>,
  period: Duration,
  statistic: Statistic = "Sum",
): Metric => new Metric({ namespace: metricNamespace, metricName, dimensionsMap, period, statistic });

export const minutes = (count: number): Duration => Duration.minutes(count);
