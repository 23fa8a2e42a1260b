/** So many of something, in the one grammar of all texts: `1 account`, `2 accounts`. */
export const count = (n: number, noun: string, plural = `${noun}s`): string => `${n} ${n === 1 ? noun : plural}`;

/**
 * So many documents on which customers are owed something: negative invoices, and where the tenant has them credit
 * memos.
 */
export const countOwed = (n: number, countsCreditMemos: boolean): string =>
  countsCreditMemos
    ? count(n, "negative invoice or credit memo", "negative invoices and credit memos")
    : count(n, "negative invoice");
