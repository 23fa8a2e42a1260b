import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  type IAlarm,
  PeriodOverride,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { metricNames as names } from "../../functions/app/metric-names.ts";
import { unsettledSecondsMax } from "./alarm-definitions.ts";
import { fullWidth, type Graph, heading, lineForEach, period, rowOf } from "./graphs.ts";
import { revenueGraphs } from "./revenue.ts";
import { ownMetric, type StageMetrics } from "./stage-metrics.ts";

export type DashboardProps = {
  readonly metrics: StageMetrics;
  readonly alarms: readonly IAlarm[];
  /** Where people find docs/runbook.md. */
  readonly runbook: string;
};

/** One page for one question: is money stuck? The first row answers it, the others say where and why. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { metrics, alarms, runbook }: DashboardProps) {
    super(scope, id);
    new CloudWatchDashboard(this, "Dashboard", {
      periodOverride: PeriodOverride.AUTO,
      widgets: [
        [heading(`# Is money stuck?\nIf anything here is red: ${runbook}`)],
        [new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms], width: fullWidth, height: 4 })],
        rowOf(isMoneyStuck(metrics)),
        [heading("## What moves")],
        rowOf(whatMoves(metrics)),
        [heading("## What holds it up")],
        rowOf(whatHoldsItUp(metrics)),
        [heading("## Zuora and Lambda")],
        rowOf(machinery(metrics)),
        ...(metrics.revenue === undefined
          ? []
          : [[heading("## Revenue of settled pairs")], rowOf(revenueGraphs(metrics.revenue))]),
      ],
    });
  }
}

const isMoneyStuck = ({ scannerService, processorService, workQueue }: StageMetrics): Graph[] => [
  {
    title: "Seconds since the oldest unsettled invoice was posted, and since an account was queued",
    left: [
      ownMetric(names.oldestUnsettledSeconds, { service: processorService }, period, "Maximum"),
      ownMetric(names.oldestWaitingSeconds, { service: processorService }, period, "Maximum"),
    ],
    limit: unsettledSecondsMax,
  },
  {
    title: "Accounts that wait, and dead letters",
    left: [
      workQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" }),
      workQueue.metricApproximateNumberOfMessagesNotVisible({ period, statistic: "Maximum" }),
      ownMetric(names.deadLettersWaiting, { service: scannerService }, period, "Maximum"),
    ],
  },
  {
    title: "Negative when a payment run began, guard tripped, switch not on",
    left: [names.negativeWhenRunBegan, names.guardTripped, names.switchNotOn].map((name) =>
      ownMetric(name, { service: scannerService }, period, "Maximum"),
    ),
    limit: 1,
  },
];

const whatMoves = ({ scannerService, processorService: service }: StageMetrics): Graph[] => [
  {
    title: "Found and settled",
    left: [
      ownMetric(names.foundNegativeInvoices, { service: scannerService }, period),
      ownMetric(names.foundAccounts, { service: scannerService }, period),
      ownMetric(names.settled, { service }, period),
      ownMetric(names.handled, { service }, period),
    ],
  },
  { title: "Transferred, by currency", left: [lineForEach(names.transferred, "currency", service)] },
  { title: "Applied, by currency", left: [lineForEach(names.applied, "currency", service)] },
  {
    title: "Seconds from posting to transfer; scans that completed",
    left: [ownMetric(names.settledAfterSeconds, { service }, period, "Maximum")],
    right: [ownMetric(names.scanCompleted, { service: scannerService }, period)],
  },
];

const whatHoldsItUp = ({ scannerService, processorService: service }: StageMetrics): Graph[] => [
  { title: "Held, by reason", left: [lineForEach(names.held, "reason", service)] },
  { title: "Waiting, by code", left: [lineForEach(names.waiting, "code", service)] },
  { title: "Dead-lettered, by code", left: [lineForEach(names.deadLetteredByCode, "code", service)] },
  {
    title: "Seconds since the oldest negative invoice was posted, held ones as well",
    left: [ownMetric(names.oldestNegativeSeconds, { service: scannerService }, period, "Maximum")],
  },
];

const machinery = ({
  processorService: service,
  billRunService,
  scanner,
  processor,
  digest,
}: StageMetrics): Graph[] => [
  {
    title: "Calls to Zuora, writes, throttles; accounts of a batch",
    left: [names.zuoraCalls, names.zuoraWrites, names.zuoraThrottles].map((name) =>
      ownMetric(name, { service }, period),
    ),
    right: [ownMetric(names.batchSize, { service }, period, "Average")],
  },
  {
    title: "Percent left of Zuora's rate limit",
    left: [ownMetric(names.zuoraRateLimitLeft, { service }, period, "Minimum")],
  },
  {
    title: "Errors of scanner, processors and digest",
    left: [scanner, processor, digest].map((each) => each.metricErrors({ period, statistic: "Sum" })),
    limit: 1,
  },
  {
    title: "Longest invocation, in milliseconds",
    left: [scanner, processor].map((each) => each.metricDuration({ period, statistic: "Maximum" })),
  },
  ...(billRunService === undefined
    ? []
    : [
        {
          title: "Callouts that were refused, and that were repeated",
          left: [names.calloutRefused, names.calloutRepeated].map((name) =>
            ownMetric(name, { service: billRunService }, period),
          ),
        },
      ]),
];
