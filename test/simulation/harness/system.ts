import type { Clock, Credentials } from "../../../functions/app/ports.ts";
import { processInvocation } from "../../../functions/app/process/process-invocation.ts";
import type { Width } from "../../../functions/app/process/width.ts";
import type { WorkQueue } from "../../../functions/app/queue-ports.ts";
import { approveScan } from "../../../functions/app/scan/approve-scan.ts";
import type { ScanDeps } from "../../../functions/app/scan/begin-scan.ts";
import type { LastScan, RefusedScans, ScanKind } from "../../../functions/app/scan/ports.ts";
import { scan } from "../../../functions/app/scan/scan.ts";
import type { AccountOutcomeLine } from "../../../functions/app/settle/outcome.ts";
import { Landing } from "../../../functions/app/settle/rounds/landing.ts";
import { SharedTrouble } from "../../../functions/app/settle/rounds/shared-trouble.ts";
import type { Telemetry } from "../../../functions/app/telemetry-ports.ts";
import type { Mode } from "../../../functions/domain/credit/mode.ts";
import { appliesPayments, type Policy } from "../../../functions/domain/policy.ts";
import { connect } from "../../../functions/zuora/http/connect.ts";
import type { Connection } from "../../../functions/zuora/http/connection.ts";
import { type Patience, processorPatience, scannerPatience } from "../../../functions/zuora/http/retry.ts";
import { NoAnswerError } from "../../../functions/zuora/http/transport.ts";
import { createCanceledView } from "../../../functions/zuora/ledger/canceled-view.ts";
import { createLedger } from "../../../functions/zuora/ledger/ledger.ts";
import { createCollectionsView } from "../../../functions/zuora/payment-runs/collections.ts";
import { createPaymentRunWatch } from "../../../functions/zuora/payment-runs/watch.ts";
import { createCandidates } from "../../../functions/zuora/scan/candidates.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import { Container } from "./container.ts";
import { keepsPartOfCredit } from "./credit-watch.ts";
import type { FaultPlan } from "./faults.ts";
import type { FifoQueue, StoredMessage } from "./fifo-queue.ts";
import type { InHand } from "./in-hand.ts";
import { type Position, readPosition } from "./operators.ts";
import { deliveriesOf, deliveryOf, workQueueOf } from "./queue-ports.ts";
import type { Chance } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";
import { type DecreaseSent, WireWatch } from "./wire-watch.ts";
import { isWrite, type ZuoraFront } from "./zuora-front.ts";

/** A small stage: short timeouts, so that a history of minutes holds many deaths. */
export const limits = {
  httpTimeoutMs: 5_000,
  functionTimeoutMs: 25_000,
  scanTimeoutMs: 5 * 60_000,
  visibilityMs: 32_000,
  maxReceiveCount: 5,
  backoffMaxSeconds: 20,
  setAsideAfterSeconds: 120,
  pollMs: 250,
} as const;

/** A scan that completed, by the clock of the world. */
export type CompletedScan = {
  readonly kind: ScanKind;
  readonly beganAt: number;
  readonly endedAt: number;
  /** The accounts that it queued. */
  readonly found: ReadonlySet<string>;
};

/**
 * Of the few accounts of a history: what comes beside a full delivery is taken by the function itself, and handled all
 * together or in small batches side by side, of which another takes the place of one that is done with.
 */
const widths: readonly Width[] = [
  { delivered: 2, together: 100, batches: 1 },
  { delivered: 2, together: 2, batches: 3 },
];

/** Every other history has the one, every other the other. */
export const widthOf = (seed: number): Width => widths[seed % widths.length] as Width;

/** What the production code is put into. */
export type World = {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly faults: FaultPlan;
  readonly front: ZuoraFront;
  readonly store: Store;
  /** What no end state shows: broken rules on the wire and at the queue. */
  readonly violations: string[];
  /** Every Decrease that left, whatever became of it. */
  readonly decreasesSent: DecreaseSent[];
  readonly workQueue: FifoQueue;
  readonly deadLetters: FifoQueue;
  /** How long a poller of the queue rests after it found nothing, in milliseconds. */
  readonly pollMs: number;
  readonly width: Width;
  readonly policy: Policy;
  readonly mode: Mode;
  readonly timeZone: string;
  /** How far ahead of Zuora's the clock of the next execution environment is, in milliseconds. */
  readonly aheadMs: () => number;
  /**
   * When a cancellation by a person became visible, by the id of its invoice, or of a memo or payment that was taken
   * back or excluded.
   */
  readonly canceledAt: Map<string, number>;
  /** What the secret holds now. */
  readonly secret: { current: Credentials };
  readonly position: { current: Position };
  /** The account, if any, that whoever asks Zuora about it dies of. */
  readonly killer: { current: string | undefined };
  readonly lastScan: LastScan & {
    /** When it was first remembered how far a scan had looked; absent until then. */
    readonly firstMark: () => number | undefined;
  };
  readonly refusedScans: RefusedScans;
  readonly telemetry: Telemetry;
  /** How each account left its last invocation. */
  readonly lastOutcomes: ReadonlyMap<string, AccountOutcomeLine>;
  readonly scans: CompletedScan[];
  /** Accounts whose messages were in hand when an environment died. */
  readonly diedOn: Set<string>;
  readonly inHand: InHand;
  readonly nextInvocationId: () => string;
};

