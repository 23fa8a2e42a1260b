import { answerFor, completeReceive, takeBack } from "./sqs/actions.ts";
import { buildFauxqs } from "./sqs/fauxqs.ts";
import { FifoStore } from "./sqs/fifo-store.ts";
import { MoveTasks } from "./sqs/move-tasks.ts";
import { errorBody, SqsError } from "./sqs/sqs-error.ts";

/** A message seen from inside the server, in whatever state it is. */
export type QueuedMessage = {
  readonly body: string;
  readonly messageGroupId: string | undefined;
  /** Text of the message attributes, by name. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
};

/** An SQS service on loopback. */
export type SqsServer = {
  readonly endpoint: string;
  /** Everything in a queue, hidden messages included, without receiving any of it. */
  messagesIn(queueName: string): QueuedMessage[];
  /** Tells of every call from now on, by the IAM action that it needs and the queue's name. */
  listen(onCall: (call: string) => void): void;
  stop(): Promise<void>;
};

const mediaType = "application/x-amz-json-1.0";

/** Starts SQS on a free port: fauxqs, with FIFO queues that behave as in AWS. */
export const startSqsServer = async (region: string): Promise<SqsServer> => {
  const store = new FifoStore();
  const tasks = new MoveTasks(store);
  const app = buildFauxqs(store, region);
  // An execution environment is frozen between invocations and cannot see that an idle connection was closed.
  app.server.keepAliveTimeout = 0;

  let onCall = (_call: string): void => {};
  app.addHook("preHandler", async ({ headers, body }, reply) => {
    // A batch needs the permission of what it is a batch of.
    const permission = actionOf(headers).replace(/Batch$/, "");
    onCall(`sqs:${permission} ${(body as { QueueUrl?: string } | undefined)?.QueueUrl?.split("/").at(-1) ?? ""}`);
    try {
      const answer = answerFor(
        { action: actionOf(headers), request: (body ?? {}) as object, traceHeader: traceOf(headers) },
        store,
        tasks,
      );
      if (answer) return reply.header("content-type", mediaType).send(answer);
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      return reply
        .status(400)
        .header("content-type", mediaType)
        .header("x-amzn-query-error", `AWS.SimpleQueueService.${error.code};Sender`)
        .send(errorBody(error));
    }
  });
  app.addHook("preSerialization", async ({ headers, body, raw }, _reply, payload) => {
    if (actionOf(headers) !== "ReceiveMessage") return payload;
    const finish = raw.socket.destroyed ? takeBack : completeReceive;
    finish((body ?? {}) as object, payload as object, store);
    return payload;
  });

  return {
    endpoint: await app.listen({ host: "127.0.0.1", port: 0 }),
    messagesIn: (queueName) => {
      const messages = store.getQueueByName(queueName)?.inspectMessages();
      if (!messages) return [];
      const all = [...messages.ready, ...messages.delayed, ...messages.inflight.map(({ message }) => message)];
      return all.map(({ body, messageGroupId, messageAttributes }) => ({
        body,
        messageGroupId,
        attributes: Object.fromEntries(
          Object.entries(messageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
        ),
      }));
    },
    listen: (listener) => {
      onCall = listener;
    },
    stop: async () => {
      await app.close();
    },
  };
};

const actionOf = (headers: Readonly<Record<string, string | string[] | undefined>>): string =>
  String(headers["x-amz-target"] ?? "").replace("AmazonSQS.", "");

const traceOf = (headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined =>
  [headers["x-amzn-trace-id"]].flat()[0];
