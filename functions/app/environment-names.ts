/** Environment variables of the functions. The stack sets them and the functions read them: both import this. */
export const environmentNames = {
  /** Who writes a log line or a metric: the `service` of both. Several stacks may share an account. */
  serviceName: "SERVICE_NAME",
  zuoraBaseUrl: "ZUORA_BASE_URL",
  zuoraSecretId: "ZUORA_SECRET_ID",
  zuoraTimeZone: "ZUORA_TIME_ZONE",
  zuoraEntityIds: "ZUORA_ENTITY_IDS",
  zuoraOrgIds: "ZUORA_ORG_IDS",
  /** The proxy through which Zuora is reached, where nothing gets out directly. */
  zuoraProxyUrl: "ZUORA_PROXY_URL",
  /** Milliseconds after which a call without an answer is given up. */
  zuoraHttpTimeoutMs: "ZUORA_HTTP_TIMEOUT_MS",
  /** Calls in flight at a time in one execution environment. */
  zuoraConcurrency: "ZUORA_CONCURRENCY",
  workQueueUrl: "WORK_QUEUE_URL",
  deadLetterQueueUrl: "DEAD_LETTER_QUEUE_URL",
  maxReceiveCount: "MAX_RECEIVE_COUNT",
  /** The longest that a message waits before it is tried again, in seconds. */
  backoffMaxSeconds: "BACKOFF_MAX_SECONDS",
  /** How long an environment stays away after three busy answers in a row without a `Retry-After`, in seconds. */
  busyPauseSeconds: "BUSY_PAUSE_SECONDS",
  switchParameter: "SWITCH_PARAMETER",
  lastScanParameter: "LAST_SCAN_PARAMETER",
  refusedScansParameter: "REFUSED_SCANS_PARAMETER",
  digestTopicArn: "DIGEST_TOPIC_ARN",
  /** Secrets Manager: JSON with the HMAC key that Zuora signs callouts with. */
  calloutSecretId: "CALLOUT_SECRET_ID",
  scannerFunctionName: "SCANNER_FUNCTION_NAME",
  /** The billing team's rules as JSON, see `domain/policy.ts`. */
  policy: "POLICY",
} as const;

/** Where a stage describes itself to operators: JSON of its functions' environment. */
export const systemParameter = (stage: string): string => `/zuora-credit-sweep/${stage}/system`;

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
} as const;
