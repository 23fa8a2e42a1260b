import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, MathExpression, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { metricNames as names } from "../../functions/app/metric-names.ts";
import { type AlarmDefinition, ringsFrom } from "./alarm-definition.ts";
import { revenueAlarms } from "./revenue.ts";
import { minutes, ownMetric, type StageMetrics } from "./stage-metrics.ts";

/** The code of `ZuoraAccessError` in `functions/domain/errors.ts`. */
const accessRefused = "ZUORA_ACCESS";

const hourSeconds = 3_600;

/** Posted so long ago, an invoice has been found by several scans, and a payment run may be an hour away. */
export const unsettledSecondsMax = 2 * hourSeconds;

/** Longer than any lock, and than most payment runs and maintenance windows. */
const waitingSecondsMax = 4 * hourSeconds;

/** Dead letters of yesterday: not one scan of a day found none. */
const hoursWithDeadLettersMax = 24;

/** A switch that is off for a day is forgotten rather than meant. */
const hoursNotOnMax = 24;

const quartersThrottledMax = 4;

/** Scans that may be missed before somebody is told: one may fail for a passing reason. */
const scansMissedMax = 3;

/** Messages wait, and no account was handled, for so many quarters of an hour. */
const idleQuartersMax = 3;

/** Alarms that a person must act on, by their id. */
export const alarmDefinitions = (stage: StageMetrics): Readonly<Record<string, AlarmDefinition>> => ({
  ...ofScans(stage),
  ...ofAccounts(stage),
  ...ofDeadLetters(stage),
  ...ofZuora(stage),
  ...(stage.revenue === undefined ? {} : revenueAlarms(stage.revenue)),
});

const ofScans = ({ scannerService: service, scanner, digest, missedScans, scanEveryMinutes }: StageMetrics) =>
  ({
    ScannerDidNotRun: {
      severity: "page",
      // Filled, since CloudWatch looks back beyond the periods that count and would take older points for silence.
      metric: new MathExpression({
        expression: "FILL(completed, 0)",
        usingMetrics: { completed: ownMetric(names.scanCompleted, { service }, minutes(scanEveryMinutes)) },
        label: "scans that completed",
        period: minutes(scanEveryMinutes),
      }),
      threshold: 1,
      operator: ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: scansMissedMax,
      // Silence is the very thing that this alarm is about: nothing is filled where there is no point at all.
      missingData: TreatMissingData.BREACHING,
      impact: "No scan has completed lately: new negative invoices and credit memos are not even looked for",
      section: "scanner-did-not-run",
    },
    ScannerFailed: {
      severity: "ticket",
      ...ringsFrom(1, scanner.metricErrors({ period: minutes(5), statistic: "Sum" })),
      impact: "A scan failed; the next one looks back as far",
      section: "scanner-failed",
    },
    MissedScans: {
      severity: "ticket",
      ...ringsFrom(
        1,
        missedScans.metricApproximateNumberOfMessagesVisible({ period: minutes(5), statistic: "Maximum" }),
      ),
      impact: "A schedule's delivery was lost, or what it started failed; the next one does the same work",
      section: "scanner-failed",
    },
    GuardTripped: {
      severity: "page",
      ...ringsFrom(1, ownMetric(names.guardTripped, { service }, minutes(15))),
      impact:
        "A scan found more than the policy allows and queued nothing: none of it is settled until a person approves it",
      section: "guard-tripped",
    },
    NegativeWhenRunBegan: {
      severity: "page",
      ...ringsFrom(1, ownMetric(names.negativeWhenRunBegan, { service }, minutes(15))),
      impact: "Customers who were owed money may have been charged by a payment run",
      section: "negative-when-a-payment-run-began",
    },
    DigestFailed: {
      severity: "ticket",
      ...ringsFrom(1, digest.metricErrors({ period: minutes(5), statistic: "Sum" })),
      impact: "The daily digest was not sent: whoever has no login does not know what was settled, held and left",
      section: "digest-failed",
    },
    SwitchNotOn: {
      severity: "ticket",
      ...ringsFrom(1, ownMetric(names.switchNotOn, { service }, Duration.hours(1), "Minimum"), hoursNotOnMax),
      impact: "The switch has not been on for a day: nothing is settled",
      section: "switch-not-on",
    },
  }) as const satisfies Record<string, AlarmDefinition>;

