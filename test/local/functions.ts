import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentNames } from "../../functions/app/config/environment-names.ts";
import { bundleFunction } from "../../infra/bundle/bundle.ts";
import { nodeOptions } from "../../infra/functions/node-options.ts";
import { processorMayLoop } from "../../infra/functions/renewal-loop.ts";
import { stages } from "../../infra/settings.ts";
import { callsOfScanAlone } from "../../infra/zuora-calls.ts";
import type { Closers } from "./closers.ts";
import { LambdaFunction } from "./lambda/lambda-function.ts";
import type { Options } from "./options.ts";

/** Lambda's longest: a scan of a large tenant takes as long as it takes. */
const scannerTimeoutMs = 900_000;

const memoryMb = 512;

const billRunTimeoutMs = 10_000;

export type Functions = {
  readonly scanner: LambdaFunction;
  readonly processor: LambdaFunction;
  /** Takes callouts; there where the run is one of a bill run. */
  readonly billRun?: LambdaFunction;
  /** Nets revenue; there where it is asked for. */
  readonly revenue?: LambdaFunction;
};

/** As few as Lambda allows of an event source, as deployed. */
export const revenueConcurrency = 2;

/** Bundles the functions and makes them ready to be invoked. */
export const createFunctions = async (
  options: Options,
  environment: Readonly<Record<string, string>>,
  onLog: (line: string) => void,
  closers: Closers,
): Promise<Functions> => {
  const folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-"));
  closers.add({ stop: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) });
  const bundleOf = (name: "scanner" | "processor" | "callout" | "revenue") =>
    join(bundleFunction(name, folder), "index.mjs");
  const common = { memoryMb, environment: { NODE_OPTIONS: nodeOptions(memoryMb), ...environment }, onLog };
  const billRunSettings = () => ({
    ...common,
    name: "callout",
    bundle: bundleOf("callout"),
    timeoutMs: billRunTimeoutMs,
    // As deployed: one environment remembers which runs it started a scan for.
    concurrency: 1,
  });
  const revenueSettings = () => ({
    ...common,
    name: "revenue",
    bundle: bundleOf("revenue"),
    timeoutMs: options.functionTimeoutSeconds * 1000,
    concurrency: revenueConcurrency,
    mayLoop: processorMayLoop,
  });
  return {
    scanner: closers.add(
      new LambdaFunction({
        ...common,
        environment: {
          ...common.environment,
          [environmentNames.zuoraConcurrency]: String(callsOfScanAlone(stages.prod)),
        },
        name: "scanner",
        bundle: bundleOf("scanner"),
        timeoutMs: scannerTimeoutMs,
        concurrency: 1,
      }),
    ),
    processor: closers.add(
      new LambdaFunction({
        ...common,
        name: "processor",
        bundle: bundleOf("processor"),
        timeoutMs: options.functionTimeoutSeconds * 1000,
        concurrency: options.concurrency,
        mayLoop: processorMayLoop,
      }),
    ),
    ...(options.billRun ? { billRun: closers.add(new LambdaFunction(billRunSettings())) } : {}),
    ...(options.revenue ? { revenue: closers.add(new LambdaFunction(revenueSettings())) } : {}),
  };
};
