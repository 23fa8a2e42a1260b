import type { AccountOutcomeLine, LastScan, Telemetry } from "../../../functions/app/ports.ts";
import { type Money, subtract } from "../../../functions/domain/money.ts";
import { policySchema } from "../../../functions/domain/policy.ts";
import { type AccountSpec, addAccount, addInvoice } from "../../zuora-simulator/build.ts";
import { cancelByHand, owedBy, payByHand, refundByHand } from "../../zuora-simulator/hands.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { Tenant } from "../../zuora-simulator/tenant.ts";
import { FaultPlan } from "./faults.ts";
import { FifoQueue } from "./fifo-queue.ts";
import { settledByOracle } from "./oracle.ts";
import { type Chance, chanceOf } from "./random.ts";
import { limits, runScan, startPollers, type World } from "./system.ts";
import { VirtualTime } from "./virtual-time.ts";
import { ZuoraFront } from "./zuora-front.ts";

const startsAt = Date.UTC(2026, 10, 23, 9);

const policy = policySchema.parse({
  postedSince: "2026-01-01",
  minimumAmount: {},
  accountLimit: { adjustments: 500, amount: {} },
  runLimit: { accounts: 1000, amount: {} },
  application: "apply",
  standingCredit: "apply",
  accountsDenied: [],
});

export type HistoryOptions = {
  readonly seed: number;
  /** Of each kind of fault, per call, row or invocation that it fits. 0: everything works. */
  readonly faultProbability: number;
  /** Payments, new invoices and cancellations by people while the system runs. */
  readonly outsideMovements: boolean;
};

/** What is left to look at when a history has ended. */
export type History = {
  /** Rules that were broken on the way: what no end state shows. */
  readonly violations: readonly string[];
  /** Invoice balances that one undisturbed settlement ends in, by invoice number. */
  readonly expected: ReadonlyMap<string, Money>;
  readonly tenant: Tenant;
  readonly front: ZuoraFront;
  readonly faults: FaultPlan;
  readonly deadLetters: FifoQueue;
  readonly workQueue: FifoQueue;
  readonly lines: readonly AccountOutcomeLine[];
  readonly movements: readonly Movement[];
  /** Accounts whose messages were in hand when an environment died. */
  readonly diedOn: ReadonlySet<string>;
  /** What each customer owed in the beginning: invoices less credit. */
  readonly owedAtFirst: ReadonlyMap<string, Money>;
  readonly endedAt: number;
};

/** Something that people did to an account meanwhile. */
export type Movement = {
  readonly kind: "payment" | "new-invoice" | "refund" | "cancellation";
  readonly accountId: string;
  readonly invoiceId: string;
  readonly at: number;
  /** What it added to what the customer owes. */
  readonly owes: Money;
};

/**
 * Lives through one history: a tenant, faults, scans and processors for some minutes of virtual time; then nothing goes
 * wrong any more, one full scan comes, and the queue drains. The same options give the same history.
 */
export const liveThrough = async ({ seed, faultProbability, outsideMovements }: HistoryOptions): Promise<History> => {
  const chance = chanceOf(seed);
  const time = new VirtualTime(startsAt);
  const turns = chance.fork();
  const client = { clientId: "client", clientSecret: "secret-1" };
  const tenant = new Tenant({
    client,
    store: tenantRecords(chance.fork()),
    turn: turns.next,
    pageSizeMax: 1 + turns.below(12),
  });
  const faults = new FaultPlan(chance.fork(), faultProbability);
  const front = new ZuoraFront(time, chance.fork(), tenant, faults);
  const deadLetters = new FifoQueue(time, limits.visibilityMs);
  const workQueue = new FifoQueue(time, limits.visibilityMs, {
    to: deadLetters,
    maxReceiveCount: limits.maxReceiveCount,
  });
  const owedAtFirst = new Map(tenant.store.accounts.rows.map(({ Id }) => [Id, owedBy(tenant, Id)]));
  const lines: AccountOutcomeLine[] = [];
  const lastOutcomes = new Map<string, AccountOutcomeLine["outcome"]>();
  const expected = settledByOracle(tenant.store, policy);
  const movements: Movement[] = [];
  let invocations = 0;
  const world: World = {
    time,
    chance: chance.fork(),
    faults,
    front,
    workQueue,
    deadLetters,
    policy,
    timeZone: "UTC",
    secret: { current: client },
    position: { current: "on" },
    lastScan: lastScanInMemory(),
    store: tenant.store,
    violations: [],
    telemetry: listening(lines, lastOutcomes),
    lastOutcomes,
    diedOn: new Set(),
    nextInvocationId: () => {
      invocations += 1;
      return `invocation-${invocations}`;
    },
  };
  const live = async () => {
    const pollers = startPollers(world, 2);
    const people = outsideMovements ? actInBetween(world, tenant, movements) : Promise.resolve();
    const trouble = faultProbability > 0 ? troubleTheTenant(world, tenant) : Promise.resolve();
    await runScan(world, "full");
    await time.sleep(60_000);
    await runScan(world, "incremental");
    await Promise.all([people, trouble]);
    faults.end();
    await time.sleep(2 * limits.visibilityMs);
    while (!(await runScan(world, "full"))) await time.sleep(60_000);
    while (workQueue.messages.length > 0) await time.sleep(1_000);
    await pollers.stop();
  };
  await time.run(live(), 48 * 60 * 60_000);
  const { diedOn, violations } = world;
  return {
    violations,
    expected,
    tenant,
    front,
    faults,
    deadLetters,
    workQueue,
    lines,
    movements,
    diedOn,
    owedAtFirst,
    endedAt: time.now(),
  };
};

