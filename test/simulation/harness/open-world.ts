import type { Width } from "../../../functions/app/process/width.ts";
import type { RefusedScans, RefusedScansByKind } from "../../../functions/app/scan/ports.ts";
import type { AccountOutcomeLine } from "../../../functions/app/settle/outcome.ts";
import type { Telemetry } from "../../../functions/app/telemetry-ports.ts";
import { hasCreditMemos, type Mode } from "../../../functions/domain/credit/mode.ts";
import type { Money } from "../../../functions/domain/money.ts";
import { type Policy, policySchema } from "../../../functions/domain/policy.ts";
import type { UnapplyShownAs } from "../../zuora-simulator/credit-memos/unapply-memo.ts";
import { owedBy } from "../../zuora-simulator/hands.ts";
import { LimitKeeper } from "../../zuora-simulator/limits.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import { Tenant } from "../../zuora-simulator/tenant.ts";
import { kindFor } from "../../zuora-simulator/tenant-kind.ts";
import { FaultPlan } from "./faults.ts";
import { FifoQueue } from "./fifo-queue.ts";
import type { History } from "./history.ts";
import { InHand } from "./in-hand.ts";
import { settledByOracle } from "./oracle.ts";
import { addPayments } from "./paying-customers.ts";
import { type Chance, chanceOf } from "./random.ts";
import { limits, type World, widthOf } from "./system.ts";
import { optOutField } from "./tenant-records.ts";
import { VirtualTime } from "./virtual-time.ts";
import { ZuoraFront } from "./zuora-front.ts";

const rules = policySchema.parse({
  postedSince: "2026-01-01",
  minimumAmount: {},
  accountLimit: { adjustments: 500, amount: {} },
  runLimit: { accounts: 1000, amount: { GBP: "100000.00" } },
  application: "apply",
  standingCredit: "apply",
  accountsDenied: [],
  optOutField,
});

/** What a world begins with. */
export type Beginning = {
  readonly seed: number;
  /** Epoch milliseconds. */
  readonly startsAt: number;
  readonly faultProbability: number;
  /** How long a message is nobody else's that was received, in milliseconds; absent: as in any small stage. */
  readonly visibilityMs?: number;
  /** How long a poller of the queue rests after it found nothing, in milliseconds. */
  readonly pollMs: number;
  /** How long a call takes at the most before Zuora does anything, in milliseconds. */
  readonly latencyMaxMs: number;
  /** How far ahead of Zuora the clock of an execution environment may be: one of these, in milliseconds. */
  readonly clocksDifferMs: readonly number[];
  /** How far ahead of Zuora's all our clocks may be besides: one of these, in milliseconds; absent: not at all. */
  readonly zuoraDiffersMs?: readonly number[];
  readonly standingCredit: Policy["standingCredit"];
  /** Absent: of some seeds they are applied, where the mode has memos. */
  readonly unappliedPayments?: Policy["unappliedPayments"];
  /** The tenant is of the matching kind; absent: `credit-balance`. */
  readonly mode?: Mode;
  readonly unapplyShownAs?: UnapplyShownAs;
  readonly records: (chance: Chance) => Store;
  /** Rows of a page at the most; absent: few, so that everything has pages. */
  readonly pageSizeMax?: number;
  /** How many accounts a processor handles at a time; absent: of every other seed, few side by side. */
  readonly width?: Width;
  /**
   * Rows that leave a result push others past whoever reads it page by page; absent: in a third of the worlds with
   * faults.
   */
  readonly passesRowsBy?: boolean;
};

/** Whether rows are passed by in a seed's world; drawn beside all other chance, which stays what it was. */
export const passesRowsByOf = (seed: number): boolean => chanceOf(seed + 2_000_000).hits(1 / 3);

/** Whether payments are applied in a seed's world; drawn beside all other chance, which stays what it was. */
const unappliedPaymentsOf = (seed: number, mode: Mode): Policy["unappliedPayments"] =>
  hasCreditMemos(mode) && chanceOf(seed + 7_000_000).hits(0.6) ? "apply" : "leave";

