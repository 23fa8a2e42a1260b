/** An accounting period as a tenant keeps it. Names are free text, so they are not made of the dates. */
export type AccountingPeriodRecord = {
  readonly id: string;
  readonly name: string;
  readonly startDate: string;
  readonly endDate: string;
  status: "Open" | "PendingClose" | "Closed";
};

const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** Months around a day, all of them open: so many before it, its own, and so many after it. */
export const monthsAround = (day: string, before: number, after: number): AccountingPeriodRecord[] => {
  const [year = 0, month = 1] = day.split("-").map(Number);
  return Array.from({ length: before + 1 + after }, (_, index) => {
    const first = new Date(Date.UTC(year, month - 1 - before + index, 1));
    const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0));
    const startDate = first.toISOString().slice(0, 10);
    return {
      id: `8ap${startDate.replaceAll("-", "")}`,
      name: `${monthNames[first.getUTCMonth()]}'${first.getUTCFullYear()}`,
      startDate,
      endDate: last.toISOString().slice(0, 10),
      status: "Open",
    };
  });
};