const amountOf = (chance: Chance): string => `${1 + chance.below(40)}.${10 + chance.below(90)}`;

/** A few small accounts of every interesting kind. */
const tenantRecords = (chance: Chance): Store => {
  const store = new Store();
  const count = 2 + chance.below(5);
  for (let index = 0; index < count; index += 1) addAccount(store, accountOf(chance), startsAt - 3_600_000);
  return store;
};

const accountOf = (chance: Chance): AccountSpec => {
  const day = () => `2026-11-${10 + chance.below(13)}`;
  const mirrored = amountOf(chance);
  const subscriptionNumber = () => chance.pick(["A-S1", "A-S2", "A-S3"]);
  const invoices = [
    ...Array.from({ length: chance.below(3) }, () => ({
      amount: `-${amountOf(chance)}`,
      invoiceDate: day(),
      subscriptionNumber: subscriptionNumber(),
    })),
    ...Array.from({ length: chance.below(4) }, () => ({
      amount: amountOf(chance),
      invoiceDate: day(),
      dueDate: day(),
      subscriptionNumber: subscriptionNumber(),
    })),
    ...(chance.hits(0.5)
      ? [
          { amount: mirrored, invoiceDate: day() },
          { amount: `-${mirrored}`, invoiceDate: day() },
        ]
      : []),
    ...(chance.hits(0.1) ? [{ amount: "-3.00", invoiceDate: "2026-12-24" }] : []),
    ...(chance.hits(0.1) ? [{ amount: "-7.00", invoiceDate: day(), status: "Draft" as const }] : []),
  ];
  return {
    invoices,
    Currency: chance.pick(["GBP", "GBP", "KWD"]),
    ...(chance.hits(0.2) ? { credit: amountOf(chance) } : {}),
    ...(chance.hits(0.05) ? { Status: "Canceled" as const } : {}),
  };
};

/** People and other programs use the tenant too. */
const actInBetween = async ({ time, chance, faults }: World, tenant: Tenant, movements: Movement[]): Promise<void> => {
  for (let count = chance.below(12); count > 0; count -= 1) {
    await time.sleep(chance.below(15_000));
    const movement = actOnce(tenant, chance, time.now());
    if (movement === undefined) continue;
    movements.push(movement);
    faults.count(`${movement.kind}-by-people`);
  }
};

const actOnce = (tenant: Tenant, chance: Chance, at: number): Movement | undefined => {
  const { store } = tenant;
  const account = chance.pick(store.accounts.rows);
  const accountId = account.Id;
  const before = owedBy(tenant, accountId);
  const moved = (kind: Movement["kind"], invoiceId: string): Movement => {
    return { kind, accountId, invoiceId, at, owes: subtract(owedBy(tenant, accountId), before) };
  };
  switch (chance.below(4)) {
    case 0: {
      const invoices = store.invoices.where("AccountId", accountId);
      const open = invoices.find((invoice) => invoice.Status === "Posted" && invoice.Balance.gt(0));
      if (open === undefined) return undefined;
      payByHand(open, amountOf(chance), at);
      return moved("payment", open.Id);
    }
    case 1: {
      const amount = `${chance.hits(0.5) ? "-" : ""}${amountOf(chance)}`;
      return moved("new-invoice", addInvoice(store, account, { amount, invoiceDate: "2026-11-23" }, at).Id);
    }
    case 2: {
      if (!account.CreditBalance.gt(0)) return undefined;
      refundByHand(account, amountOf(chance), at);
      return moved("refund", "");
    }
    default: {
      const processed = store.adjustments.where("AccountId", accountId).filter(({ Status }) => Status === "Processed");
      if (processed.length === 0) return undefined;
      const adjustment = chance.pick(processed);
      return cancelByHand(tenant, adjustment, at) ? moved("cancellation", adjustment.SourceTransactionId) : undefined;
    }
  }
};

/** Tokens are revoked, the secret is rotated, and now and then nobody is at home for a while. */
const troubleTheTenant = async (world: World, tenant: Tenant): Promise<void> => {
  const { time, chance, faults, front } = world;
  for (let count = 0; count < 6; count += 1) {
    await time.sleep(chance.below(15_000));
    if (chance.hits(0.4)) {
      faults.count("token-revoked");
      tenant.authentication.revokeAll();
    }
    if (chance.hits(0.2)) {
      faults.count("secret-rotated");
      const rotated = { clientId: "client", clientSecret: `secret-${2 + count}` };
      tenant.authentication.client = rotated;
      tenant.authentication.revokeAll();
      await time.sleep(chance.below(5_000));
      world.secret.current = rotated;
    }
    if (chance.hits(0.1)) {
      faults.count("outage");
      front.isDown = true;
      await time.sleep(chance.hits(0.2) ? 2 * 60 * 60_000 : 15_000);
      front.isDown = false;
    }
  }
};

const lastScanInMemory = (): LastScan => {
  let last: number | undefined;
  return {
    read: async () => last,
    write: async (startedAt) => {
      last = startedAt;
    },
  };
};

const listening = (
  lines: AccountOutcomeLine[],
  lastOutcomes: Map<string, AccountOutcomeLine["outcome"]>,
): Telemetry => {
  const hear: Telemetry["info"] = (event, fields) => {
    if (event !== "account outcome") return;
    const line = fields as AccountOutcomeLine;
    lines.push(line);
    lastOutcomes.set(line.accountId, line.outcome);
  };
  return { info: hear, warn: hear, count: () => {} };
};
