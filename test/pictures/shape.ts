/** One part of the system, or of what is around it, in the picture of its shape. */
export type Box = {
  readonly name: string;
  readonly says: string;
  /** Left, top, width and height. */
  readonly at: readonly [number, number, number, number];
  /** How the names of its resources begin in the stack; none where it is not ours. */
  readonly resources: readonly string[];
};

/** Something that goes from one box to another; what it says stands over its second leg. */
export type Arrow = {
  readonly from: string;
  readonly to: string;
  readonly says?: string;
  /** Corners on the way, where a straight line would cross a box. */
  readonly via?: readonly (readonly [number, number])[];
};

/** Every function, queue, schedule, bucket and parameter that is always deployed, and who is around them. */
export const boxes: readonly Box[] = [
  {
    name: "EventBridge Scheduler",
    says: "every 15 min, nightly",
    at: [16, 72, 164, 56],
    resources: ["SchedulesIncremental", "SchedulesNightly"],
  },
  { name: "scanner", says: "finds accounts", at: [228, 72, 120, 56], resources: ["ScannerFunction"] },
  { name: "SQS FIFO", says: "one message per account", at: [396, 72, 176, 56], resources: ["AccountsQueue"] },
  { name: "processor", says: "read, plan, act", at: [628, 72, 124, 56], resources: ["ProcessorFunction"] },
  { name: "Zuora", says: "the only store", at: [804, 40, 124, 120], resources: [] },
  { name: "missed scans", says: "rings an alarm", at: [16, 192, 164, 56], resources: ["MissedScansQueue"] },
  { name: "replay", says: "queues once more", at: [228, 192, 120, 56], resources: ["ReplayFunction"] },
  { name: "dead letters", says: "what cannot be settled", at: [396, 192, 176, 56], resources: ["AccountsDeadLetters"] },
  {
    name: "digest",
    says: "nightly report",
    at: [628, 192, 124, 56],
    resources: ["DigestFunction", "NightlyDigest"],
  },
  { name: "mail", says: "what needs whom", at: [804, 192, 124, 56], resources: ["DigestTopic"] },
  { name: "engineer", says: "ops, ops console", at: [228, 300, 120, 56], resources: [] },
  {
    name: "SSM parameters",
    says: "switch, last scan",
    at: [396, 300, 176, 56],
    resources: ["ParametersSwitch", "ParametersLastScan", "ParametersRefusedScans", "System"],
  },
  { name: "reports", says: "encrypted, kept", at: [628, 300, 124, 56], resources: ["ReportsBucket"] },
  { name: "finance", says: "signs the month", at: [804, 300, 124, 56], resources: [] },
];

export const arrows: readonly Arrow[] = [
  { from: "EventBridge Scheduler", to: "scanner" },
  { from: "EventBridge Scheduler", to: "missed scans" },
  {
    from: "scanner",
    to: "Zuora",
    says: "one pass of queries",
    via: [
      [288, 52],
      [804, 52],
    ],
  },
  { from: "scanner", to: "SQS FIFO" },
  { from: "SQS FIFO", to: "processor" },
  { from: "processor", to: "Zuora" },
  { from: "SQS FIFO", to: "dead letters" },
  { from: "dead letters", to: "replay" },
  {
    from: "replay",
    to: "SQS FIFO",
    via: [
      [288, 160],
      [440, 160],
      [440, 128],
    ],
  },
  { from: "engineer", to: "replay" },
  { from: "engineer", to: "SSM parameters" },
  { from: "digest", to: "mail" },
  { from: "digest", to: "reports" },
  { from: "reports", to: "finance" },
  { from: "mail", to: "finance" },
];
