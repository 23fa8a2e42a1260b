/** The region that everything on a laptop pretends to be in. */
export const region = "eu-west-2";

/** SQS and Lambda build their ARNs with it; fauxqs's own. */
export const awsAccountId = "000000000000";

/** Credentials that open nothing anywhere. */
export const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** What a function is known by. */
export const functionArnOf = (name: string): string => `arn:aws:lambda:${region}:${awsAccountId}:function:${name}`;
