import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { sendTo, workThrough } from "../account/permissions.ts";
import { functionTimeoutSecondsMax } from "../timeouts.ts";
import { replayEnvironment } from "./environment.ts";
import { common, type Stage, serviceOf } from "./stage.ts";
import { SweepFunction } from "./sweep-function.ts";

/** The replay: nothing starts it but a person. */
export const addReplay = (stage: Stage): LambdaFunction => {
  const { stack, settings, queue, deadLetterQueue, addresses } = stage;
  return new SweepFunction(stack, "Replay", {
    code: stage.codeOf("replay"),
    description: "Queues dead letters once more, when a person starts it from the console",
    environment: replayEnvironment(addresses, serviceOf(stack, "replay")),
    memoryMb: settings.processorMemoryMb,
    timeoutSeconds: functionTimeoutSecondsMax,
    ...common(stage),
    // Two replays at a time would only hide messages from one another.
    reservedConcurrency: 1,
    statements: [workThrough(deadLetterQueue), sendTo(queue)],
  }).function;
};