/** How long after a stale reading its plan may still be carried out. */
const staleMs = 30_000;

type Environment = {
  readonly watch: WireWatch;
  readonly container: Container;
  readonly connection: Connection;
  readonly handle: (messages: readonly StoredMessage[]) => Promise<readonly string[]>;
  /** What the current invocation took beside what it was handed, and what of it nothing has become of yet. */
  readonly taken: StoredMessage[];
  readonly forgotten: Set<StoredMessage>;
};

/** Cold-starts an execution environment of the processor: the production code, with everything outside it wrapped. */
const startProcessor = (world: World): Environment => {
  const container = new Container();
  const clock = clockIn(world);
  const watch = new WireWatch(
    world.store,
    () => world.time.now() - (world.front.staleReadsAt.at(-1) ?? 0) < staleMs,
    world.canceledAt,
    world.decreasesSent,
    world.time.now,
  );
  const connection = connectIn(world, clock, container, processorPatience, watch);
  const collections = createCollectionsView(world.timeZone, {
    now: clock.now,
    signsAnswers: connection.signsAnswers,
    onNotOffered: (what) => world.violations.push(`a gateway was believed that the tenant offers no ${what}`),
  });
  const reading = {
    timeZone: world.timeZone,
    mode: world.mode,
    optOutField: world.policy.optOutField,
    separatesStandingCredit: world.policy.standingCredit === "leave",
    readsPayments: appliesPayments(world.policy, world.mode),
    collections,
    canceled: createCanceledView(clock.now),
  };
  const trouble = new SharedTrouble(clock.now);
  const landing = new Landing(clock.now);
  const taken: StoredMessage[] = [];
  const forgotten = new Set<StoredMessage>();
  const hand = {
    take: (messages: readonly StoredMessage[]) => {
      taken.push(...messages);
      world.violations.push(...world.inHand.take(container, messages));
      for (const message of messages) {
        forgotten.add(message);
        world.faults.count("taken-beside");
      }
    },
    finish: (message: StoredMessage) => {
      forgotten.delete(message);
      finish(world, message);
    },
    hide: (message: StoredMessage) => {
      forgotten.delete(message);
      world.inHand.release(message);
    },
  };
  const handle = (messages: readonly StoredMessage[]) => {
    taken.length = 0;
    forgotten.clear();
    const endsAt = world.time.now() + limits.functionTimeoutMs;
    const remainingMs = () => endsAt - world.time.now();
    return processInvocation(
      {
        ledgerFor: (trackId) => createLedger(connection, { trackId, remainingMs }, { reading, codes: world.policy }),
        deliveries: container.wrap(deliveriesOf(world.workQueue, world.deadLetters, hand)),
        switchReader: container.wrap({ read: () => readPosition(world) }),
        telemetry: world.telemetry,
        clock,
        random: () => world.chance.next(),
        remainingMs,
        policy: world.policy,
        trouble,
        landing,
        invocationId: world.nextInvocationId(),
        maxReceiveCount: limits.maxReceiveCount,
        backoffMaxSeconds: limits.backoffMaxSeconds,
        setAsideAfterSeconds: limits.setAsideAfterSeconds,
        writeTimeMs: limits.httpTimeoutMs,
        width: world.width,
        isPaused: () => connection.pace.pausedMs() > 0,
      },
      messages.map(deliveryOf),
    );
  };
  return { container, connection, handle, watch, taken, forgotten };
};

/** The clock of one machine. */
export const clockIn = (world: World): Clock => {
  const aheadMs = world.aheadMs();
  return { now: () => world.time.now() + aheadMs, sleep: world.time.sleep };
};

/** Stands in no request. */
const noAccount = "no account";

