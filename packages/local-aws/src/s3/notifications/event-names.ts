/** What happens to an object here, in the words of a record's `eventName`. */
export const EVENT_NAMES = [
  "ObjectCreated:Put",
  "ObjectCreated:Post",
  "ObjectCreated:Copy",
  "ObjectCreated:CompleteMultipartUpload",
  "ObjectRemoved:Delete",
  "ObjectRemoved:DeleteMarkerCreated",
  "ObjectTagging:Put",
  "ObjectTagging:Delete",
] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/**
 * Events that Amazon has and that never happen here: asking for them is refused, since nobody would hear of
 * them.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 */
const OTHER_EVENT_NAMES: readonly string[] = [
  "IntelligentTiering",
  "LifecycleExpiration:*",
  "LifecycleExpiration:Delete",
  "LifecycleExpiration:DeleteMarkerCreated",
  "LifecycleTransition",
  "ObjectAcl:Put",
  "ObjectRestore:*",
  "ObjectRestore:Completed",
  "ObjectRestore:Delete",
  "ObjectRestore:Post",
  "ReducedRedundancyLostObject",
  "Replication:*",
  "Replication:OperationFailedReplication",
  "Replication:OperationMissedThreshold",
  "Replication:OperationNotTracked",
  "Replication:OperationReplicatedAfterThreshold",
];

/**
 * @param name - as a configuration has it: `s3:ObjectCreated:*`
 * @returns the events that it means; `undefined` when no event has this name
 */
export function eventsOf(name: string): readonly EventName[] | "not-implemented" | undefined {
  if (!name.startsWith("s3:")) return undefined;
  const pattern = name.slice("s3:".length);
  if (OTHER_EVENT_NAMES.includes(pattern)) return "not-implemented";
  const matching = EVENT_NAMES.filter((event) =>
    pattern.endsWith(":*") ? event.startsWith(pattern.slice(0, -1)) : event === pattern,
  );
  return matching.length === 0 ? undefined : matching;
}
