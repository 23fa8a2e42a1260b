import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { expect, it } from "vitest";
import { bodiesIn, createPostingQueue } from "../../../../functions/aws/sqs/queue-posting.ts";

it("a posting is queued, and its scan not waited for", async () => {
  const sqs = mockClient(SQSClient);
  sqs.on(SendMessageCommand).resolves({});
  await createPostingQueue(new SQSClient({ region: "eu-west-1" }), "https://queue")({ kind: "bill-run", id: "8ae1" });
  expect(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input).toEqual({
    QueueUrl: "https://queue",
    MessageBody: '{"kind":"bill-run","id":"8ae1"}',
  });
});

it("an event of the queue is its bodies, and any other event none", () => {
  expect(bodiesIn({ Records: [{ body: '{"kind":"invoice","id":"1"}' }, { body: "nonsense" }] })).toEqual([
    { kind: "invoice", id: "1" },
    undefined,
  ]);
  expect(bodiesIn({ kind: "full" })).toBeUndefined();
});
