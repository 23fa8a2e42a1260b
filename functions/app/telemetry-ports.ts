/** Names of structured log lines; the local report and the saved log queries key on them. */
export type LogEvent =
  | "account outcome"
  | "adjustment created"
  | "credit memo applied"
  | "payment applied"
  | "scan completed"
  | "scan refused"
  | "scan not finished"
  | "last scan in the future"
  | "record names no account"
  | "payment runs not watched"
  | "not offered by the tenant"
  | "posting not scanned"
  | "negative when a payment run began"
  | "credit idle when a payment run began"
  | "switch is not on"
  | "dead-lettered"
  | "renewed"
  | "queue operation failed"
  | "batch failed"
  | "events not sent"
  | "read tried again"
  | "revenue moved"
  | "revenue outcome"
  | "revenue pass completed"
  | "revenue not offered";

/** Where logs and metrics go. Ids and amounts only: never a token, a name, an e-mail address or a whole body. */
export type Telemetry = {
  info(event: LogEvent, fields: Readonly<Record<string, unknown>>): void;
  warn(event: LogEvent, fields: Readonly<Record<string, unknown>>): void;
  count(metric: string, value: number, dimensions?: Readonly<Record<string, string>>): void;
};
