import { ACCOUNT_ID } from "./identity/account.ts";
import type { PolicySource } from "./identity/role.ts";
import { checkBucketResources } from "./policy/bucket-policy.ts";
import { parsePolicy } from "./policy/parse-policy.ts";
import { checkBucketName } from "./s3/bucket-name.ts";
import type { CorsRule } from "./s3/cors/cors-rule.ts";
import { parseCorsXml, toCorsXml } from "./s3/cors/cors-xml.ts";
import { type LifecycleRuleOptions, setLifecycle } from "./s3/lifecycle/set-lifecycle.ts";
import { type QueueNotification, readNotifications } from "./s3/notifications/notification-configuration.ts";
import { parseNotificationXml, toNotificationXml } from "./s3/notifications/notification-xml.ts";
import { putNotifications } from "./s3/notifications/put-notifications.ts";
import { toPublishPolicy } from "./s3/notifications/queue-policy.ts";
import { type ObjectStore, openObjectStore } from "./s3/object-store/object-store.ts";
import { createRequestIds } from "./s3/request-ids.ts";
import { createMessageQueues, type MessageQueues } from "./sqs/message-queues.ts";
import { parseQueueAttributes } from "./sqs/queue-attributes.ts";
import { toQueueArn } from "./sqs/queue-arn.ts";

export interface BucketOptions {
  name: string;
  /** Absent: those that the bucket has. */
  cors?: readonly CorsRule[];
  /** The bucket policy. Absent: that which the bucket has. */
  policy?: PolicySource;
  /** Absent: those that the bucket has; none: take them away. */
  lifecycle?: readonly LifecycleRuleOptions[];
  /** Absent: those that the bucket has. */
  notifications?: readonly NotificationOptions[];
}

/** Which events of a bucket go to which queue. */
export interface NotificationOptions {
  /** The name of a queue of this account. */
  queue: string;
  /** `s3:ObjectCreated:*` */
  events: readonly string[];
  /** How keys begin, and how they end. */
  prefix?: string;
  suffix?: string;
}

export interface QueueOptions {
  name: string;
  /**
   * As CreateQueue takes them: `{ VisibilityTimeout: "60" }`. Without a `Policy` of its own the queue takes
   * messages of this account's buckets.
   */
  attributes?: Readonly<Record<string, string>>;
}

/** What outlives the process. */
export interface State {
  store: ObjectStore;
  queues: MessageQueues;
}

/**
 * Open what is kept, and make in it what must be there.
 *
 * @throws when another process has the folder open, or AWS would not take what is asked for
 */
export async function openState(options: {
  dataDir: string;
  region: string;
  clock: () => Date;
  buckets: readonly BucketOptions[];
  queues: readonly QueueOptions[];
}): Promise<State> {
  const { region, clock } = options;
  const store = await openObjectStore(options.dataDir);
  try {
    const queues = createMessageQueues({ ...store, clock, region, accountId: ACCOUNT_ID });
    store.transaction(() => {
      for (const queue of options.queues) prepareQueue(queues, queue);
      for (const bucket of options.buckets) prepareBucket({ store, queues }, bucket, clock());
    });
    return { store, queues };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function prepareQueue(queues: MessageQueues, { name, attributes = {} }: QueueOptions): void {
  const { region, accountId } = queues;
  const policy = toPublishPolicy({ queueArn: toQueueArn({ region, accountId, name }), accountId });
  const settings = { policy, ...parseQueueAttributes(attributes) };
  const existing = queues.find(name);
  if (existing === undefined) queues.create(name, settings);
  else queues.change(existing, settings);
}

function prepareBucket(state: State, bucket: BucketOptions, now: Date): void {
  const { store } = state;
  const { name, cors, policy, lifecycle, notifications } = bucket;
  checkBucketName(name);
  store.buckets.create(name, now);
  if (cors !== undefined) {
    const corsXml = toCorsXml(cors);
    parseCorsXml(Buffer.from(corsXml)); // the rules must be such that S3 would take them
    store.buckets.setSetting(name, "cors", corsXml);
  }
  if (policy !== undefined) {
    const json = typeof policy === "string" ? policy : JSON.stringify(policy);
    checkBucketResources(parsePolicy(json, "resource"), name);
    store.buckets.setSetting(name, "policy", json);
  }
  if (lifecycle !== undefined) setLifecycle(store, name, lifecycle);
  if (notifications !== undefined) prepareNotifications(state, { bucket: name, notifications, now });
}

function prepareNotifications(
  { store, queues }: State,
  options: { bucket: string; notifications: readonly NotificationOptions[]; now: Date },
): void {
  const { bucket, notifications, now } = options;
  const wanted = notifications.map(({ queue, events, prefix, suffix }, index): QueueNotification => ({
    id: `${queue}-${index}`,
    queueArn: toQueueArn({ ...queues, name: queue }),
    events: [...events],
    ...(prefix === undefined ? {} : { prefix }),
    ...(suffix === undefined ? {} : { suffix }),
  }));
  // They must be such that S3 would take them; and a queue hears of them once, not at each start.
  const parsed = parseNotificationXml(Buffer.from(toNotificationXml(wanted)));
  if (JSON.stringify(parsed) === JSON.stringify(readNotifications(store, bucket))) return;
  putNotifications(parsed, { store, queues, bucket, ids: createRequestIds(), time: now, isChecked: true });
}