export const connectIn = (
  world: World,
  clock: Clock,
  container: Container,
  patience: Patience,
  watch?: WireWatch,
): Connection => {
  const transport = world.front.transport(limits.httpTimeoutMs);
  let cached: Credentials | undefined;
  return connect({
    transport: (request) =>
      container.outside(async () => {
        if (watch !== undefined && request.body?.includes(world.killer.current ?? noAccount)) container.kill();
        watch?.sends(request);
        if (watch !== undefined && isWrite(request) && world.position.current !== "on")
          world.violations.push(`a write left while the switch said ${world.position.current}`);
        try {
          const response = await transport(request);
          watch?.receives(request, response);
          return response;
        } catch (error) {
          watch?.receives(request, undefined, error instanceof NoAnswerError && error.sent);
          throw error;
        }
      }),
    credentials: {
      read: async ({ fresh }) => {
        if (fresh || cached === undefined) cached = world.secret.current;
        return cached;
      },
    },
    clock,
    random: () => world.chance.next(),
    telemetry: world.telemetry,
    patience,
    timeoutMs: limits.httpTimeoutMs,
    concurrency: 4,
    busyPauseMs: 10_000,
  });
};

/** How many parts of a large result a scan reads side by side. */
const partsOfScan = 4;

type ScanExtent = { readonly parts?: number; readonly timeoutMs?: number };

/** What the last scan of all may take: as long as Lambda lets it, in front of the slowest of tenants. */
const lastScanTimeoutMs = 15 * 60_000;

const scanDeps = (
  world: World,
  { parts = partsOfScan, timeoutMs = limits.scanTimeoutMs }: ScanExtent = {},
): ScanDeps => {
  const clock = clockIn(world);
  const connection = connectIn(world, clock, new Container(), scannerPatience);
  const endsAt = world.time.now() + timeoutMs;
  const during = (trackId: string) => ({ trackId, remainingMs: () => endsAt - world.time.now() });
  const rules = { unappliedPayments: world.policy.unappliedPayments };
  return {
    candidates: (runId) => createCandidates(connection, during(runId), world.mode, { parts, ...rules }),
    workQueue: workQueueOf(world.workQueue),
    paymentRuns: (runId) =>
      createPaymentRunWatch(connection, during(runId), {
        timeZone: world.timeZone,
        mode: world.mode,
        optOutField: world.policy.optOutField,
      }),
    lastScan: world.lastScan,
    refusedScans: world.refusedScans,
    switchReader: { read: () => readPosition(world) },
    telemetry: world.telemetry,
    clock,
    zuoraTime: connection.zuoraClock.at,
    random: () => world.chance.next(),
    policy: world.policy,
  };
};

/**
 * Runs a scan as the schedule does: where it fails, the next one comes later and looks back as far.
 *
 * @returns whether it completed
 */
export const runScan = async (world: World, kind: ScanKind, extent: ScanExtent = {}): Promise<boolean> => {
  const beganAt = world.time.now();
  const found = new Set<string>();
  const deps = scanDeps(world, extent);
  const send: WorkQueue["send"] = (accountIds, ...rest) => {
    for (const id of accountIds) found.add(id);
    return deps.workQueue.send(accountIds, ...rest);
  };
  const isComplete = await completes(world, () => scan({ ...deps, workQueue: { ...deps.workQueue, send } }, kind));
  if (isComplete) world.scans.push({ kind, beganAt, endedAt: world.time.now(), found });
  return isComplete;
};

/** A person approves a scan that the guard refused. */
export const approve = (world: World, runId: string): Promise<boolean> =>
  completes(world, () => approveScan(scanDeps(world), runId));

const completes = async ({ telemetry }: World, run: () => Promise<unknown>): Promise<boolean> => {
  try {
    await run();
    return true;
  } catch (error) {
    telemetry.warn("scan refused", { reason: error instanceof Error ? error.message : "unknown" });
    return false;
  }
};

/** Whoever polls the queue, until told to stop. */
export type Pollers = { stop(): Promise<void> };

/** Lambda's event source mapping: pollers that receive, invoke, and delete what is done with. */
export const startPollers = (world: World, count: number): Pollers => {
  let isStopped = false;
  const idle: Environment[] = [];
  const poll = async () => {
    while (!isStopped) {
      const messages = world.workQueue.receive(world.width.delivered);
      if (messages.length === 0) await world.time.sleep(world.pollMs);
      else await invoke(world, idle, messages);
    }
  };
  const pollers = Array.from({ length: count }, poll);
  return {
    stop: async () => {
      isStopped = true;
      await Promise.all(pollers);
    },
  };
};

