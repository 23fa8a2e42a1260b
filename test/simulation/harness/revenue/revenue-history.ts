import { findRevenue } from "../../../../functions/app/revenue/find-revenue.ts";
import { processRevenue } from "../../../../functions/app/revenue/process-revenue.ts";
import { connect } from "../../../../functions/zuora/http/connect.ts";
import type { Connection } from "../../../../functions/zuora/http/connection.ts";
import { processorPatience, scannerPatience } from "../../../../functions/zuora/http/retry.ts";
import { createPeriodsView } from "../../../../functions/zuora/revenue/accounting-periods.ts";
import { createRevenueCandidates } from "../../../../functions/zuora/revenue/revenue-candidates.ts";
import { createRevenueLedger } from "../../../../functions/zuora/revenue/revenue-ledger.ts";
import {
  distributeByHand,
  type ScheduleRecord,
  undistributedOf,
} from "../../../zuora-simulator/revenue/revenue-books.ts";
import { Container } from "../container.ts";
import type { StoredMessage } from "../fifo-queue.ts";
import { deliveriesOf, deliveryOf, workQueueOf } from "../queue-ports.ts";
import { revenueFront } from "./revenue-front.ts";
import { client, openRevenueWorld, type RevenueWorld, revenueLimits } from "./revenue-world.ts";

const minuteMs = 60_000;

export type RevenueHistoryOptions = {
  readonly seed: number;
  /** Of each kind of fault, per call or invocation that it fits. */
  readonly faultProbability: number;
  /** Somebody distributes by hand, and finance closes the month that has ended. */
  readonly people: boolean;
};

export type RevenueHistory = RevenueWorld & {
  /** Receivables as they were before the first pass and after the last: revenue is none of their business. */
  readonly receivables: { readonly before: string; readonly after: string };
};

/**
 * Lives through an hour around a month's end: passes over revenue, deaths and lost answers, people and a close; then
 * nothing goes wrong any more, finance opens its periods again, and one last pass drains. The same options give the
 * same history.
 */
export const liveThroughRevenue = async (options: RevenueHistoryOptions): Promise<RevenueHistory> => {
  const world = openRevenueWorld(options);
  const { time, faults, books, tenant, workQueue } = world;
  const receivables = () => JSON.stringify(tenant.snapshot());
  const before = receivables();
  const live = async () => {
    const poller = startPoller(world);
    const people = options.people ? Promise.all([distributeNowAndThen(world), closeTheMonth(world)]) : undefined;
    for (let pass = 0; pass < 3; pass += 1) {
      await runPass(world);
      await time.sleep((1 + world.chance.below(10)) * minuteMs);
    }
    await people;
    faults.end();
    for (const period of books.periods) period.status = "Open";
    // Older than any view of the periods, and later than any schedule.
    await time.sleep(15 * minuteMs);
    while (!(await runPass(world))) await time.sleep(minuteMs);
    while (workQueue.messages.length > 0) await time.sleep(1_000);
    await poller.stop();
  };
  await time.run(live(), 48 * 60 * minuteMs);
  return { ...world, receivables: { before, after: receivables() } };
};

const connectIn = (world: RevenueWorld, container: Container, patience: typeof scannerPatience): Connection => {
  const { time, chance, tenant, faults } = world;
  const beside = (scheduleNumber: string) => {
    const accountId = world.books.schedule(scheduleNumber)?.accountId;
    if (accountId !== undefined && world.people) finishByHand(world, accountId);
  };
  const transport = revenueFront(time, chance, tenant, faults, { timeoutMs: revenueLimits.httpTimeoutMs, beside });
  return connect({
    transport: (request) => container.outside(() => transport(request)),
    credentials: { read: async () => client },
    clock: time,
    random: () => chance.next(),
    telemetry: world.telemetry,
    patience,
    timeoutMs: revenueLimits.httpTimeoutMs,
    concurrency: 1,
    busyPauseMs: 10_000,
  });
};

/** @returns whether it completed */
const runPass = async (world: RevenueWorld): Promise<boolean> => {
  const connection = connectIn(world, new Container(), scannerPatience);
  const endsAt = world.time.now() + 5 * minuteMs;
  const during = (trackId: string) => ({ trackId, remainingMs: () => endsAt - world.time.now() });
  try {
    await findRevenue({
      candidates: (runId) => createRevenueCandidates(connection, during(runId)),
      workQueue: workQueueOf(world.workQueue),
      switchReader: { read: async () => "on" },
      telemetry: world.telemetry,
      clock: world.time,
      random: () => world.chance.next(),
      policy: world.policy,
    });
    return true;
  } catch {
    // As in AWS: the next pass looks at the same pairs.
    return false;
  }
};

type Environment = {
  readonly container: Container;
  handle(messages: readonly StoredMessage[]): Promise<readonly string[]>;
};

const startEnvironment = (world: RevenueWorld): Environment => {
  const container = new Container();
  const connection = connectIn(world, container, processorPatience);
  const reading = { timeZone: "UTC", optOutField: undefined, periods: createPeriodsView(world.time.now) };
  const hand = { take: () => {}, finish: () => {}, hide: () => {} };
  return {
    container,
    handle: (messages) => {
      const endsAt = world.time.now() + revenueLimits.functionTimeoutMs;
      const remainingMs = () => endsAt - world.time.now();
      return processRevenue(
        {
          ledgerFor: (trackId) => createRevenueLedger(connection, { trackId, remainingMs }, reading),
          deliveries: container.wrap(deliveriesOf(world.workQueue, world.deadLetters, hand)),
          switchReader: { read: async () => "on" },
          telemetry: world.telemetry,
          clock: world.time,
          random: () => world.chance.next(),
          remainingMs,
          policy: world.policy,
          maxReceiveCount: revenueLimits.maxReceiveCount,
          backoffMaxSeconds: revenueLimits.backoffMaxSeconds,
          setAsideAfterSeconds: revenueLimits.setAsideAfterSeconds,
          writeTimeMs: revenueLimits.httpTimeoutMs,
        },
        messages.map(deliveryOf),
      );
    },
  };
};

