import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { ReportArchive } from "../app/records/ports.ts";

/**
 * Keeps reports in a bucket. What it tells people is a page of the S3 console, which asks whoever opens it to sign in:
 * a presigned address would carry the function's own permission in a mail, for as long as it lasts, and then show
 * nothing.
 */
export const createReportArchive = (client: S3Client, bucket: string): ReportArchive => ({
  keep: async (folder, files) => {
    const put = async ({ name, contentType, text }: (typeof files)[number]) => {
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: `${folder}/${name}`, Body: text, ContentType: contentType }),
      );
    };
    try {
      await Promise.all(files.map(put));
    } catch (error) {
      return { failed: error instanceof Error ? error.name : "unknown" };
    }
    const region = await client.config.region();
    return { place: `https://console.aws.amazon.com/s3/buckets/${bucket}?region=${region}&prefix=${folder}/` };
  },
});
