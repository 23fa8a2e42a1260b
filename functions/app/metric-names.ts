/** The CloudWatch namespace of every metric. */
export const metricNamespace = "ZuoraCreditSweep";

/** Metrics, by the words that alarms, the dashboard and the code that emits them share. */
export const metricNames = {
  scanCompleted: "ScanCompleted",
  foundAccounts: "FoundAccounts",
  foundNegativeInvoices: "FoundNegativeInvoices",
  /** 1 where a scan found more than is allowed and queued nothing. */
  guardTripped: "GuardTripped",
  /** 1 for a scan that found the switch at `dry-run` or `off`, else 0. */
  switchNotOn: "SwitchNotOn",
  /** Seconds since the oldest negative invoice was posted, held ones as well; told by scans of everything. */
  oldestNegativeSeconds: "OldestNegativeSeconds",
  /** Accounts that were still negative when a payment run that could charge them began. */
  negativeWhenRunBegan: "NegativeWhenRunBegan",
  /** Accounts that an invocation settled. */
  settled: "Settled",
  /** Accounts that an invocation came to an end with, or left waiting for nothing that went wrong. */
  handled: "Handled",
  /** Holds that an invocation met, by their reason. */
  held: "Held",
  /** Money by currency. CloudWatch knows no exact decimals; the log lines have them. */
  transferred: "Transferred",
  applied: "Applied",
  /** Seconds from the posting of the oldest invoice of a batch to its transfer. */
  settledAfterSeconds: "SettledAfterSeconds",
  /** Seconds since the posting of the oldest invoice that is neither held nor transferred. */
  oldestUnsettledSeconds: "OldestUnsettledSeconds",
  /** Seconds since an account that still waits was first queued. */
  oldestWaitingSeconds: "OldestWaitingSeconds",
  /** Accounts of one invocation. */
  batchSize: "BatchSize",
  /** Accounts that an invocation left waiting, by the code of what held them up. */
  waiting: "Waiting",
  /** Messages that were set aside, whatever their code. */
  deadLettered: "DeadLettered",
  /** The same by code. */
  deadLetteredByCode: "DeadLetteredByCode",
  /** Messages in the dead-letter queue, hidden ones as well, told with every scheduled scan. */
  deadLettersWaiting: "DeadLettersWaiting",
  zuoraCalls: "ZuoraCalls",
  zuoraWrites: "ZuoraWrites",
  /** What Zuora says is left of the tenant's rate limit, in percent. */
  zuoraRateLimitLeft: "ZuoraRateLimitLeft",
  /** Zuora's answers that said "too many requests". */
  zuoraThrottles: "ZuoraThrottles",
  /** 1 for a callout that was forged, truncated, too long or malformed, else 0. */
  calloutRefused: "CalloutRefused",
  /** 1 for a callout of what a scan was started for a moment ago, else 0. */
  calloutRepeated: "CalloutRepeated",
  /** 1 for a scan that a callout started of what Zuora does not know, or did not post lately: a replayed callout. */
  postingNotScanned: "PostingNotScanned",
  revenuePassCompleted: "RevenuePassCompleted",
  /** 1 for a pass that found a tenant without Zuora Finance, or no permission to see it, else 0. */
  revenueNotOffered: "RevenueNotOffered",
  /** Revenue that was moved to earned, of the original invoices alone, by currency. */
  revenueMoved: "RevenueMoved",
  revenuePairsMoved: "RevenuePairsMoved",
  /** Pairs that were left to people, by reason. */
  revenueHeld: "RevenueHeld",
  /** Pairs whose schedules Zuora has not made yet. */
  revenueAwaited: "RevenueAwaited",
} as const;
