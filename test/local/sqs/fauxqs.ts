import { buildApp } from "fauxqs";

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>;

export type SqsStore = Stores["sqsStore"];

export type SqsQueue = ReturnType<SqsStore["createQueue"]>;

/** A message as fauxqs keeps it, and where it was dead-lettered from, which fauxqs does not keep. */
export type StoredMessage = Parameters<SqsQueue["enqueue"]>[0] & { deadLetterQueueSourceArn?: string };

export type FauxqsApp = ReturnType<typeof buildApp>;

type Internals = {
  sqsStore: { SqsStore: new () => SqsStore; SqsQueue: new (...args: never) => SqsQueue };
  snsStore: { SnsStore: new () => Stores["snsStore"] };
  s3Store: { S3Store: new () => Stores["s3Store"] };
};

// The package exports its entry point alone. The version is pinned and the conformance test watches a change of it.
const entry = import.meta.resolve("fauxqs");
const load = async <K extends keyof Internals>(path: string): Promise<Internals[K]> =>
  (await import(new URL(path, entry).href)) as Internals[K];

/** fauxqs's own queue, to build upon. */
export const { SqsStore, SqsQueue } = await load<"sqsStore">("./sqs/sqsStore.js");

const { SnsStore } = await load<"snsStore">("./sns/snsStore.js");
const { S3Store } = await load<"s3Store">("./s3/s3Store.js");

/** The Fastify application that speaks the SQS protocol over `store`, not listening yet. */
export const buildFauxqs = (store: SqsStore, region: string): FauxqsApp =>
  buildApp({
    logger: false,
    defaultRegion: region,
    stores: { sqsStore: store, snsStore: new SnsStore(), s3Store: new S3Store() },
  });
