import { readNotifications } from "../../notifications/notification-configuration.ts";
import { toNotificationXml } from "../../notifications/notification-xml.ts";
import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";

/**
 * An empty configuration where there is none.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
 */
export const getBucketNotificationConfiguration: S3Operation = {
  name: "GetBucketNotificationConfiguration",
  actions: () => ["s3:GetBucketNotification"],
  async run({ request, store }) {
    requireBucket(store, request);
    return { status: 200, body: toNotificationXml(readNotifications(store, request.bucket)) };
  },
};
