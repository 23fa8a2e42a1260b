import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";

/**
 * Sends a text to everybody who subscribed to a topic.
 *
 * @param message its subject has at most 100 characters of ASCII
 */
export const publish = async (
  client: SNSClient,
  topicArn: string,
  { subject, body }: { readonly subject: string; readonly body: string },
): Promise<void> => {
  await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: body }));
};
