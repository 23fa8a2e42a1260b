import { UsageError } from "../exit-code.ts";

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Reads a duration such as `90s`, `15m`, `2h` or `3d`, in milliseconds.
 *
 * @throws {UsageError}
 */
export const readDuration = (text: string): number => {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) {
    throw new UsageError(`expected a duration such as 90s, 15m, 2h or 3d, got ${JSON.stringify(text)}`);
  }
  return Number(count) * unitMs[unit as keyof typeof unitMs];
};

/** A duration in its largest unit that is not nought: `3d`, `2h`, `15m`, `9s`. */
export const writeDuration = (milliseconds: number): string => {
  const unit = (["d", "h", "m"] as const).find((each) => milliseconds >= unitMs[each]) ?? "s";
  return `${Math.max(0, Math.floor(milliseconds / unitMs[unit]))}${unit}`;
};