/** As often as everything is scanned until one scan completes: nothing that passes takes longer. */
const scansMax = 30;

/** Nothing goes wrong any more, one full scan comes, and the queue drains. */
export const drain = async (world: World, pollers: Pollers): Promise<void> => {
  const { time, faults, workQueue, violations } = world;
  faults.end();
  await time.sleep(2 * limits.visibilityMs);
  for (let scans = 1; !(await runScan(world, "full", { timeoutMs: lastScanTimeoutMs })); scans += 1) {
    if (scans === scansMax) {
      violations.push("no scan of everything completes, although nothing goes wrong any more");
      break;
    }
    await time.sleep(60_000);
  }
  while (workQueue.messages.length > 0) await time.sleep(1_000);
  await pollers.stop();
};

const invoke = async (world: World, idle: Environment[], messages: readonly StoredMessage[]): Promise<void> => {
  const environment = idle.pop() ?? startProcessor(world);
  const { container } = environment;
  // Nothing reaches Zuora in an outage, so nothing is there to die of.
  if (!world.front.isDown && world.faults.happens("killed")) container.killAfterCrossings(world.chance.below(24));
  let isOver = false;
  const startedAt = world.time.now();
  world.violations.push(...world.inHand.take(container, messages));
  environment.watch.invocationBegins(startedAt);
  world.time.at(startedAt + limits.functionTimeoutMs, () => {
    if (!isOver) container.kill();
  });
  const kept = await Promise.race([environment.handle(messages), container.died]);
  isOver = true;
  world.inHand.releaseAll(container);
  if (kept === undefined) {
    for (const { groupId } of [...messages, ...environment.taken]) world.diedOn.add(groupId);
    return;
  }
  container.surviveFromNowOn();
  const hadTime = world.time.now() - startedAt < limits.functionTimeoutMs - 4 * limits.httpTimeoutMs;
  environment.watch.invocationEnds(
    // Whoever stays away from Zuora reads when that is over, before anything else.
    hadTime && environment.connection.pace.pausedMs() === 0,
    (accountId) => waitsForLanding(world, accountId),
  );
  world.violations.push(...environment.watch.violations.splice(0));
  idle.push(environment);
  for (const message of messages) if (!kept.includes(message.messageId)) finish(world, message);
  // What a function takes itself nobody else deletes, hides or renews for it.
  for (const { groupId } of environment.forgotten) world.violations.push(`a message of ${groupId} was taken and left`);
};

/** Deletes what is done with; what is gone already went in the invocation itself. */
const finish = (world: World, message: StoredMessage): void => {
  if (!world.workQueue.messages.includes(message)) return;
  world.violations.push(...wronglyAcknowledged(world, message));
  world.inHand.release(message);
  if (world.faults.happens("deletion-lost")) world.workQueue.takeIn(message, "repeated");
  deleteQuietly(world.workQueue, message);
};

/** Beside credit that is to be left, a lost application is looked for when it can have landed, and not at once. */
const waitsForLanding = ({ lastOutcomes }: World, accountId: string): boolean => {
  const { code, holds = [] } = lastOutcomes.get(accountId) ?? {};
  return code === "WRITE_OUTCOME_UNKNOWN" && holds.some(({ reason }) => keepsPartOfCredit.has(reason));
};

/** A message goes away for good only where its account is done with, was renewed or was set aside. */
const wronglyAcknowledged = ({ workQueue, deadLetters, lastOutcomes }: World, message: StoredMessage): string[] => {
  const { groupId, origin } = message;
  // What comes again was rightly deleted before.
  if (origin === "repeated") return [];
  const { outcome, dryRun } = lastOutcomes.get(groupId) ?? {};
  const wasToBeSettled = message.attributes["dryRun"] === undefined;
  const isDone =
    (outcome === "settled" || outcome === "held" || outcome === "no-op") && !(dryRun === true && wasToBeSettled);
  const isElsewhere = [...workQueue.messages, ...deadLetters.messages].some(
    (each) => each !== message && each.groupId === groupId,
  );
  return isDone || isElsewhere
    ? []
    : [`a message of ${groupId} was acknowledged while it was ${outcome}${dryRun ? ", in a dry run" : ""}`];
};

/** A receipt that expired meanwhile: the message comes again, and the queue says so to nobody. */
const deleteQuietly = (queue: FifoQueue, message: StoredMessage): void => {
  try {
    queue.delete(message.receiptHandle ?? "");
  } catch {
    // SQS reports it to the mapping, which has nothing better to do than to receive the message again.
  }
};
