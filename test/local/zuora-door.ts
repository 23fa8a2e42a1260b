import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import { isWrite } from "./is-write.ts";
import { startLoopbackServer } from "./loopback-server.ts";
import { throttleWatch } from "./throttle-watch.ts";
import { agentFor } from "./upstream-agent.ts";

/** What went through the door. */
export type ZuoraTraffic = {
  requests: number;
  /** Requests that could have changed something, refused ones included. */
  writes: number;
  /** Answers that said "too many requests", in whichever of Zuora's ways. */
  throttled: number;
  /** Most requests that were under way at one time. */
  maxInFlight: number;
};

/** A transparent way to Zuora that counts. */
export type ZuoraDoor = {
  /** Takes the place of the tenant's REST base, its path included. */
  readonly baseUrl: string;
  readonly traffic: Readonly<ZuoraTraffic>;
  /** The bearer token that was last seen passing; the run's own reader may use it too. */
  lastToken(): string | undefined;
  stop(): Promise<void>;
};

/**
 * Opens a loopback door to a Zuora REST base. It invents no answer: where Zuora resets a connection so does the door,
 * and where Zuora is silent so is the door.
 *
 * @param refuseWrites answers anything that could change the tenant with 403, without passing it on
 */
export const startZuoraDoor = async (target: URL, refuseWrites: boolean): Promise<ZuoraDoor> => {
  const traffic: ZuoraTraffic = { requests: 0, writes: 0, throttled: 0, maxInFlight: 0 };
  let inFlight = 0;
  let token: string | undefined;

  const server = await startLoopbackServer((incoming, outgoing) => {
    const writes = isWrite(incoming.method ?? "", incoming.url ?? "");
    traffic.requests++;
    if (writes) traffic.writes++;
    token = /^Bearer (\S+)$/.exec(incoming.headers.authorization ?? "")?.[1] ?? token;
    if (writes && refuseWrites) return refuse(incoming, outgoing);
    inFlight++;
    traffic.maxInFlight = Math.max(traffic.maxInFlight, inFlight);
    pass(incoming, outgoing, target, {
      mayReuseConnection: !writes,
      onThrottled: () => traffic.throttled++,
      onEnd: () => inFlight--,
    });
  });

  const baseUrl = server.url + target.pathname.replace(/\/+$/, "");
  return { baseUrl, traffic, lastToken: () => token, stop: server.stop };
};

type Passage = {
  readonly mayReuseConnection: boolean;
  readonly onThrottled: () => void;
  readonly onEnd: () => void;
};

const pass = (incoming: IncomingMessage, outgoing: ServerResponse, target: URL, passage: Passage): void => {
  const request = target.protocol === "https:" ? httpsRequest : httpRequest;
  const upstream = request({
    protocol: target.protocol,
    host: target.hostname.replace(/^\[|\]$/g, ""),
    port: target.port,
    method: incoming.method,
    path: incoming.url,
    headers: ["Host", target.host, ...withoutHopByHop(incoming.rawHeaders, "host")],
    agent: agentFor(target, passage.mayReuseConnection),
  });
  const breakDownstream = () => {
    if (!outgoing.writableFinished) incoming.socket.resetAndDestroy();
  };
  let isUnderWay = true;
  const end = () => {
    if (isUnderWay) passage.onEnd();
    isUnderWay = false;
  };

  upstream.once("close", end);
  upstream.on("error", breakDownstream);
  upstream.once("response", (answer) => {
    const watch = throttleWatch(answer, passage.onThrottled);
    outgoing.sendDate = false;
    outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutHopByHop(answer.rawHeaders));
    answer.on("error", breakDownstream);
    // Before the function sees the end and sends its next request, so that the two never seem to overlap.
    answer.once("end", end);
    answer.on("data", watch);
    answer.pipe(outgoing);
  });
  // The function gave up or was killed: Zuora sees its connection break, as it would without the door.
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) upstream.destroy();
  });
  incoming.pipe(upstream);
};

const refuse = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
  incoming.resume();
  const message = `dry run: ${incoming.method} ${new URL(incoming.url ?? "/", "http://localhost").pathname} was not sent`;
  const body = { success: false, reasons: [{ code: "DRY_RUN", message }] };
  outgoing.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify(body));
};

/** Headers that are about one connection and not about the message (RFC 9110, section 7.6.1). */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const withoutHopByHop = (rawHeaders: readonly string[], ...more: readonly string[]): string[] =>
  rawHeaders.filter((_, index) => {
    const name = rawHeaders[index - (index % 2)]?.toLowerCase() ?? "";
    return !hopByHop.has(name) && !more.includes(name);
  });
