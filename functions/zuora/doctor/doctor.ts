import { hasCreditBalance, hasCreditMemos, type Mode } from "../../domain/credit/mode.ts";
import { isLargeSkew } from "../http/zuora-clock.ts";
import { answerOf, problemIn } from "./ask.ts";
import { type Check, fail, ok, warn } from "./check.ts";
import { judgeOffset, judgeOrder, judgePaymentRuns } from "./judgement.ts";
import type { Probe, ProbeAnswer } from "./probe.ts";
import { scanInParts } from "./scan-in-parts.ts";
import { kindOfTenant, userOfItsOwn } from "./tenant.ts";

export type DoctorDeps = {
  readonly probe: Probe;
  /** Each reads one thing that is ours, and says what it found. */
  readonly own: Readonly<Record<string, () => Promise<string>>>;
  readonly now: () => number;
  readonly timeZone: string;
  readonly mode: Mode;
  /** Zuora's id of the user that we are; undefined where the token does not tell. */
  readonly ourUser: () => Promise<string | undefined>;
  readonly optOutField: string | undefined;
  /** Why the tenant offers no revenue, if so; absent where the policy does not look at it. */
  readonly reasonNoRevenue?: (() => Promise<string | undefined>) | undefined;
};

/** Looks at everything that settlement rests on, and writes nothing. */
export const doctor = async (deps: DoctorDeps): Promise<readonly Check[]> => {
  const checks: Check[] = [];
  for (const [name, look] of Object.entries(deps.own)) checks.push(await attempt(name, look));
  const first = await answerOf(deps.probe.query("select Id, CreatedDate from Account where Status = 'Active'"));
  if (typeof first === "string") {
    return [
      ...checks,
      fail("access to Zuora", first, "check the OAuth client in the secret, its user, and ZUORA_BASE_URL"),
    ];
  }
  checks.push(
    ok("access to Zuora", "the OAuth client is accepted"),
    clockCheck(first, deps),
    judgeOffset(first, deps.timeZone),
  );
  for (const [object, fields, condition] of objectsIn(deps.mode)) {
    const answer = await answerOf(deps.probe.query(`select ${fields} from ${object} where ${condition}`));
    checks.push(readable(object, answer));
  }
  if (deps.reasonNoRevenue !== undefined) checks.push(await revenueCheck(deps.reasonNoRevenue));
  if (deps.optOutField !== undefined) {
    const query = `select Id, ${deps.optOutField} from Account where Status = 'Active'`;
    const answer = await answerOf(deps.probe.query(query));
    const todo = "make the custom field on accounts, or take optOutField out of the policy";
    const problem = problemIn(answer);
    checks.push(problem === undefined ? ok("opt-out field", deps.optOutField) : fail("opt-out field", problem, todo));
  }
  checks.push(
    await kindOfTenant(deps),
    ...(hasCreditMemos(deps.mode) ? [await userOfItsOwn(deps)] : []),
    await paymentRuns(deps.probe),
    await orderOfRuns(deps.probe),
    await futureDates(deps.probe),
    await scanInParts(deps.probe),
  );
  checks.push(limitsCheck(first), untried(deps.mode));
  return checks;
};

/** What settlement reads, each with the fields that it needs. */
const objectsIn = (mode: Mode) =>
  hasCreditBalance(mode)
    ? [
        ["Account", "Id, AccountNumber, Status, Currency, Batch, CreditBalance", "CreditBalance > 0"] as const,
        ...objects,
        ...objectsOfBalance,
      ]
    : [["Account", "Id, AccountNumber, Status, Currency, Batch", "Status = 'Active'"] as const, ...objects];

const objects = [
  ["Invoice", "Id, InvoiceNumber, Amount, Balance, Currency, DueDate, PostedDate", "Status = 'Posted' and Balance < 0"],
  ["InvoiceItem", "Id, SubscriptionNumber", "InvoiceId = '00000000000000000000000000000000'"],
  ["Payment", "Id, AccountId", "Status = 'Processing'"],
] as const;

const objectsOfBalance = [
  ["CreditBalanceAdjustment", "Id, Number, Type, Amount, Status, ReferenceId", "Status = 'Canceled'"],
] as const;

