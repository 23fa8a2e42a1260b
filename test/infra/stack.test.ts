import { readFileSync } from "node:fs";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { processorEnvironment, scannerEnvironment } from "../../functions/app/config/config.ts";
import { environmentNames } from "../../functions/app/config/environment-names.ts";
import { modes } from "../../functions/domain/credit/mode.ts";
import { stages } from "../../infra/settings.ts";
import { boxes } from "../pictures/shape.ts";
import { only, type Properties, synthesised } from "./synthesised.ts";

const template = synthesised();

const functionOf = (description: string) =>
  only(template, "AWS::Lambda::Function", ({ Description }) => String(Description).startsWith(description));
const scanner = functionOf("Finds accounts");
const processor = functionOf("Settles a hundred accounts");

it("is drawn whole in docs/pictures/shape.svg: whatever runs, queues, starts, keeps or tells has its box", () => {
  const drawnTypes = [
    "Lambda::Function",
    "SQS::Queue",
    "Scheduler::Schedule",
    "S3::Bucket",
    "SNS::Topic",
    "SSM::Parameter",
  ];
  const made = drawnTypes
    .flatMap((type) => Object.keys(template.findResources(`AWS::${type}`)))
    // Who is told of alarms is in the runbook.
    .filter((id) => !id.startsWith("AlarmsTopics"));
  const drawn = boxes.flatMap(({ resources }) => resources);
  expect(made.filter((id) => !drawn.some((beginning) => id.startsWith(beginning)))).toEqual([]);
  expect(drawn.filter((beginning) => !made.some((id) => id.startsWith(beginning)))).toEqual([]);
});

describe("the queues", () => {
  const queues = Object.values(template.findResources("AWS::SQS::Queue")).map(
    ({ Properties }) => Properties as Properties,
  );

  it("sets a message aside after five receives, and hides it until a killed function's request has landed", () => {
    template.hasResourceProperties("AWS::SQS::Queue", {
      FifoQueue: true,
      VisibilityTimeout: 780,
      RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: Match.anyValue() },
    });
  });

  it("keeps the accounts in order in both queues, at high throughput", () => {
    const fifo = queues.filter(({ FifoQueue }) => FifoQueue === true);
    expect(fifo).toHaveLength(2);
    for (const queue of fifo) {
      expect(queue).toMatchObject({ DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" });
    }
  });

  it("encrypts every queue and keeps what lies in it for two weeks", () => {
    expect(queues).toHaveLength(3);
    for (const queue of queues)
      expect(queue).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
  });

  it("lets nobody reach a queue without TLS", () => {
    const policies = Object.values(template.findResources("AWS::SQS::QueuePolicy"));
    const denied = policies.filter(({ Properties }) =>
      JSON.stringify(Properties).includes('"aws:SecureTransport":"false"'),
    );
    expect(denied).toHaveLength(3);
  });
});

describe("the functions", () => {
  it.each([
    ["scanner", scanner],
    ["processor", processor],
  ])("run the %s on Node 24 and arm64, with source maps and JSON logs", (_, properties) => {
    expect(properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      MemorySize: 512,
      LoggingConfig: { LogFormat: "JSON", LogGroup: expect.anything() },
    });
    expect(environmentOf(properties)["NODE_OPTIONS"]).toBe(
      "--enable-source-maps --max-semi-space-size=8 --max-old-space-size=179",
    );
  });

  it("keep logs for a while and not for ever", () => {
    const groups = Object.values(template.findResources("AWS::Logs::LogGroup"));
    expect(groups).toHaveLength(4);
    for (const { Properties } of groups) expect(Properties).toMatchObject({ RetentionInDays: 90 });
  });

  it("reserve for the processors all that their queue may start, so that a throttle never counts as a receive", () => {
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      ScalingConfig: { MaximumConcurrency: processor["ReservedConcurrentExecutions"] },
    });
  });

  it("reserve as many executions as docs/deploying.md asks an account to have", () => {
    const page = readFileSync(new URL("../../docs/deploying.md", import.meta.url), "utf8");
    const [, without, withCallouts] = /reserves (\d+) executions of Lambda's, (\d+) with callouts/.exec(page) ?? [];
    const reservedIn = (of: Template) =>
      Object.values(of.findResources("AWS::Lambda::Function"))
        .map(({ Properties }) => Number(Properties.ReservedConcurrentExecutions ?? 0))
        .reduce((sum, each) => sum + each, 0);
    expect([reservedIn(template), reservedIn(synthesised({ calloutSecretName: "callouts" }))]).toEqual([
      Number(without),
      Number(withCallouts),
    ]);
  });

  it("let only the processor loop, whose renewals end by themselves", () => {
    const functions = Object.values(template.findResources("AWS::Lambda::Function"));
    const allowed = functions.filter(({ Properties }) => Properties.RecursiveLoop === "Allow");
    expect(allowed.map(({ Properties }) => Properties)).toEqual([processor]);
  });

  it("scan one at a time, and leave a failed scan to the next one and to people", () => {
    expect(scanner["ReservedConcurrentExecutions"]).toBe(1);
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
  });

  it("process ten messages at a time, report each on its own, and stay within Zuora's budget", () => {
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      BatchSize: 10,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: stages.prod.processorsMax },
    });
    const callsOf = (properties: Properties) => Number(environmentOf(properties)[environmentNames.zuoraConcurrency]);
    const beside = Number(environmentOf(scanner)[environmentNames.scannerCallsBeside]);
    const together = beside + callsOf(processor) * stages.prod.processorsMax;
    expect(together).toBeLessThanOrEqual(stages.prod.zuoraCallsMax);
    expect(callsOf(scanner)).toBeLessThanOrEqual(stages.prod.zuoraCallsMax);
    expect(stages.prod.zuoraCallsMax).toBeLessThanOrEqual(40 / 2);
  });

  it.each([
    ["scanner", scanner, scannerEnvironment],
    ["processor", processor, processorEnvironment],
  ])("give the %s every variable that it reads at cold start", (_, properties, schema) => {
    const required = Object.entries(schema.shape)
      .filter(([, field]) => !field.safeParse(undefined).success)
      .map(([key]) => environmentNames[key as keyof typeof environmentNames]);
    expect(required.length).toBeGreaterThan(5);
    expect(Object.keys(environmentOf(properties))).toEqual(expect.arrayContaining(required));
  });

  it("are told the rules as the settings have them", () => {
    const policy = environmentOf(processor)[environmentNames.policy];
    expect(JSON.parse(String(policy))).toEqual(stages.prod.policy);
  });
});

