import { Color, GraphWidget, type IMetric, type IWidget, MathExpression, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import { metricNamespace } from "../../functions/app/metric-names.ts";
import { minutes } from "./stage-metrics.ts";

export const fullWidth = 24;
const rowHeight = 6;

/** What a point of every graph stands for. */
export const period = minutes(15);

export const heading = (markdown: string): IWidget => new TextWidget({ markdown, width: fullWidth, height: 2 });

export type Graph = {
  readonly title: string;
  readonly left: readonly IMetric[];
  readonly right?: readonly IMetric[];
  /** From here on somebody should look. */
  readonly limit?: number;
};

/** Graphs side by side. */
export const rowOf = (graphs: readonly Graph[]): IWidget[] =>
  graphs.map(
    ({ title, left, right = [], limit }, index) =>
      new GraphWidget({
        title,
        left: [...left],
        right: [...right],
        width: widthOf(index, graphs.length),
        height: rowHeight,
        leftYAxis: { min: 0 },
        ...(limit === undefined ? {} : { leftAnnotations: [{ value: limit, color: Color.RED }] }),
      }),
  );

/** CloudWatch takes whole widths only; what a row does not divide evenly goes to its first graphs. */
const widthOf = (index: number, count: number): number =>
  Math.floor(fullWidth / count) + (index < fullWidth % count ? 1 : 0);

/** One line for each value of a dimension: reasons, codes and currencies are not known beforehand. */
export const lineForEach = (metricName: string, dimension: string, service: string): IMetric =>
  new MathExpression({
    expression: `SEARCH('{${metricNamespace},${[dimension, "service"].toSorted().join(",")}} MetricName="${metricName}" service="${service}"', 'Sum', ${period.toSeconds()})`,
    usingMetrics: {},
    label: "",
    period,
  });
