/** One table of a report, as it is written: on a terminal, on a page, and as CSV. */
export type ReportTable = {
  /** Its file's name as CSV. */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** Money that adds up, which whoever signs sees first. */
  readonly isSummary?: true;
  /** Where there are no rows. */
  readonly empty: string;
};

export type ReportColumn = {
  /** Its name as CSV and in JSON. */
  readonly key: string;
  readonly head: string;
  readonly isNumber?: true;
  /** Zuora's ids, for whoever joins it with a ledger: in the CSV alone. */
  readonly isForPrograms?: true;
};

export const number = (key: string, head: string): ReportColumn => ({ key, head, isNumber: true });

export const text = (key: string, head: string): ReportColumn => ({ key, head });

/** A column for programs, by its key. */
export const id = (key: string): ReportColumn => ({ key, head: key, isForPrograms: true });

/** A dateTime for people: without its zone, which the column's head says. */
export const instantText = (iso: string): string => iso.slice(0, 19).replace("T", " ");

/** A cell for people: numbers in thousands, instants without their zone. */
export const cellText = ({ key, isNumber }: ReportColumn, row: Readonly<Record<string, string>>): string => {
  const cell = row[key] ?? "";
  if (isNumber) return cell.replace(/^(-?\d+)/, (whole) => whole.replaceAll(/(?<=\d)(?=(\d{3})+$)/g, ","));
  return key.endsWith("At") ? instantText(cell) : cell;
};
