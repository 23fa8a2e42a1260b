import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createTelemetry } from "../../functions/aws/telemetry.ts";
import { owing } from "../unit/app/settle/fixtures.ts";
import { processor } from "../unit/app/settle/processor.ts";
import { FakeLedger } from "../unit/fakes/fake-ledger.ts";
import { delivery } from "../unit/fakes/fake-queue.ts";
import { useWrittenLines } from "../unit/fakes/written-lines.ts";
import { type AlarmProperties, metricsOf, readEmbedded } from "./cloudwatch.ts";
import { allIsWell } from "./failures.ts";
import { synthesised } from "./synthesised.ts";

const lines = useWrittenLines();

/** Public list prices in US dollars a month, to be checked for a region. */
const prices = { alarmMetric: 0.1, dashboard: 3, key: 1, secret: 0.4, metric: 0.3, millionRequests: 0.5 } as const;

/** US dollars for taking in a gigabyte of logs. */
const logsPerGigabyte = 0.5;

/**
 * Lambda looks into a queue over five connections at first, twenty seconds at a time (AWS: Lambda with SQS, polling).
 */
const pollsAMonth = 5 * 3 * 60 * 24 * 30;

it("docs/performance.md names what stands there every month, by the template's own counts", async () => {
  const template = synthesised();
  const countOf = (type: string) => Object.keys(template.findResources(type)).length;
  const alarms = Object.values(template.findResources("AWS::CloudWatch::Alarm"));
  const watched = alarms.flatMap(({ Properties }) => metricsOf(Properties as AlarmProperties)).length;
  await allIsWell();
  const told = new Set(readEmbedded(lines, 0).map(({ metric }) => metric)).size;
  const rows: readonly (readonly [string, number, number])[] = [
    [`metrics that ${alarms.length} alarms watch`, watched, prices.alarmMetric],
    ["dashboards", countOf("AWS::CloudWatch::Dashboard"), prices.dashboard],
    [
      "keys of topics, a dollar more each with each of their first two yearly rotations",
      countOf("AWS::KMS::Key"),
      prices.key,
    ],
    ["secrets", 1, prices.secret],
    ["metrics that scans write by themselves, all hours", told, prices.metric],
    ["million looks into the queue", pollsAMonth / 1e6, prices.millionRequests],
  ];
  const money = (dollars: number) => dollars.toFixed(2);
  const total = rows.reduce((sum, [, count, price]) => sum + count * price, 0);
  const table = [
    ...rows.map(([what, count, price]) => `| ${what} | ${count} | ${money(price)} | ${money(count * price)} |`),
    `| **together** | | | **${money(total)}** |`,
  ].join("\n");
  expect(readFileSync(new URL("../../docs/performance.md", import.meta.url), "utf8")).toContain(table);
  expect(readFileSync(new URL("../../README.md", import.meta.url), "utf8")).toContain(
    `**${Math.round(total)} US dollars a month**`,
  );
});

it("docs/performance.md names what the logs of an account cost, by what a processor writes", async () => {
  const ids = Array.from({ length: 100 }, (_, index) => `8aa0${String(index).padStart(28, "0")}`);
  const telemetry = createTelemetry("zuora-credit-sweep-prod-processor");
  await processor(new FakeLedger(...ids.map((id) => owing(id))), { telemetry }).process(
    ...ids.map((id) => delivery(id)),
  );
  telemetry.flush();
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / ids.length;
  const figures = `${(lines.length / ids.length).toFixed(1)} lines and ${(bytes / 1000).toFixed(1)} kB of logs an account`;
  const dollars = ((bytes * 100_000) / 1e9) * logsPerGigabyte;
  const page = readFileSync(new URL("../../docs/performance.md", import.meta.url), "utf8");
  expect(page).toContain(`${figures}, 100,000 of them **${dollars.toFixed(2)} US dollars**`);
});
