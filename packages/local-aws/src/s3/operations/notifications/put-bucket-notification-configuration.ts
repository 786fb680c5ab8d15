import { readBody } from "../../body/read-body.ts";
import { parseNotificationXml } from "../../notifications/notification-xml.ts";
import { putNotifications } from "../../notifications/put-notifications.ts";
import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";

const MAX_BODY_BYTES = 1024 ** 2;
const SKIP_HEADER = "x-amz-skip-destination-validation";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html */
export const putBucketNotificationConfiguration: S3Operation = {
  name: "PutBucketNotificationConfiguration",
  actions: () => ["s3:PutBucketNotification"],
  headers: [SKIP_HEADER],
  takesBody: true,
  async run({ request, store, queues, ids, clock }) {
    const { bucket } = request;
    requireBucket(store, request);
    const { bytes } = await readBody({ ...request, maxBytes: MAX_BODY_BYTES });
    const notifications = parseNotificationXml(bytes);
    const isChecked = request.headers.get(SKIP_HEADER)?.toLowerCase() !== "true";
    store.transaction(() => {
      requireBucket(store, request); // time has passed while the body came
      putNotifications(notifications, { store, queues, bucket, ids, time: clock(), isChecked });
    });
    return { status: 200 };
  },
};
