/** Environment variables of the functions. The stack sets them and the functions read them: both import this. */
export const environmentNames = {
  /** Who writes a log line or a metric: the `service` of both. Several stacks may share an account. */
  serviceName: "SERVICE_NAME",
  zuoraBaseUrl: "ZUORA_BASE_URL",
  zuoraSecretId: "ZUORA_SECRET_ID",
  zuoraTimeZone: "ZUORA_TIME_ZONE",
  zuoraEntityIds: "ZUORA_ENTITY_IDS",
  zuoraOrgIds: "ZUORA_ORG_IDS",
  /** The older spelling of the address of credit memos, where the tenant wants it; absent: `credit-memos`. */
  zuoraCreditMemosPath: "ZUORA_CREDIT_MEMOS_PATH",
  /** The proxy through which Zuora is reached, where nothing gets out directly. */
  zuoraProxyUrl: "ZUORA_PROXY_URL",
  /** Milliseconds after which a call without an answer is given up. */
  zuoraHttpTimeoutMs: "ZUORA_HTTP_TIMEOUT_MS",
  /** Calls in flight at a time in one execution environment. */
  zuoraConcurrency: "ZUORA_CONCURRENCY",
  /** The same of a scan while accounts are being settled, and of each processor that settles them. */
  scannerCallsBeside: "SCANNER_CALLS_BESIDE",
  processorCalls: "PROCESSOR_CALLS",
  workQueueUrl: "WORK_QUEUE_URL",
  deadLetterQueueUrl: "DEAD_LETTER_QUEUE_URL",
  /** Accounts that a processor reads and writes together. */
  accountsTogetherMax: "ACCOUNTS_TOGETHER_MAX",
  /** The revenue pass' own queues; absent where the policy does not look at revenue. */
  revenueQueueUrl: "REVENUE_QUEUE_URL",
  revenueDeadLetterQueueUrl: "REVENUE_DEAD_LETTER_QUEUE_URL",
  maxReceiveCount: "MAX_RECEIVE_COUNT",
  /** The longest that a message waits before it is tried again, in seconds. */
  backoffMaxSeconds: "BACKOFF_MAX_SECONDS",
  /** How long an account's trouble lasts before it is a dead letter, in seconds. */
  setAsideAfterSeconds: "SET_ASIDE_AFTER_SECONDS",
  /** How long an environment stays away after three busy answers in a row without a `Retry-After`, in seconds. */
  busyPauseSeconds: "BUSY_PAUSE_SECONDS",
  switchParameter: "SWITCH_PARAMETER",
  lastScanParameter: "LAST_SCAN_PARAMETER",
  refusedScansParameter: "REFUSED_SCANS_PARAMETER",
  /** What people call the system: its stage. */
  systemName: "SYSTEM_NAME",
  digestTopicArn: "DIGEST_TOPIC_ARN",
  /** Where the digest keeps reports. */
  reportBucket: "REPORT_BUCKET",
  /** The EventBridge bus that is told what others may act on; absent where nobody listens. */
  eventBusArn: "EVENT_BUS_ARN",
  /** Secrets Manager: JSON with the HMAC key that Zuora signs callouts with. */
  calloutSecretId: "CALLOUT_SECRET_ID",
  postingQueueUrl: "POSTING_QUEUE_URL",
  /** The `service` of the processor, in whose name the scanner tells that nothing was handled. */
  processorServiceName: "PROCESSOR_SERVICE_NAME",
  /** How the tenant keeps what it owes, see `domain/credit/mode.ts`; absent: as credit balance. */
  mode: "ZUORA_MODE",
  /** The billing team's rules as JSON, see `domain/policy.ts`. */
  policy: "POLICY",
} as const;

/** Where a stage describes itself to operators: JSON of its functions' environment. */
export const systemParameter = (stage: string): string => `/zuora-credit-sweep/${stage}/system`;
