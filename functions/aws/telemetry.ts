import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { metricNamespace } from "../app/metric-names.ts";
import type { Telemetry } from "../app/telemetry-ports.ts";

/** Logs as JSON lines and metrics in CloudWatch's embedded metric format, both on stdout. */
export type LambdaTelemetry = Telemetry & {
  /** Writes the metrics collected since the last flush; once per invocation. */
  flush(): void;
};

export const createTelemetry = (service: string): LambdaTelemetry => {
  const logger = new Logger({ serviceName: service });
  const metrics = new Metrics({ namespace: metricNamespace, serviceName: service });
  return {
    info: (event, fields) => logger.info(event, { ...fields }),
    warn: (event, fields) => logger.warn(event, { ...fields }),
    count: (metric, value, dimensions) => {
      if (dimensions === undefined) {
        metrics.addMetric(metric, MetricUnit.Count, value);
        return;
      }
      const single = metrics.singleMetric();
      single.addDimensions(dimensions);
      single.addMetric(metric, MetricUnit.Count, value);
    },
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
};
