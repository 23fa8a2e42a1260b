import * as z from "zod";
import { zuoraEnvironment } from "./config.ts";
import { environmentNames as names } from "./environment-names.ts";

/** What an operator's program needs to know of a system: the environment of all its functions together. */
export const operatorEnvironment = z.object({
  ...zuoraEnvironment,
  [names.lastScanParameter]: z.string().min(1),
  [names.refusedScansParameter]: z.string().min(1),
  [names.deadLetterQueueUrl]: z.url("expected a queue URL"),
});

export type OperatorConfig = z.output<typeof operatorEnvironment>;
