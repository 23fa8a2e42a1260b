import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentNames as names } from "../../../functions/app/config/environment-names.ts";
import { dayBefore, monthBefore, monthIn } from "../../../functions/app/records/report/period.ts";
import { bundleFunction } from "../../../infra/bundle/bundle.ts";
import { credentials, region } from "../../local/aws-client-settings.ts";
import { localNames } from "../../local/function-environment.ts";
import { LambdaFunction } from "../../local/lambda/lambda-function.ts";
import { addAccount, addInvoice } from "../../zuora-simulator/build.ts";
import { useLocalOps } from "../ops/local-ops.ts";
import { composeNow } from "./compose-now.ts";

const { system, tenant, setAside, accountsIn, ops } = useLocalOps();
let folder: string;
let aws: FauxqsServer;
let s3: S3Client;
let bundle: string;
let topicArn: string;
let digest: LambdaFunction;
const started: LambdaFunction[] = [];

const hourMs = 3_600_000;
const yesterday = () => dayBefore(new Date().toISOString().slice(0, 10));
/** Yesterday at noon, wherever the day is now. */
const atNoon = () => Date.parse(`${yesterday()}T12:00:00Z`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-"));
  aws = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false, defaultRegion: region });
  ({ topicArn } = aws.createTopic("digest", { region }));
  aws.createQueue("mails", { region });
  aws.subscribe({ topic: "digest", queue: "mails", region });
  aws.createBucket("reports");
  s3 = new S3Client({ endpoint: endpoint(), region, credentials, forcePathStyle: true });
  bundle = join(bundleFunction("digest", folder), "index.mjs");
  digest = start();
});

afterAll(async () => {
  s3.destroy();
  await Promise.all(started.map((each) => each.stop()));
  await aws.stop();
  await rm(folder, { recursive: true, force: true });
});

const endpoint = () => `http://127.0.0.1:${aws.port}`;

/** The function as deployed, which has no token yet. */
const start = (settings: Readonly<Record<string, string>> = {}): LambdaFunction => {
  const made = new LambdaFunction({
    name: "digest",
    bundle,
    timeoutMs: 600_000,
    memoryMb: 512,
    concurrency: 1,
    environment: {
      ...system().environment,
      [names.systemName]: "test",
      [names.digestTopicArn]: topicArn,
      [names.reportBucket]: "reports",
      AWS_ENDPOINT_URL_SNS: endpoint(),
      AWS_ENDPOINT_URL_S3: endpoint(),
      ...settings,
    },
    onLog: () => {},
  });
  started.push(made);
  return made;
};

type Mail = { readonly subject: string; readonly body: string; readonly first: string };

/** The mail that the function has sent when it was invoked. */
const mailOf = async (from = digest): Promise<Mail> => {
  await from.invoke({});
  return lastMail();
};

const lastMail = (): Mail => {
  const messages = aws.inspectQueue("mails")?.messages.ready ?? [];
  const { Subject, Message } = JSON.parse(messages.at(-1)?.body ?? "{}") as { Subject: string; Message: string };
  return { subject: Subject, body: Message, first: Message.split("\n")[0] ?? "" };
};

const scannedJustNow = () =>
  system().standIns.parameters.set(localNames.lastScanParameter, new Date(Date.now() - hourMs).toISOString());

