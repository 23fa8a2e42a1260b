import { isOurs, runIdPattern } from "../run-id.ts";
import type { MirroredPair } from "./mirrored-pair.ts";

/**
 * What Zuora keeps with each move: its only mark of who made it, and for which pair. ASCII, far below 2,000 characters.
 */
export const notesOf = ({ runId, original, mirror }: MirroredPair): string =>
  `${runId} nets ${original.number} and ${mirror.number}`;

/** Whether an event is a move of ours that was made for a run. */
export const isOfRun = (notes: string, runId: string): boolean => notes.startsWith(`${runId} nets `);

/** Whether an event is a move of ours, of whatever run. */
export const isMove = (notes: string): boolean => {
  const [runId = "", verb] = notes.split(" ");
  return isOurs(runId) && runIdPattern.test(runId) && verb === "nets";
};

/** What Zuora keeps where a move is put back. */
export const undoneNotesOf = (notes: string): string => `undone: ${notes}`;