const ofAccounts = ({ processorService: service, workQueue }: StageMetrics) =>
  ({
    UnsettledForLong: {
      severity: "page",
      ...ringsFrom(unsettledSecondsMax, ownMetric(names.oldestUnsettledSeconds, { service }, minutes(5), "Maximum")),
      impact:
        "A negative invoice or credit memo that nothing holds is not settled after hours: its customer may be charged",
      section: "unsettled-for-long",
    },
    WaitingForLong: {
      severity: "page",
      ...ringsFrom(waitingSecondsMax, ownMetric(names.oldestWaitingSeconds, { service }, minutes(5), "Maximum")),
      impact: "An account has waited for hours since it was queued: its customer may be charged",
      section: "unsettled-for-long",
    },
    NothingHandled: {
      severity: "page",
      ...ringsFrom(
        1,
        new MathExpression({
          // What is filled has a zero of every scan's, though no processor ever started.
          expression: "IF(waiting + inFlight > 0 AND FILL(handled, 0) < 1, 1, 0)",
          usingMetrics: {
            waiting: workQueue.metricApproximateNumberOfMessagesVisible({ statistic: "Minimum" }),
            inFlight: workQueue.metricApproximateNumberOfMessagesNotVisible({ statistic: "Minimum" }),
            handled: ownMetric(names.handled, { service }, minutes(15)),
          },
          label: "accounts wait and none is handled",
          period: minutes(15),
        }),
        idleQuartersMax,
      ),
      impact:
        "Accounts were found and wait, and not one was settled in three quarters of an hour: functions may not start at all",
      section: "nothing-is-handled",
    },
  }) as const satisfies Record<string, AlarmDefinition>;

const ofDeadLetters = ({ scannerService, processorService: service, deadLetterQueue }: StageMetrics) =>
  ({
    DeadLetters: {
      severity: "ticket",
      ...ringsFrom(
        1,
        // As long as nobody looks at them for so long: what is being looked at is hidden.
        deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: minutes(5), statistic: "Maximum" }),
      ),
      impact: "Accounts were set aside and are not settled: their customers may be charged although they owe nothing",
      section: "dead-letters",
    },
    NewDeadLetters: {
      severity: "ticket",
      ...ringsFrom(1, ownMetric(names.deadLettered, { service }, minutes(5))),
      impact: "More accounts were set aside just now, beside those that were there already",
      section: "dead-letters",
    },
    DeadLettersGrowOld: {
      severity: "page",
      ...ringsFrom(
        1,
        ownMetric(names.deadLettersWaiting, { service: scannerService }, Duration.hours(1), "Minimum"),
        hoursWithDeadLettersMax,
      ),
      impact: "Accounts have been set aside for a day and nobody took them up; after two weeks SQS forgets them",
      section: "dead-letters",
    },
  }) as const satisfies Record<string, AlarmDefinition>;

const ofZuora = ({ processorService: service }: StageMetrics) =>
  ({
    AccessRefused: {
      severity: "page",
      ...ringsFrom(1, ownMetric(names.waiting, { service, code: accessRefused }, minutes(5))),
      impact: "Zuora refuses our user, a feature or the tenant: every account waits",
      section: "access-refused",
    },
    ThrottledForLong: {
      severity: "ticket",
      ...ringsFrom(1, ownMetric(names.zuoraThrottles, { service }, minutes(15)), quartersThrottledMax),
      impact:
        "Zuora has been refusing calls for an hour: accounts are settled late, if at all before the next payment run",
      section: "waiting",
    },
  }) as const satisfies Record<string, AlarmDefinition>;
