/** One thing that was looked at. What is not `ok` says what to do. */
export type Check = {
  readonly name: string;
  readonly state: "ok" | "warn" | "fail";
  readonly says: string;
  readonly todo?: string | undefined;
};

export const ok = (name: string, says: string): Check => ({ name, state: "ok", says });

export const warn = (name: string, says: string, todo: string): Check => ({ name, state: "warn", says, todo });

export const fail = (name: string, says: string, todo: string): Check => ({ name, state: "fail", says, todo });
