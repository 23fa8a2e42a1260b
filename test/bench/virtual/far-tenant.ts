import type { Transport } from "../../../functions/zuora/http/transport.ts";
import type { VirtualTime } from "../../simulation/harness/virtual-time.ts";
import { LimitKeeper } from "../../zuora-simulator/limits.ts";
import { Tenant } from "../../zuora-simulator/tenant.ts";
import type { TenantRequest } from "../../zuora-simulator/wire.ts";
import { benchTenant, client, latency, limits, unsettledIn } from "../tenant.ts";
import { kindOfCall } from "./kind-of-call.ts";

/** What the tenant saw up to the last write: what comes afterwards settles nothing. */
export type Seen = {
  calls: number;
  readonly byKind: Map<string, number>;
  /** Epoch milliseconds of virtual time. */
  firstWriteAt: number | undefined;
  lastWriteAt: number;
  /** Milliseconds that calls were under way, all of them added up; since the first write. */
  busyMs: number;
};

/**
 * A simulated tenant that is as far away as the bench's, in virtual time: no socket, and nothing waits for a processor.
 */
export class FarTenant {
  readonly limits = new LimitKeeper(limits);
  readonly #time: VirtualTime;
  readonly #tenant: Tenant;
  readonly #all: Seen = { calls: 0, byKind: new Map(), firstWriteAt: undefined, lastWriteAt: 0, busyMs: 0 };
  #untilLastWrite: Seen = this.#all;

  constructor(accounts: number, time: VirtualTime) {
    this.#time = time;
    this.#tenant = new Tenant({ client, store: benchTenant(accounts) });
  }

  get untilLastWrite(): Seen {
    return this.#untilLastWrite;
  }

  get unsettled(): number {
    return unsettledIn(this.#tenant.store);
  }

  /** Half of the time passes before anything happens, and half, with that of the rows, before the answer leaves. */
  readonly transport: Transport = async (sent) => {
    const request: TenantRequest = { ...sent, body: sent.body ?? "" };
    const admission = this.limits.enter(request.method, request.path);
    const askedAt = this.#time.now();
    const kind = kindOfCall(request);
    this.#all.calls += 1;
    this.#all.byKind.set(kind, (this.#all.byKind.get(kind) ?? 0) + 1);
    try {
      const refusal = this.limits.refusal(admission, askedAt);
      if (refusal !== undefined) return refusal;
      await this.#time.sleep(latency.baseMs / 2);
      const answer = this.#tenant.handle(request, this.#time.now());
      await this.#time.sleep(latency.baseMs / 2 + answer.rows * latency.perRowMs);
      return { ...answer, headers: { ...answer.headers, ...this.limits.headers(admission, this.#time.now()) } };
    } finally {
      this.limits.leave(admission);
      if (this.#all.firstWriteAt !== undefined) this.#all.busyMs += this.#time.now() - askedAt;
      if (request.path.startsWith("/v1/action/create")) this.#written(askedAt);
    }
  };

  #written(askedAt: number): void {
    this.#all.firstWriteAt ??= askedAt;
    this.#all.lastWriteAt = this.#time.now();
    this.#untilLastWrite = { ...this.#all, byKind: new Map(this.#all.byKind) };
  }
}
