/**
 * How a tenant keeps what it owes to customers: as credit balance, fed by negative invoices; on credit memos, with
 * Invoice Settlement; or in both ways, with Invoice Settlement Harmonization.
 */
export const modes = ["credit-balance", "credit-memos", "both"] as const;

export type Mode = (typeof modes)[number];

/** Whether negative invoices are transferred to credit balance. With Invoice Settlement alone they can go nowhere. */
export const hasCreditBalance = (mode: Mode = "credit-balance"): boolean => mode !== "credit-memos";

export const hasCreditMemos = (mode: Mode = "credit-balance"): boolean => mode !== "credit-balance";
