import { NotStoppedError } from "../../../../functions/app/undo/must-be-stopped.ts";
import { type UndoneAccount, undo } from "../../../../functions/app/undo/undo.ts";
import { type UnappliedMemoApplication, undoMemos } from "../../../../functions/app/undo/undo-memos.ts";
import { hasCreditBalance, hasCreditMemos } from "../../../../functions/domain/credit/mode.ts";
import { SettlementError } from "../../../../functions/domain/errors.ts";
import { runStartedAt } from "../../../../functions/domain/run-id.ts";
import { cancelAdjustments } from "../../../../functions/zuora/adjustments/cancel-adjustments.ts";
import { createMemoApplications } from "../../../../functions/zuora/credit-memos/applications.ts";
import { operatorPatience } from "../../../../functions/zuora/http/retry.ts";
import { createRecords } from "../../../../functions/zuora/records/records.ts";
import { Container } from "../container.ts";
import { readPosition } from "../operators.ts";
import { clockIn, connectIn, type World } from "../system.ts";

/** What a person asks to be undone. Instants are epoch milliseconds. */
export type Asked = {
  readonly runId: string;
  /** Memos that were applied later are not meant. */
  readonly until: number;
  /** When the system was stopped. */
  readonly turnedAt: number;
};

/** What the command said, where it came to its end. */
export type Said = {
  readonly memos: readonly UnappliedMemoApplication[];
  readonly accounts: readonly UndoneAccount[];
};

/** What became of one try: `died` where its process did, `failed` where a line says why not. */
export type Tried = Said | "too-early" | "failed" | "died";

/** `ops undo RUN`, once: the production code behind the command, in a process that may die. */
export const undoOnce = async (world: World, { runId, until, turnedAt }: Asked): Promise<Tried> => {
  const container = new Container();
  if (world.faults.happens("undo-killed")) container.killAfterCrossings(world.chance.below(40));
  const clock = clockIn(world);
  const connection = connectIn(world, clock, container, operatorPatience);
  const invocation = { trackId: runId, remainingMs: () => Number.POSITIVE_INFINITY };
  const stopped = {
    switchReader: container.wrap({ read: () => readPosition(world) }),
    switchTurnedAt: async () => turnedAt,
    clock,
    journal: { record: () => {} },
  };
  const work = async (): Promise<Said> => {
    const memos = hasCreditMemos(world.mode)
      ? await undoMemos(
          { ...stopped, applications: createMemoApplications(connection, invocation, world.timeZone) },
          { runId, after: runStartedAt(runId) ?? 0, until },
        )
      : [];
    const cancel = (ids: readonly string[]) =>
      cancelAdjustments(connection, invocation, ids, `undo-${world.nextInvocationId()}`);
    const accounts = hasCreditBalance(world.mode)
      ? await undo({ ...stopped, records: createRecords(connection, invocation), cancel }, runId)
      : [];
    return { memos, accounts };
  };
  const tried = await Promise.race([work().catch(failure), container.died]);
  return tried ?? "died";
};

const failure = (error: unknown): "too-early" | "failed" => {
  if (error instanceof NotStoppedError) return "too-early";
  if (error instanceof SettlementError) return "failed";
  throw error;
};
