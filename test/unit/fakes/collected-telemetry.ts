import type { LogEvent, Telemetry } from "../../../functions/app/telemetry-ports.ts";

/** Keeps what was told, so that a test can ask for it. */
export class CollectedTelemetry implements Telemetry {
  readonly lines: { readonly level: "info" | "warn"; readonly event: LogEvent; readonly fields: object }[] = [];
  readonly counts: { readonly metric: string; readonly value: number; readonly dimensions?: object }[] = [];

  info = (event: LogEvent, fields: object): void => {
    this.lines.push({ level: "info", event, fields });
  };

  warn = (event: LogEvent, fields: object): void => {
    this.lines.push({ level: "warn", event, fields });
  };

  count = (metric: string, value: number, dimensions?: object): void => {
    this.counts.push(dimensions === undefined ? { metric, value } : { metric, value, dimensions });
  };

  of(event: LogEvent): readonly object[] {
    return this.lines.filter((line) => line.event === event).map(({ fields }) => fields);
  }

  total(metric: string): number {
    return this.counts.filter((each) => each.metric === metric).reduce((total, { value }) => total + value, 0);
  }
}