describe("the nightly digest, as it would be deployed", () => {
  it("says that all is well where it is, and keeps the day's report where its mail says", async () => {
    scannedJustNow();
    addAccount(tenant().store, {});
    const { subject, first, body } = await mailOf();
    expect(first).toMatch(/^All is well: /);
    expect(subject).toBe(`Credit sweep ${yesterday()}: all is well`);
    expect(body).toContain(
      `https://console.aws.amazon.com/s3/buckets/reports?region=${region}&prefix=days/${yesterday()}/`,
    );
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: "reports", Prefix: `days/${yesterday()}/` }),
    );
    const kept = Contents.map(({ Key = "" }) => Key.split("/").at(-1) ?? "");
    expect(kept).toContain("report.html");
    expect(kept.filter((name) => name.endsWith(".csv")).length).toBeGreaterThan(8);
    const page = await s3.send(new GetObjectCommand({ Bucket: "reports", Key: `days/${yesterday()}/report.html` }));
    expect(page.ContentType).toBe("text/html; charset=utf-8");
    expect(await page.Body?.transformToString()).toContain("It balances");
  });

  it("never says that all is well of a day on which nothing worked", async () => {
    const { store } = tenant();
    for (let index = 0; index < 3; index += 1) {
      addInvoice(store, addAccount(store, {}, atNoon()), { amount: "-10.00" }, atNoon());
    }
    const { subject, first, body } = await mailOf();
    expect(first).toMatch(/^Needs the engineer on call: no scan has completed yet; 3 negative invoices/);
    expect(subject).toContain("needs engineer on call");
    expect(body).toContain("3 negative invoices (30.00 GBP)");
    // Scans that find, and processors that are dead.
    scannedJustNow();
    expect((await mailOf()).first).toMatch(/^Needs the engineer on call: 3 negative invoices/);
  });

  it("names what is held and what failed by account numbers, and leaves the dead letters where they are", async () => {
    scannedJustNow();
    const { store } = tenant();
    const failed = addAccount(store, {}, atNoon());
    addInvoice(store, failed, { amount: "-10.00" }, atNoon());
    const inactive = addAccount(store, { Status: "Canceled" }, atNoon());
    addInvoice(store, inactive, { amount: "-7.00" }, atNoon());
    await setAside([failed.Id], { zuoraCode: "ACCOUNTING_PERIOD_CLOSED" });
    const { first, body } = await mailOf();
    expect(first).toBe("Needs finance: 1 account failed (ACCOUNTING_PERIOD_CLOSED).");
    expect(body).toContain(`ZUORA_REJECTED ACCOUNTING_PERIOD_CLOSED: 1 account`);
    expect(body).toContain(`\n    ${failed.AccountNumber}\n`);
    expect(body).toMatch(/account-not-active: 1 \(7\.00 GBP\), .*; for billing\n/);
    expect(body).toContain(`\n    ${inactive.AccountNumber}\n`);
    expect(accountsIn("deadLetter")).toEqual([failed.Id]);
    expect((await ops("dead-letters", "list")).data.accounts).toBe(1);
  });

  it("says where a report could not be kept, and fails, so that an engineer hears of it as well", async () => {
    scannedJustNow();
    const elsewhere = start({ [names.reportBucket]: "no-such-bucket" });
    await expect(elsewhere.invoke({})).rejects.toThrow(`reports that could not be kept: ${yesterday()} (NoSuchBucket)`);
    expect(lastMail().first).toBe(`Needs the engineer on call: the report of ${yesterday()} could not be kept.`);
  });

  it("says whom it needs where Zuora refuses it, instead of saying nothing", async () => {
    const { secrets } = system().standIns;
    const before = secrets.get(localNames.secretId) ?? "";
    secrets.set(localNames.secretId, JSON.stringify({ clientId: "nobody", clientSecret: "wrong" }));
    try {
      const refused = start();
      await expect(refused.invoke({})).rejects.toThrow(/Zuora/);
      const { first, subject } = lastMail();
      expect(first).toMatch(/^Needs the Zuora admin: nothing could be read of how the system is \(ZUORA_ACCESS/);
      expect(subject).toBe(`Credit sweep ${yesterday()}: needs Zuora admin`);
    } finally {
      secrets.set(localNames.secretId, before);
    }
  });
});

describe("after a month's end", () => {
  const month = monthBefore(new Date().toISOString().slice(0, 10));
  const { since, until } = monthIn("UTC", month);

  it("the digest of its last day keeps the month's report as well, the same that finance asks for by hand", async () => {
    const { store } = tenant();
    addInvoice(store, addAccount(store, {}, since), { amount: "-20.00" }, since + hourMs);
    const kept = await composeNow(system().file, until + 4 * hourMs);
    expect(kept.folders).toEqual([`days/${dayBefore(new Date(until).toISOString().slice(0, 10))}`, `months/${month}`]);
    const byHand = await ops("report", "--month", month);
    expect(kept.csv(`months/${month}`, "negative-invoices")).toContain(byHand.data.currencies[0].new);
    expect(kept.digest.body).toContain(`${month}: kept in months/${month}`);
  });

  it("no other day does", async () => {
    const kept = await composeNow(system().file, until + 28 * hourMs);
    expect(kept.folders).toEqual([`days/${new Date(until).toISOString().slice(0, 10)}`]);
  });
});