const readable = (object: string, answer: ProbeAnswer | string): Check => {
  const problem = problemIn(answer);
  if (problem === undefined) return ok(`read ${object}`, "readable, with all fields that are needed");
  const todo =
    object === "CreditBalanceAdjustment"
      ? "the Credit Balance feature is off (Zuora's support turns it on), or the role lacks the Payments permissions"
      : `give the OAuth user's role the permission to read ${object}`;
  return fail(`read ${object}`, problem, todo);
};

const clockCheck = ({ serverTime }: ProbeAnswer, { now }: DoctorDeps): Check => {
  if (serverTime === undefined) return warn("clock", "Zuora tells no time", "compare this machine's clock by hand");
  const seconds = Math.round((now() - serverTime) / 1000);
  return isLargeSkew(now() - serverTime)
    ? fail("clock", `this machine is ${seconds} s off Zuora's`, "set this machine's clock")
    : ok("clock", `within ${Math.abs(seconds)} s of Zuora's`);
};

/** Whether runs come in the order that they are asked for: upon it rests that the latest is seen. */
const orderOfRuns = async (probe: Probe): Promise<Check> => {
  const answer = await answerOf(probe.get("/v1/payment-runs?status=Completed&sort=%2BupdatedDate&pageSize=40"));
  return typeof answer === "string" || answer.problem !== undefined
    ? warn("order of payment runs", problemIn(answer) ?? "not readable", "see what is said about payment runs")
    : judgeOrder(answer.body);
};

const paymentRuns = async (probe: Probe): Promise<Check> => {
  const answer = await answerOf(probe.get("/v1/payment-runs?status=Pending&pageSize=40"));
  const problem = problemIn(answer);
  if (typeof answer === "string" || problem !== undefined) {
    const todo = "without them, credit may be applied while a run charges; give the role the permission to read them";
    return warn("payment runs", problem ?? "not readable", todo);
  }
  return judgePaymentRuns(answer.body);
};

const futureDates = async (probe: Probe): Promise<Check> => {
  const answer = await answerOf(probe.get("/settings/payment-rules"));
  const problem = problemIn(answer);
  if (typeof answer === "string" || problem !== undefined) {
    return warn(
      "future-dated adjustments",
      problem ?? "not readable",
      "look under Payments settings whether they are on",
    );
  }
  const rules = answer.body as { enableTransactionFutureDateFeature?: unknown };
  return ok(
    "future-dated adjustments",
    rules.enableTransactionFutureDateFeature === true
      ? "on: credit of a future-dated invoice only counts from its date"
      : "off: adjustments are dated today",
  );
};

const limitsCheck = ({ limits }: ProbeAnswer): Check => {
  const told = Object.entries(limits).map(([name, value]) => `${name}: ${value}`);
  return told.length === 0
    ? warn("limits", "Zuora tells none", "ask Zuora for the tenant's concurrency and rate limits")
    : ok("limits", told.join(", "));
};

/** Nothing short of a write shows whether writes are allowed, and a doctor writes nothing. */
const untried = (mode: Mode): Check => {
  const permissions = [
    ...(hasCreditBalance(mode) ? ["Payments permissions Create and Cancel Credit Balance Adjustment"] : []),
    ...(hasCreditMemos(mode) ? ["Billing permissions Apply and Unapply Credit Memo"] : []),
  ];
  return {
    name: "write permission",
    state: "warn",
    says: "not tried: nothing short of a write shows it",
    todo: `see that the role has API write access and the ${permissions.join(", and the ")}`,
  };
};

const attempt = async (name: string, look: () => Promise<string>): Promise<Check> => {
  try {
    return ok(name, await look());
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : "unknown error";
    return fail(name, text, "check the AWS account, the region and the permissions of the credentials in use");
  }
};

/** Credit does without: a tenant without Zuora Finance only has no revenue to move. */
const revenueCheck = async (reasonNoRevenue: () => Promise<string | undefined>): Promise<Check> => {
  const todo = "revenue needs Zuora Finance and Change Revenue Distribution; else set the policy's revenue to off";
  try {
    const reason = await reasonNoRevenue();
    return reason === undefined
      ? ok("revenue", "Zuora Finance makes schedules, and its accounting periods are readable")
      : warn("revenue", reason, todo);
  } catch (error) {
    return warn("revenue", error instanceof Error ? error.message : "not readable", todo);
  }
};
