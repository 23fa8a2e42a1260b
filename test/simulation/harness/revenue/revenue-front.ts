import { type HttpResponse, NoAnswerError, type Transport } from "../../../../functions/zuora/http/transport.ts";
import type { Tenant } from "../../../zuora-simulator/tenant.ts";
import { json } from "../../../zuora-simulator/wire.ts";
import type { Chance } from "../random.ts";
import type { VirtualTime } from "../virtual-time.ts";
import type { RevenueFaults } from "./revenue-world.ts";

const lock = json(409, { success: false, reasons: [{ code: 58730050, message: "lock competition" }] });
const throttle = json(429, { reasons: [{ code: 50000070, message: "request exceeded limit" }] });

/** People who act between a write and its reading come twice as often as any other: it is what reading again is for. */
const writeFaults = [
  "beside",
  "beside",
  "lost-before",
  "lost-after",
  "gateway-504-after",
  "lock",
  "throttled",
  "late-commit",
] as const;
const readFaults = ["lost-before", "throttled", "html-503"] as const;

/** Latency, lost requests and answers, locks and throttles between the production code and the tenant. */
export const revenueFront =
  (
    time: VirtualTime,
    chance: Chance,
    tenant: Tenant,
    faults: RevenueFaults,
    {
      timeoutMs,
      beside,
    }: {
      readonly timeoutMs: number;
      /** What people do right after a write of a schedule. */
      readonly beside: (scheduleNumber: string) => void;
    },
  ): Transport =>
  async (request) => {
    await time.sleep(10 + chance.below(200));
    const commit = (): HttpResponse => tenant.handle({ ...request, body: request.body ?? "" }, time.now());
    if (request.path.startsWith("/oauth/")) return commit();
    const fault = faults.choose(request.method === "PUT" ? writeFaults : readFaults);
    switch (fault) {
      case "beside": {
        const answer = commit();
        beside(/revenue-schedules\/([^/]+)\//.exec(request.path)?.[1] ?? "");
        return answer;
      }
      case "lost-before":
        throw new NoAnswerError("reset", { sent: true });
      case "lost-after":
        commit();
        throw new NoAnswerError("reset", { sent: true });
      case "late-commit":
        // It lands while its answer is waited for: a call is given up only after Zuora has given it up itself.
        time.at(time.now() + chance.below(timeoutMs), commit);
        await time.sleep(timeoutMs);
        throw new NoAnswerError("timed out", { sent: true });
      case "gateway-504-after":
        commit();
        return { status: 504, headers: {}, body: "<html>Gateway Timeout</html>" };
      case "lock":
        return lock;
      case "throttled":
        return throttle;
      case "html-503":
        return { status: 503, headers: {}, body: "<html>Service Unavailable</html>" };
      default:
        return commit();
    }
  };
