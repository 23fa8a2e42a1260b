import type { RevenueOutcomeLine } from "../../../../functions/app/revenue/tell-revenue.ts";
import type { Telemetry } from "../../../../functions/app/telemetry-ports.ts";
import { type Policy, policySchema } from "../../../../functions/domain/policy.ts";
import { RevenueBooks } from "../../../zuora-simulator/revenue/revenue-books.ts";
import { Tenant } from "../../../zuora-simulator/tenant.ts";
import { FifoQueue } from "../fifo-queue.ts";
import { type Chance, chanceOf } from "../random.ts";
import { VirtualTime } from "../virtual-time.ts";
import { byRuleCharge, type PlottedAccount, revenueTenant } from "./revenue-tenant.ts";

export const revenueLimits = {
  httpTimeoutMs: 5_000,
  functionTimeoutMs: 40_000,
  visibilityMs: 46_000,
  maxReceiveCount: 5,
  backoffMaxSeconds: 20,
  setAsideAfterSeconds: 120,
} as const;

/** A minute before the month ends: whatever takes a while goes on in the next one. */
const startsAt = Date.UTC(2026, 9, 31, 23, 58);

export const client = { clientId: "client", clientSecret: "secret" };

/** Chooses faults, each as often, and counts them. */
export class RevenueFaults {
  readonly counts = new Map<string, number>();
  readonly #chance: Chance;
  #probability: number;

  constructor(chance: Chance, probability: number) {
    this.#chance = chance;
    this.#probability = probability;
  }

  end(): void {
    this.#probability = 0;
  }

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  choose<F extends string>(faults: readonly F[]): F | undefined {
    const draw = this.#chance.next();
    const fault = this.#probability === 0 ? undefined : faults[Math.floor(draw / this.#probability)];
    if (fault !== undefined) this.count(fault);
    return fault;
  }
}

export type RevenueWorld = {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly faults: RevenueFaults;
  readonly tenant: Tenant;
  readonly books: RevenueBooks;
  readonly accounts: readonly PlottedAccount[];
  readonly policy: Policy;
  readonly workQueue: FifoQueue;
  readonly deadLetters: FifoQueue;
  readonly lines: RevenueOutcomeLine[];
  readonly telemetry: Telemetry;
  /** Accounts whose messages were in hand when an environment died. */
  readonly diedOn: Set<string>;
  /** Accounts whose schedules a person moved. */
  readonly movedByPeople: Set<string>;
  /** Whether there are any people. */
  readonly people: boolean;
  /** Those of them of which a person put back what we had moved. */
  readonly putBackByPeople: Set<string>;
};

const rules = policySchema.parse({
  postedSince: "2026-01-01",
  minimumAmount: {},
  accountLimit: { adjustments: 500, amount: {} },
  runLimit: { accounts: 1000, amount: {} },
  application: "apply",
  standingCredit: "apply",
  accountsDenied: [],
  revenue: "move",
});

/** A tenant whose cancellations were just settled; the same seed gives the same world. */
export const openRevenueWorld = ({
  seed,
  faultProbability,
  people,
}: {
  readonly seed: number;
  readonly faultProbability: number;
  readonly people: boolean;
}): RevenueWorld => {
  const chance = chanceOf(seed);
  const time = new VirtualTime(startsAt);
  const { store, accounts } = revenueTenant(chance.fork(), startsAt);
  const books = new RevenueBooks("2026-10-31", {
    delayMs: chance.pick([0, 60_000, 10 * 60_000]),
    refusesEmptied: chance.hits(0.5),
    ruleOf: ({ originalChargeId }) => (originalChargeId === byRuleCharge ? "Upon invoicing" : "Manual"),
  });
  const turns = chance.fork();
  const tenant = new Tenant({ client, store, revenue: books, turn: turns.next, pageSizeMax: 1 + turns.below(12) });
  const deadLetters = new FifoQueue(time, revenueLimits.visibilityMs);
  const lines: RevenueOutcomeLine[] = [];
  const hear: Telemetry["info"] = (event, fields) => {
    if (event === "revenue outcome") lines.push(fields as RevenueOutcomeLine);
  };
  return {
    time,
    faults: new RevenueFaults(chance.fork(), faultProbability),
    chance: chance.fork(),
    tenant,
    books,
    accounts,
    policy: rules,
    deadLetters,
    workQueue: new FifoQueue(time, revenueLimits.visibilityMs, {
      to: deadLetters,
      maxReceiveCount: revenueLimits.maxReceiveCount,
    }),
    lines,
    telemetry: { info: hear, warn: hear, count: () => {} },
    diedOn: new Set(),
    movedByPeople: new Set(),
    people,
    putBackByPeople: new Set(),
  };
};
