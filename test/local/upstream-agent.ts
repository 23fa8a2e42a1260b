import { Agent } from "node:https";
import { isLoopback } from "../../functions/ops/system/loopback.ts";

/** Idle connections are closed before servers commonly close them, so that a request seldom meets a dead one. */
const idleMs = 2_000;

const reusing = new Agent({ keepAlive: true, timeout: idleMs });

/**
 * The agent for one request. A connection is only used again where setting it up is expensive, and never for a write:
 * one that the server closed meanwhile would break a request that Zuora never refused.
 */
export const agentFor = (target: URL, mayReuseConnection: boolean): Agent | false =>
  target.protocol === "https:" && mayReuseConnection && !isLoopback(target.href) ? reusing : false;