describe("the schedules", () => {
  const schedules = Object.values(template.findResources("AWS::Scheduler::Schedule")).map(
    ({ Properties }) => Properties,
  );

  it("look for what changed every 15 minutes, at everything at night in the tenant's time zone, and tell of it", () => {
    expect(schedules).toHaveLength(3);
    expect(schedules).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ScheduleExpression: "rate(15 minutes)" }),
        expect.objectContaining({
          ScheduleExpression: "cron(0 3 * * ? *)",
          ScheduleExpressionTimezone: "Europe/London",
        }),
        expect.objectContaining({
          ScheduleExpression: "cron(0 4 * * ? *)",
          ScheduleExpressionTimezone: "Europe/London",
        }),
      ]),
    );
  });

  it("say which kind of scan and for when, try again, and leave what was lost in a queue", () => {
    const scans = schedules.filter(({ Target }) => Target.Input !== undefined);
    const inputs = scans.map(({ Target }) => String(Target.Input));
    expect(inputs.some((input) => input.includes('"kind":"incremental"'))).toBe(true);
    expect(inputs.some((input) => input.includes('"kind":"full"'))).toBe(true);
    for (const { Target } of scans) expect(Target.Input).toContain("<aws.scheduler.scheduled-time>");
    for (const { Target } of schedules) {
      expect(Target).toMatchObject({
        RetryPolicy: { MaximumRetryAttempts: 3 },
        DeadLetterConfig: { Arn: expect.anything() },
      });
    }
  });
});

describe("the alarms", () => {
  it("ring for any dead letter", () => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      MetricName: "ApproximateNumberOfMessagesVisible",
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      AlarmDescription: Match.stringLikeRegexp("Runbook: docs/runbook.md#dead-letters"),
      AlarmActions: [Match.anyValue()],
    });
  });

  it("watch the metric that the scanner writes under that very name", () => {
    expect(environmentOf(scanner)[environmentNames.serviceName]).toBe("Test-scanner");
  });

  it("go out encrypted and over TLS, through a topic and a key that CloudWatch may use", () => {
    template.hasResourceProperties("AWS::SNS::Topic", { KmsMasterKeyId: Match.anyValue() });
    const byAlarms = {
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
    };
    template.hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: [
          { Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
          { ...byAlarms, Action: "sns:Publish" },
        ].map(Match.objectLike),
      },
    });
    template.hasResourceProperties("AWS::KMS::Key", {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({ ...byAlarms, Action: ["kms:Decrypt", "kms:GenerateDataKey*"] }),
        ]),
      },
    });
  });

  it("use a topic that exists already where one is named", () => {
    const topicArn = "arn:aws:sns:eu-west-2:123456789012:on-call";
    const existing = synthesised({ pageTopicArn: topicArn, ticketTopicArn: topicArn, digestTopicArn: topicArn });
    existing.resourceCountIs("AWS::SNS::Topic", 0);
    existing.allResourcesProperties("AWS::CloudWatch::Alarm", { AlarmActions: [topicArn] });
  });
});

describe("the digest", () => {
  const stateIn = (stage: Template) => {
    const schedules = Object.values(stage.findResources("AWS::Scheduler::Schedule"));
    return schedules.find(({ Properties }) => /digest/.test(Properties.Description))?.["Properties"].State;
  };

  it.each(modes)("is sent every night by a stage in mode %s", (mode) => {
    const stage = synthesised({ mode });
    expect(stateIn(stage)).toBe("ENABLED");
    const digest = Object.values(stage.findResources("AWS::Lambda::Function")).find(
      ({ Properties }) => environmentOf(Properties)[environmentNames.digestTopicArn] !== undefined,
    );
    expect(environmentOf(digest?.["Properties"] ?? {})[environmentNames.mode]).toBe(mode);
  });
});

const environmentOf = (properties: Properties): Readonly<Record<string, unknown>> =>
  (properties["Environment"] as { Variables: Record<string, unknown> }).Variables;
