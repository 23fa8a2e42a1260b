import { metricNames } from "../../app/metric-names.ts";
import type { Clock, CredentialsSource } from "../../app/ports.ts";
import type { Telemetry } from "../../app/telemetry-ports.ts";
import { answeredAtOf } from "./answers/answer.ts";
import { type Connection, type CreditMemosPath, commonHeaders, tokenHeaders } from "./connection.ts";
import { createGotTransport } from "./got-transport.ts";
import { createPace } from "./pace.ts";
import type { Patience } from "./retry.ts";
import { createTokens } from "./token.ts";
import type { HttpResponse, Transport } from "./transport.ts";
import { createZuoraClock } from "./zuora-clock.ts";

export type ConnectOptions = {
  readonly transport: Transport;
  readonly credentials: CredentialsSource;
  readonly clock: Clock;
  readonly random: () => number;
  readonly telemetry: Telemetry;
  readonly patience: Patience;
  readonly timeoutMs: number;
  /** Calls in flight at a time in this execution environment. */
  readonly concurrency: number;
  readonly busyPauseMs: number;
  readonly entityIds?: string | undefined;
  readonly orgIds?: string | undefined;
  /** Absent: `credit-memos`. */
  readonly creditMemosPath?: CreditMemosPath | undefined;
};

/** What one execution environment keeps of Zuora between invocations. Nothing is sent yet. */
export const connect = (options: ConnectOptions): Connection => {
  const { credentials, clock, random, telemetry, patience, timeoutMs } = options;
  const headers = commonHeaders(options);
  const zuoraClock = createZuoraClock(clock.now);
  let signsAnswers = false;
  const transport = telling(options.transport, (response) => {
    zuoraClock.notice(answeredAtOf(response));
    signsAnswers ||= response.headers["zuora-request-id"] !== undefined;
  });
  return {
    transport,
    tokens: createTokens({ transport, credentials, clock, headers: tokenHeaders(options) }),
    pace: createPace(clock, { concurrency: options.concurrency, pauseMs: options.busyPauseMs, timeoutMs }),
    clock,
    zuoraClock,
    signsAnswers: () => signsAnswers,
    random,
    headers,
    creditMemosPath: options.creditMemosPath ?? "credit-memos",
    timeoutMs,
    patience,
    onCall: ({ kind, throttled, rateLeft }) => {
      telemetry.count(metricNames.zuoraCalls, 1);
      if (kind === "write") telemetry.count(metricNames.zuoraWrites, 1);
      if (rateLeft !== undefined) telemetry.count(metricNames.zuoraRateLimitLeft, Math.floor(rateLeft * 100));
      if (throttled) telemetry.count(metricNames.zuoraThrottles, 1);
    },
    onRetry: ({ code, message }) => telemetry.warn("read tried again", { code, errorMessage: message }),
  };
};

/**
 * Whatever Zuora answers tells the time, and a token comes before all else: where a gateway answers the first call for
 * Zuora, and tells none, the time is known.
 */
const telling =
  (transport: Transport, onAnswer: (response: HttpResponse) => void): Transport =>
  async (request) => {
    const response = await transport(request);
    onAnswer(response);
    return response;
  };

/** What a stage says of its tenant. */
export type ConnectionSettings = {
  readonly zuoraBaseUrl: string;
  readonly zuoraHttpTimeoutMs: number;
  readonly zuoraProxyUrl?: string | undefined;
  readonly zuoraConcurrency: number;
  readonly busyPauseSeconds: number;
  readonly zuoraEntityIds?: string | undefined;
  readonly zuoraOrgIds?: string | undefined;
  readonly zuoraCreditMemosPath?: CreditMemosPath | undefined;
};

/** The connection of a program to the tenant of its stage. Nothing is sent yet. */
export const connectConfigured = (
  settings: ConnectionSettings,
  own: Pick<ConnectOptions, "credentials" | "clock" | "random" | "telemetry" | "patience"> & {
    /** Whatever shall see every exchange with Zuora as it was. */
    readonly through?: (transport: Transport) => Transport;
  },
): Connection => {
  const { through = (transport) => transport, ...options } = own;
  const timeoutMs = settings.zuoraHttpTimeoutMs;
  return connect({
    ...options,
    transport: through(createGotTransport(settings.zuoraBaseUrl, timeoutMs, settings.zuoraProxyUrl)),
    timeoutMs,
    concurrency: settings.zuoraConcurrency,
    busyPauseMs: settings.busyPauseSeconds * 1000,
    entityIds: settings.zuoraEntityIds,
    orgIds: settings.zuoraOrgIds,
    creditMemosPath: settings.zuoraCreditMemosPath,
  });
};
