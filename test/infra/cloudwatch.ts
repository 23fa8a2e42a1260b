/** A figure that CloudWatch was told, in minutes of the test's time. */
export type Datapoint = { readonly metric: string; readonly minute: number; readonly value: number };

type Dimension = { readonly Name: string; readonly Value: unknown };
type MetricOf = { readonly Namespace: string; readonly MetricName: string; readonly Dimensions?: readonly Dimension[] };
type MetricStat = { readonly Metric: MetricOf; readonly Period: number; readonly Stat: string };

/** One entry of an alarm's `Metrics`: a metric, or an expression over the others. */
type Query = { readonly Id: string; readonly Expression?: string; readonly MetricStat?: MetricStat };

/** An alarm as the template has it: on one metric, or on an expression over some. */
export type AlarmProperties = Partial<MetricOf> & {
  readonly Statistic?: string;
  readonly Period?: number;
  readonly Metrics?: readonly Query[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData: string;
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

/** What CloudWatch says of an alarm at a minute, by its documented rules: a period is judged when it is over. */
export const stateOf = (alarm: AlarmProperties, datapoints: readonly Datapoint[], minute: number): "ALARM" | "OK" => {
  const length = periodMinutes(alarm);
  const breaching = Array.from({ length: alarm.EvaluationPeriods }, (_, index) => {
    const until = minute - index * length;
    const value = valueIn(alarm, datapoints, until - length, until);
    return value === undefined ? missing(alarm) : compare(alarm, value);
  }).filter(Boolean).length;
  return breaching >= (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods) ? "ALARM" : "OK";
};

const missing = ({ TreatMissingData }: AlarmProperties): boolean => {
  if (TreatMissingData === "breaching") return true;
  if (TreatMissingData === "notBreaching") return false;
  throw new Error(`not modelled: missing data is ${TreatMissingData}`);
};

const compare = ({ ComparisonOperator, Threshold }: AlarmProperties, value: number): boolean => {
  if (ComparisonOperator === "LessThanThreshold") return value < Threshold;
  if (ComparisonOperator === "GreaterThanOrEqualToThreshold") return value >= Threshold;
  throw new Error(`not modelled: ${ComparisonOperator}`);
};

const valueIn = (alarm: AlarmProperties, datapoints: readonly Datapoint[], after: number, until: number) => {
  const statistics = metricsOf(alarm).map(({ Metric, Stat }) => {
    const values = datapoints
      .filter(({ metric, minute }) => metric === keyOf(Metric) && minute > after && minute <= until)
      .map(({ value }) => value);
    return values.length === 0 ? undefined : statistic(Stat, values);
  });
  const expression = alarm.Metrics?.find(({ Expression }) => Expression !== undefined)?.Expression;
  if (expression === undefined) return statistics[0];
  const ids = (alarm.Metrics ?? []).filter(({ MetricStat: stat }) => stat !== undefined).map(({ Id }) => Id);
  return calculate(expression, Object.fromEntries(ids.map((id, index) => [id, statistics[index]])));
};

const statistic = (name: string, values: readonly number[]): number => {
  if (name === "Sum") return values.reduce((total, value) => total + value, 0);
  if (name === "Maximum") return Math.max(...values);
  if (name === "Minimum") return Math.min(...values);
  throw new Error(`not modelled: the statistic ${name}`);
};

/** The part of CloudWatch's metric mathematics that is used here, as the same expression in JavaScript. */
const calculate = (expression: string, metrics: Readonly<Record<string, number | undefined>>): number | undefined => {
  const script = expression.replaceAll(" AND ", " && ").replaceAll(/FILL\((\w+), 0\)/g, "($1 ?? 0)");
  const names = Object.keys(metrics);
  const IF = (condition: boolean, yes: number, no: number) => (condition ? yes : no);
  const run = new Function("IF", ...names, `"use strict"; return ${script};`) as (...values: unknown[]) => number;
  const unfilled = names.filter((name) => !expression.includes(`FILL(${name}`));
  if (unfilled.some((name) => metrics[name] === undefined)) return undefined;
  return run(IF, ...names.map((name) => metrics[name]));
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
