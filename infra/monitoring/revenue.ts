import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, MathExpression, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { metricNames as names } from "../../functions/app/metric-names.ts";
import { type AlarmDefinition, ringsFrom } from "./alarm-definition.ts";
import { type Graph, lineForEach, period } from "./graphs.ts";
import { minutes, ownMetric, type RevenueMetrics } from "./stage-metrics.ts";

/** A pass comes every night, also in the one of 25 hours. */
const hoursWithoutRevenuePassMax = 26;

/** Nobody is charged for any of it: finance reads its tickets in the morning, and long before a month's close. */
export const revenueAlarms = ({ service, function: revenue, deadLetterQueue }: RevenueMetrics) =>
  ({
    RevenueDeadLetters: {
      severity: "ticket",
      ...ringsFrom(
        1,
        deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: minutes(5), statistic: "Maximum" }),
      ),
      impact: "The revenue of settled pairs is set aside: it may not net to zero, and a month may close over it",
      section: "revenue-dead-letters",
    },
    RevenueDidNotRun: {
      severity: "ticket",
      metric: new MathExpression({
        expression: "FILL(completed, 0)",
        usingMetrics: { completed: ownMetric(names.revenuePassCompleted, { service }, Duration.hours(1)) },
        label: "passes over revenue that completed",
        period: Duration.hours(1),
      }),
      threshold: 1,
      operator: ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: hoursWithoutRevenuePassMax,
      missingData: TreatMissingData.BREACHING,
      impact: "No pass over revenue has completed for a day: pairs that were settled since keep open-ended revenue",
      section: "revenue-did-not-run",
    },
    RevenueFailed: {
      severity: "ticket",
      ...ringsFrom(1, revenue.metricErrors({ period: minutes(5), statistic: "Sum" })),
      impact: "A pass over revenue failed; the next one looks at the same pairs",
      section: "revenue-did-not-run",
    },
  }) as const satisfies Record<string, AlarmDefinition>;

/** What the pass moves, and what keeps it from it. */
export const revenueGraphs = ({ service, function: revenue, deadLetterQueue }: RevenueMetrics): Graph[] => [
  { title: "Moved to earned, by currency", left: [lineForEach(names.revenueMoved, "currency", service)] },
  {
    title: "Pairs that were moved, and that wait for their schedules; passes that completed",
    left: [names.revenuePairsMoved, names.revenueAwaited].map((name) => ownMetric(name, { service }, period)),
    right: [ownMetric(names.revenuePassCompleted, { service }, period)],
  },
  { title: "Pairs that are held, by reason", left: [lineForEach(names.revenueHeld, "reason", service)] },
  {
    title: "Errors, dead letters, and passes that found no Zuora Finance",
    left: [
      revenue.metricErrors({ period, statistic: "Sum" }),
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" }),
      ownMetric(names.revenueNotOffered, { service }, period, "Maximum"),
    ],
    limit: 1,
  },
];
