import type { MirroredPair } from "./mirrored-pair.ts";

/** What Zuora keeps with each move: its only mark of who made it, and for which pair. ASCII, far below 2,000 characters. */
export const notesOf = ({ runId, original, mirror }: MirroredPair): string =>
  `${runId} nets ${original.number} and ${mirror.number}`;

/** Whether a revenue event is ours, made for a run. */
export const isOfRun = (notes: string | undefined, runId: string): boolean =>
  notes?.startsWith(`${runId} nets `) ?? false;
