import { alarmState, type EvaluationRule, evaluationRange, type Point } from "./alarm-state.ts";

/** A figure that CloudWatch was told, in minutes of the test's time. */
export type Datapoint = { readonly metric: string; readonly minute: number; readonly value: number };

type Dimension = { readonly Name: string; readonly Value: unknown };
type MetricOf = { readonly Namespace: string; readonly MetricName: string; readonly Dimensions?: readonly Dimension[] };
type MetricStat = { readonly Metric: MetricOf; readonly Period: number; readonly Stat: string };

/** One entry of an alarm's `Metrics`: a metric, or an expression over the others. */
type Query = { readonly Id: string; readonly Expression?: string; readonly MetricStat?: MetricStat };

/** An alarm as the template has it: on one metric, or on an expression over some. */
export type AlarmProperties = Partial<MetricOf> &
  EvaluationRule & {
    readonly Statistic?: string;
    readonly Period?: number;
    readonly Metrics?: readonly Query[];
    readonly Threshold: number;
    readonly ComparisonOperator: string;
  };

/** A metric by name and dimensions, as text that is the same for a template and for what a function wrote. */
export const metricKey = (
  namespace: string,
  name: string,
  dimensions: readonly (readonly [string, unknown])[],
): string =>
  [namespace, name, ...dimensions.map(([key, value]) => `${key}=${JSON.stringify(value)}`).toSorted()].join(" ");

const keyOf = ({ Namespace, MetricName, Dimensions = [] }: MetricOf): string =>
  metricKey(
    Namespace,
    MetricName,
    Dimensions.map(({ Name, Value }) => [Name, Value] as const),
  );

/** Every metric that an alarm watches. */
export const metricsOf = (alarm: AlarmProperties): readonly MetricStat[] => {
  const { Namespace, MetricName, Dimensions = [], Period, Statistic, Metrics } = alarm;
  if (Metrics !== undefined) return Metrics.flatMap(({ MetricStat: stat }) => (stat === undefined ? [] : [stat]));
  if (Namespace === undefined || MetricName === undefined || Period === undefined || Statistic === undefined) {
    throw new Error("an alarm without a metric");
  }
  return [{ Metric: { Namespace, MetricName, Dimensions }, Period, Stat: Statistic }];
};

export const metricKeysOf = (alarm: AlarmProperties): readonly string[] =>
  metricsOf(alarm).map(({ Metric }) => keyOf(Metric));

export const periodMinutes = (alarm: AlarmProperties): number => (metricsOf(alarm)[0]?.Period ?? 0) / 60;

/**
 * What CloudWatch says of an alarm at a minute. It looks every minute, at periods that end there (AWS: "Alarm
 * evaluation"), and at more of them than it evaluates.
 */
export const stateOf = (alarm: AlarmProperties, datapoints: readonly Datapoint[], minute: number): "ALARM" | "OK" => {
  const length = periodMinutes(alarm);
  const count = evaluationRange(alarm.EvaluationPeriods);
  const ends = Array.from({ length: count }, (_, index) => minute - (count - 1 - index) * length);
  return alarmState(
    valuesAt(alarm, datapoints, ends).map((value) => breaches(alarm, value)),
    alarm,
  );
};

const breaches = (alarm: AlarmProperties, value: number | undefined): Point =>
  value === undefined ? undefined : compare(alarm, value);

const compare = ({ ComparisonOperator, Threshold }: AlarmProperties, value: number): boolean => {
  if (ComparisonOperator === "LessThanThreshold") return value < Threshold;
  if (ComparisonOperator === "GreaterThanOrEqualToThreshold") return value >= Threshold;
  throw new Error(`not modelled: ${ComparisonOperator}`);
};

/** The alarm's figure in each period, by the minute of its end. */
const valuesAt = (
  alarm: AlarmProperties,
  datapoints: readonly Datapoint[],
  ends: readonly number[],
): readonly (number | undefined)[] => {
  const length = periodMinutes(alarm);
  const series = metricsOf(alarm).map(({ Metric, Stat }) => {
    const own = datapoints.filter(({ metric }) => metric === keyOf(Metric));
    return ends.map((end) => {
      const values = own.filter(({ minute }) => minute > end - length && minute <= end).map(({ value }) => value);
      return values.length === 0 ? undefined : statistic(Stat, values);
    });
  });
  const expression = alarm.Metrics?.find(({ Expression }) => Expression !== undefined)?.Expression;
  if (expression === undefined) return series[0] ?? [];
  const ids = (alarm.Metrics ?? []).filter(({ MetricStat: stat }) => stat !== undefined).map(({ Id }) => Id);
  return calculate(expression, new Map(ids.map((id, index) => [id, series[index] ?? []])));
};

const statistic = (name: string, values: readonly number[]): number => {
  if (name === "Sum") return values.reduce((total, value) => total + value, 0);
  if (name === "Maximum") return Math.max(...values);
  if (name === "Minimum") return Math.min(...values);
  throw new Error(`not modelled: the statistic ${name}`);
};

type Series = readonly (number | undefined)[];

/**
 * The part of CloudWatch's metric mathematics that is used here, as the same expression in JavaScript. `FILL` fills the
 * gaps of a series that has a point somewhere in what was retrieved; where it has none there is nothing to fill.
 */
const calculate = (expression: string, metrics: ReadonlyMap<string, Series>): Series => {
  const fills = [...expression.matchAll(/FILL\((\w+), 0\)/g)].map(([, name = ""]) => name);
  const script = expression.replaceAll(" AND ", " && ").replaceAll(/FILL\((\w+), 0\)/g, "$1");
  const names = [...metrics.keys()];
  const IF = (condition: boolean, yes: number, no: number) => (condition ? yes : no);
  const run = new Function("IF", ...names, `"use strict"; return ${script};`) as (...values: unknown[]) => number;
  const filled = [...metrics].map(([name, series]) =>
    fills.includes(name) && series.some((value) => value !== undefined) ? series.map((value) => value ?? 0) : series,
  );
  return (filled[0] ?? []).map((_, index) => {
    const values = filled.map((series) => series[index]);
    return values.includes(undefined) ? undefined : run(IF, ...values);
  });
};

type Written = Readonly<Record<string, unknown>> & {
  readonly _aws?: {
    readonly CloudWatchMetrics: readonly { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
};

/** What CloudWatch reads out of the lines that a function wrote in its embedded metric format. */
export const readEmbedded = (lines: readonly string[], minute: number): readonly Datapoint[] =>
  lines.flatMap((line) => {
    const written = JSON.parse(line) as Written;
    return (written._aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
      Metrics.flatMap(({ Name }) => {
        const dimensions = (Dimensions[0] ?? []).map((name) => [name, written[name]] as const);
        const metric = metricKey(Namespace, Name, dimensions);
        return ([written[Name]].flat() as number[]).map((value) => ({ metric, minute, value }));
      }),
    );
  });