/** How long a tenant works on each call, one after the other, in one of ten worlds; in milliseconds. */
const serveMsOf = (seed: number): number => {
  const chance = chanceOf(seed + 9_000_000);
  return chance.hits(0.1) ? chance.pick([200, 700, 1_200]) : 0;
};

/** Limits that the system meets, in one of ten worlds. */
const limitsOf = (seed: number): LimitKeeper | undefined => {
  const chance = chanceOf(seed + 11_000_000);
  if (!chance.hits(0.1)) return undefined;
  return new LimitKeeper({ concurrency: chance.pick([2, 5, 40]), requestsPerMinute: chance.pick([40, 100, 200]) });
};

/** Far from every seed, so that the stream of clocks is nobody else's. */
const clocksStream = 8_000_000;

/** Nearly right in half of the worlds, else wrong by more than a minute, whichever side is ahead; in milliseconds. */
export const wrongClocks: readonly number[] = [0, 0, 0, 0, 90_000, -90_000, 600_000, -600_000];

/** A world in which nothing has happened yet, and the history that it will leave. */
export type OpenWorld = {
  readonly world: World;
  readonly tenant: Tenant;
  readonly history: Omit<History, "endedAt">;
};

/** Opens a world: the same beginning gives the same world. */
export const openWorld = ({
  seed,
  startsAt,
  faultProbability,
  visibilityMs = limits.visibilityMs,
  pollMs,
  latencyMaxMs,
  clocksDifferMs,
  zuoraDiffersMs = [0],
  standingCredit,
  mode = "credit-balance",
  unappliedPayments = unappliedPaymentsOf(seed, mode),
  unapplyShownAs,
  records,
  pageSizeMax,
  passesRowsBy,
  width = widthOf(seed),
}: Beginning): OpenWorld => {
  const chance = chanceOf(seed);
  const policy: Policy = {
    ...rules,
    standingCredit,
    unappliedPayments,
    ...(hasCreditMemos(mode) && seed % 3 === 0 ? { creditMemoApplicationRule: "source-item" } : {}),
  };
  const time = new VirtualTime(startsAt);
  const turns = chance.fork();
  const allAheadMs = chanceOf(seed + clocksStream).pick(zuoraDiffersMs);
  const passesBy = passesRowsBy ?? (faultProbability > 0 && passesRowsByOf(seed));
  const client = { clientId: "client", clientSecret: "secret-1" };
  const store = records(chance.fork());
  addPayments(store, chanceOf(seed + 5_000_000), startsAt - 3_600_000, mode);
  const tenant = new Tenant({
    client,
    kind: kindFor(mode),
    applicationRule: seed % 2 === 0 ? "Proration" : "FIFO",
    unapplyShownAs,
    store,
    turn: turns.next,
    pageSizeMax: pageSizeMax ?? 1 + turns.below(12),
    skipsRows: (rows) => {
      if (!passesBy || (passesRowsBy === undefined && faults.isOver)) return false;
      faults.count("rows-passed-by");
      front.rowsPassedBy.push({ at: time.now(), accountIds: new Set(rows.map(ownerOf)) });
      return true;
    },
    showsAccount: ({ Id }) => {
      if (faults.isOver || (front.notShownUntil.get(Id) ?? 0) <= time.now()) return true;
      faults.count("account-not-shown-yet");
      return false;
    },
  });
  const faults = new FaultPlan(chance.fork(), faultProbability);
  const front = new ZuoraFront(time, chance.fork(), tenant, faults, latencyMaxMs);
  front.writesNulls = seed % 3 === 1;
  if (faultProbability > 0) {
    front.serveMs = serveMsOf(seed);
    front.limits = limitsOf(seed);
  }
  const deadLetters = new FifoQueue(time, visibilityMs);
  const workQueue = new FifoQueue(time, visibilityMs, {
    to: deadLetters,
    maxReceiveCount: limits.maxReceiveCount,
  });
  const heard: Heard = { lines: [], lastOutcomes: new Map(), named: [] };
  let invocations = 0;
  const world: World = {
    time,
    chance: chance.fork(),
    faults,
    front,
    workQueue,
    deadLetters,
    pollMs,
    width,
    policy,
    mode,
    timeZone: "UTC",
    aheadMs: () => allAheadMs + chance.pick(clocksDifferMs),
    canceledAt: new Map(
      tenant.store.creditMemos.rows.filter((memo) => memo.excludeFromAutoApplyRules).map((memo) => [memo.id, 0]),
    ),
    secret: { current: client },
    position: { current: "on" },
    killer: { current: undefined },
    lastScan: lastScanInMemory(),
    refusedScans: refusedScansInMemory(),
    store: tenant.store,
    violations: [],
    decreasesSent: [],
    telemetry: listening(heard),
    lastOutcomes: heard.lastOutcomes,
    scans: [],
    diedOn: new Set(),
    inHand: new InHand(),
    nextInvocationId: () => {
      invocations += 1;
      return `invocation-${invocations}`;
    },
  };
  const history = {
    violations: world.violations,
    decreasesSent: world.decreasesSent,
    expected: settledByOracle(tenant.store, policy, mode),
    tenant,
    front,
    faults,
    deadLetters,
    workQueue,
    lines: heard.lines,
    named: heard.named,
    movements: [],
    policy,
    mode,
    scans: world.scans,
    firstMark: world.lastScan.firstMark,
    diedOn: world.diedOn,
    owedAtFirst: new Map<string, Money>(tenant.store.accounts.rows.map(({ Id }) => [Id, owedBy(tenant, Id)])),
  };
  return { world, tenant, history };
};