/** Two pollers, each with an environment that may die between any two of its awaits. */
const startPoller = (world: RevenueWorld) => {
  let isStopped = false;
  const poll = async () => {
    let environment = startEnvironment(world);
    while (!isStopped) {
      const messages = world.workQueue.receive(10);
      if (messages.length === 0) await world.time.sleep(500);
      else if (!(await invoke(world, environment, messages))) {
        if (world.people) for (const { groupId } of messages) finishByHand(world, groupId);
        environment = startEnvironment(world);
      }
    }
  };
  const pollers = [poll(), poll()];
  return {
    stop: async () => {
      isStopped = true;
      await Promise.all(pollers);
    },
  };
};

/** @returns whether the environment lives */
const invoke = async (world: RevenueWorld, { container, handle }: Environment, messages: readonly StoredMessage[]) => {
  if (world.faults.choose(["killed", "killed", "killed"]) !== undefined)
    container.killAfterCrossings(world.chance.below(30));
  let isOver = false;
  world.time.at(world.time.now() + revenueLimits.functionTimeoutMs, () => {
    if (!isOver) container.kill();
  });
  const kept = await Promise.race([handle(messages), container.died]);
  isOver = true;
  if (kept === undefined) {
    for (const { groupId } of messages) world.diedOn.add(groupId);
    return false;
  }
  container.surviveFromNowOn();
  for (const { messageId, receiptHandle } of messages) {
    if (!kept.includes(messageId) && world.workQueue.messages.some((each) => each.receiptHandle === receiptHandle)) {
      world.workQueue.delete(receiptHandle ?? "");
    }
  }
  return true;
};

/** A person who sees one side moved, and not the other, moves that as they see fit. */
const finishByHand = (world: RevenueWorld, accountId: string): void => {
  const { time, chance, books, tenant, movedByPeople, faults } = world;
  const schedules = tenant.store.invoices
    .where("AccountId", accountId)
    .flatMap(({ Id }) => tenant.store.invoiceItems.where("InvoiceId", Id))
    .flatMap((item) => books.scheduleOfItem(tenant.store, item.Id, time.now()) ?? []);
  const due = schedules.filter((schedule) => !undistributedOf(schedule).eq(0));
  const isHalfMoved = due.length > 0 && schedules.some((schedule) => wasMovedByUs(world, schedule));
  if (!isHalfMoved || !chance.hits(0.8)) return;
  movedByPeople.add(accountId);
  faults.count("finished-by-people");
  for (const schedule of due) distributeByHand(books, schedule, "2026-09-15", time.now());
};

const wasMovedByUs = ({ books }: RevenueWorld, { number }: ScheduleRecord): boolean =>
  books.events.some(({ scheduleNumber, notes }) => scheduleNumber === number && notes.startsWith("zcs-"));

/** A person takes out of every open period what it holds, for a month that they do not want it in. */
const putBack = (
  { time, books, putBackByPeople, movedByPeople, faults }: RevenueWorld,
  schedule: ScheduleRecord,
): void => {
  for (const [startDate, held] of schedule.distributed) {
    if (books.periodOf(startDate)?.status !== "Open") continue;
    movedByPeople.add(schedule.accountId);
    putBackByPeople.add(schedule.accountId);
    faults.count("put-back-by-people");
    distributeByHand(books, schedule, startDate, time.now(), held.times(-1).toFixed());
  }
};

/** A person moves all or half of a cent less of some schedule, wherever it suits them. */
const distributeNowAndThen = async (world: RevenueWorld): Promise<void> => {
  const { time, chance, books, tenant, faults } = world;
  for (let count = chance.below(4); count > 0; count -= 1) {
    await time.sleep(chance.below(4 * minuteMs));
    const item = chance.pick(tenant.store.invoiceItems.rows);
    const schedule = books.scheduleOfItem(tenant.store, item.Id, time.now());
    if (schedule !== undefined && wasMovedByUs(world, schedule)) putBack(world, schedule);
    if (schedule === undefined || undistributedOf(schedule).eq(0)) continue;
    const day = chance.pick(["2026-09-15", "2026-10-31", "2026-11-01"]);
    if (books.periodOf(day)?.status !== "Open") continue;
    world.movedByPeople.add(schedule.accountId);
    faults.count("distributed-by-people");
    const part = chance.hits(0.5) ? undefined : undistributedOf(schedule).gt(0) ? "0.01" : "-0.01";
    distributeByHand(books, schedule, day, time.now(), part);
  }
};

/** Finance closes the month that has ended, some minutes into the next. */
const closeTheMonth = async ({ time, chance, books, faults }: RevenueWorld): Promise<void> => {
  if (!chance.hits(0.5)) return;
  await time.sleep(chance.below(8 * minuteMs));
  // Now and then the one that has just begun as well: nothing at all may be written then.
  const also = chance.hits(0.3) ? books.periodOf("2026-11-01") : undefined;
  if (also !== undefined) also.status = "Closed";
  const period = books.periodOf("2026-10-31");
  if (period === undefined) return;
  period.status = chance.pick(["PendingClose", "Closed"]);
  faults.count("period-closed");
};
