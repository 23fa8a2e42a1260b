import type { SQSClient } from "@aws-sdk/client-sqs";

/** Whose credentials a change is made with, as CloudTrail names them. Never a person's name. */
export type Caller = { readonly accessKeyId: string; readonly awsAccountId?: string };

/** The access key in use: not secret, and the key under which CloudTrail finds the person or role behind it. */
export const readCaller = async (client: SQSClient): Promise<Caller> => {
  const { accessKeyId, accountId } = await client.config.credentials();
  return { accessKeyId, ...(accountId === undefined ? {} : { awsAccountId: accountId }) };
};
