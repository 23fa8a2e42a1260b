import { Logger } from "@aws-lambda-powertools/logger";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import * as z from "zod";
import { readConfig } from "../app/config/config.ts";

import { metricNames } from "../app/metric-names.ts";
import { createCalloutReceiver } from "../app/receive-callout.ts";
import { systemClock } from "../aws/clock.ts";
import { createCalloutKey } from "../aws/secrets.ts";
import { createPostingQueue } from "../aws/sqs/queue-posting.ts";
import { createSqsClient } from "../aws/sqs/sqs-client.ts";
import { createTelemetry } from "../aws/telemetry.ts";
import { isHmacOf } from "../zuora/callout-signature.ts";

const environment = z.object({
  serviceName: z.string().min(1),
  calloutSecretId: z.string().min(1),
  postingQueueUrl: z.url("expected a queue URL"),
});

const config = readConfig(environment, process.env);
const logger = new Logger({ serviceName: config.serviceName });
const telemetry = createTelemetry(config.serviceName);
const receive = createCalloutReceiver({
  isHmacOf,
  key: createCalloutKey(new SecretsManagerClient(), config.calloutSecretId, systemClock),
  startScan: createPostingQueue(createSqsClient(), config.postingQueueUrl),
  clock: systemClock,
});

/** The header that the callout template fills with `{{Request.HMAC.Signed}}`; Lambda writes names in lower case. */
const signatureHeader = "x-callout-signature";

/** Answers one callout of Zuora's, at the function's own URL. */
export const handler = async (event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> => {
  try {
    const result = await receive({
      rawBody: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
      signature: event.headers[signatureHeader],
    });
    const refused = "refusal" in result;
    telemetry.count(metricNames.calloutRefused, refused ? 1 : 0);
    telemetry.count(metricNames.calloutRepeated, refused || result.started ? 0 : 1);
    const notificationId = event.headers["zuora-notification-id"];
    if (refused) logger.warn("callout refused", { refusal: result.refusal });
    else logger.info("callout taken", { ...result.posting, started: result.started, notificationId });
    return {
      statusCode: result.status,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ success: !refused }),
    };
  } finally {
    telemetry.flush();
  }
};