/** The account that a row of a result is about. */
const ownerOf = (row: object): unknown => ("AccountId" in row ? row.AccountId : "Id" in row ? row.Id : undefined);

/** Another run over the same tenant: with queues and a memory of its own, and everything else shared. */
export const secondRun = (world: World): World => {
  const heard: Heard = { lines: [], lastOutcomes: new Map(), named: [] };
  const own = listening(heard);
  const telemetry: Telemetry = {
    ...own,
    info: (event, fields) => {
      own.info(event, fields);
      world.telemetry.info(event, fields);
    },
  };
  const redrive = { to: world.deadLetters, maxReceiveCount: limits.maxReceiveCount };
  const workQueue = new FifoQueue(world.time, limits.visibilityMs, redrive, "second-");
  const memory = { lastScan: lastScanInMemory(), lastOutcomes: heard.lastOutcomes, inHand: new InHand() };
  return { ...world, ...memory, workQueue, telemetry };
};

type Heard = {
  readonly lines: AccountOutcomeLine[];
  readonly lastOutcomes: Map<string, AccountOutcomeLine>;
  readonly named: NegativeLine[];
};

/** The line that names accounts that a payment run met. */
export type NegativeLine = {
  readonly event: "negative when a payment run began" | "credit idle when a payment run began";
  readonly paymentRun: string;
  readonly accountIds: readonly string[];
};

const refusedScansInMemory = (): RefusedScans => {
  let refused: RefusedScansByKind = {};
  return {
    read: async () => refused,
    write: async (scans) => {
      refused = scans;
    },
  };
};

const lastScanInMemory = (): World["lastScan"] => {
  let first: number | undefined;
  let last: number | undefined;
  return {
    read: async () => last,
    write: async (startedAt) => {
      first ??= startedAt;
      last = startedAt;
    },
    firstMark: () => first,
  };
};

const listening = ({ lines, lastOutcomes, named }: Heard): Telemetry => {
  const hear: Telemetry["info"] = (event, fields) => {
    if (event === "negative when a payment run began" || event === "credit idle when a payment run began")
      named.push({ event, ...(fields as Omit<NegativeLine, "event">) });
    if (event !== "account outcome") return;
    const line = fields as AccountOutcomeLine;
    lines.push(line);
    lastOutcomes.set(line.accountId, line);
  };
  return { info: hear, warn: hear, count: () => {} };
};
