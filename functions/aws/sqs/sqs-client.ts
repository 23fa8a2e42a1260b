import { SQSClient } from "@aws-sdk/client-sqs";

/**
 * The end point comes from the SDK's own settings (`AWS_ENDPOINT_URL_SQS`) or the region, never from a queue's URL:
 * otherwise the SDK follows the host of whatever URL it is given.
 */
export const createSqsClient = (): SQSClient => new SQSClient({ useQueueUrlAsEndpoint: false });
