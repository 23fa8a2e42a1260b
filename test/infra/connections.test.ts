import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { operatorEnvironment } from "../../functions/app/config/config.ts";
import { environmentNames as names, systemParameter } from "../../functions/app/config/environment-names.ts";
import { stages } from "../../infra/settings.ts";
import { timeoutsFor } from "../../infra/timeouts.ts";
import { only, type Properties, synthesised } from "./synthesised.ts";

const template = synthesised();

/** A resource by the beginning of its logical id, which tells what it is for. */
const resource = (type: string, beginning: string): { readonly id: string; readonly properties: Properties } => {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(beginning));
  if (found.length !== 1) throw new Error(`expected one ${type} named ${beginning}, found ${found.length}`);
  const [[id, { Properties }]] = found as [[string, { Properties: Properties }]];
  return { id, properties: Properties };
};

const workQueue = resource("AWS::SQS::Queue", "AccountsQueue");
const deadLetters = resource("AWS::SQS::Queue", "AccountsDeadLetters");
const missedScans = resource("AWS::SQS::Queue", "MissedScansQueue");
const scanner = resource("AWS::Lambda::Function", "ScannerFunction").properties;
const processor = resource("AWS::Lambda::Function", "ProcessorFunction").properties;

const arnOf = ({ id }: { readonly id: string }) => ({ "Fn::GetAtt": [id, "Arn"] });
const urlOf = ({ id }: { readonly id: string }) => ({ Ref: id });
const environmentOf = (properties: Properties) => (properties["Environment"] as { Variables: unknown }).Variables;

describe("what fails goes where somebody looks", () => {
  it.each([
    ["dead letters", deadLetters],
    ["scans that were missed", missedScans],
  ])("an alarm counts the %s in that very queue", (_, queue) => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      MetricName: "ApproximateNumberOfMessagesVisible",
      Dimensions: [{ Name: "QueueName", Value: { "Fn::GetAtt": [queue.id, "QueueName"] } }],
      Statistic: "Maximum",
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      AlarmActions: [Match.anyValue()],
    });
  });

  it("accounts that keep failing go to the dead letters", () => {
    expect(workQueue.properties["RedrivePolicy"]).toMatchObject({ deadLetterTargetArn: arnOf(deadLetters) });
  });

  it("scans that fail or cannot be started go to the missed scans", () => {
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      DestinationConfig: { OnFailure: { Destination: arnOf(missedScans) } },
    });
    template.allResourcesProperties("AWS::Scheduler::Schedule", {
      Target: Match.objectLike({ DeadLetterConfig: { Arn: arnOf(missedScans) } }),
    });
  });

  it("the logs outlive the stack: they say what happened to money", () => {
    template.allResources("AWS::Logs::LogGroup", { DeletionPolicy: "Retain" });
  });
});

describe("each function is told the addresses that are meant", () => {
  const parameters = {
    switch: resource("AWS::SSM::Parameter", "ParametersSwitch"),
    lastScan: resource("AWS::SSM::Parameter", "ParametersLastScan"),
    refusedScans: resource("AWS::SSM::Parameter", "ParametersRefusedScans"),
  };

  it("the scanner", () => {
    expect(environmentOf(scanner)).toMatchObject({
      [names.workQueueUrl]: urlOf(workQueue),
      [names.switchParameter]: urlOf(parameters.switch),
      [names.lastScanParameter]: urlOf(parameters.lastScan),
      [names.refusedScansParameter]: urlOf(parameters.refusedScans),
    });
  });

  it("the processor, and the number of receives after which the queue itself gives up", () => {
    const { maxReceiveCount } = workQueue.properties["RedrivePolicy"] as { readonly maxReceiveCount: number };
    expect(environmentOf(processor)).toMatchObject({
      [names.workQueueUrl]: urlOf(workQueue),
      [names.deadLetterQueueUrl]: urlOf(deadLetters),
      [names.switchParameter]: urlOf(parameters.switch),
      [names.maxReceiveCount]: String(maxReceiveCount),
    });
  });

  it("the processor works off the queue that the scanner fills", () => {
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", { EventSourceArn: arnOf(workQueue) });
  });
});

describe("the timeouts as they are deployed", () => {
  const timeouts = timeoutsFor(stages.prod.httpTimeoutSeconds);

  it("give a processor time for its calls, and hide its messages for longer than that", () => {
    expect(processor["Timeout"]).toBe(timeouts.functionTimeoutSeconds);
    expect(workQueue.properties["VisibilityTimeout"]).toBe(timeouts.visibilityTimeoutSeconds);
  });

  it("give a scan as long as Lambda gives anything", () => {
    expect(scanner["Timeout"]).toBe(900);
  });

  it("give up a call after the seconds of the settings, which the functions read in milliseconds", () => {
    for (const properties of [scanner, processor]) {
      expect(environmentOf(properties)).toMatchObject({ [names.zuoraHttpTimeoutMs]: "130000" });
    }
  });
});

describe("the switch", () => {
  it.each(["dry-run", "off"] as const)("says %s when the settings say so, and can hold nothing unknown", (position) => {
    const changed = synthesised({ switchAtFirst: position });
    changed.hasResourceProperties("AWS::SSM::Parameter", {
      Type: "String",
      Value: position,
      AllowedPattern: "^(on|dry-run|off)$",
    });
  });
});

describe("the schedules", () => {
  it.each([
    ["Incremental", "rate(15 minutes)", "incremental"],
    ["Nightly", "cron(0 3 * * ? *)", "full"],
  ])("%s, at %s, asks for a scan of kind %s", (name, expression, kind) => {
    const { properties } = resource("AWS::Scheduler::Schedule", `Schedules${name}`);
    const { Input } = properties["Target"] as { readonly Input: string };
    expect(properties["ScheduleExpression"]).toBe(expression);
    expect(JSON.parse(Input)).toEqual({ kind, scheduledTime: "<aws.scheduler.scheduled-time>" });
  });
});

it("a stage describes to operators all that their command line needs, and no secret", () => {
  const system = only(template, "AWS::SSM::Parameter", ({ Name }) => Name === systemParameter("test"));
  const text = JSON.stringify(system["Value"]);
  const needed = Object.entries(operatorEnvironment.shape).filter(([, schema]) => !schema.safeParse(undefined).success);
  for (const [key] of needed) expect(text).toContain(names[key as keyof typeof names]);
  expect(text).not.toMatch(/client_?secret/i);
});
