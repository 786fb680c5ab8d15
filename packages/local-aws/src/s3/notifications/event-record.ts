import { type Caller, callerUserId } from "../../identity/caller.ts";
import type { RequestIds } from "../request-ids.ts";
import type { EventName } from "./event-names.ts";

/** Something that happened to an object. */
export interface ObjectEvent {
  name: EventName;
  bucket: string;
  key: string;
  /** Only where there are versions. */
  versionId?: string | undefined;
  /** With its quotes; not of what is removed for good. */
  eTag?: string;
  /** Only of what is created. */
  sizeBytes?: number;
}

/** The request that made it happen. */
export interface EventSource extends RequestIds {
  caller: Caller;
  sourceIp: string;
  region: string;
  accountId: string;
}

/**
 * One record of a message.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 *
 * @param options.sequence - higher than in all records of this key before
 */
export function toEventRecord(
  event: ObjectEvent,
  options: { source: EventSource; configurationId: string; sequence: number; time: Date },
): object {
  const { source, configurationId, sequence, time } = options;
  const isTagging = event.name.startsWith("ObjectTagging:");
  return {
    eventVersion: isTagging ? "2.3" : "2.1",
    eventSource: "aws:s3",
    awsRegion: source.region,
    eventTime: time.toISOString(),
    eventName: event.name,
    userIdentity: { principalId: toPrincipalId(source.caller) },
    requestParameters: { sourceIPAddress: source.sourceIp },
    responseElements: { "x-amz-request-id": source.requestId, "x-amz-id-2": source.hostId },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: {
        name: event.bucket,
        ownerIdentity: { principalId: source.accountId },
        arn: `arn:aws:s3:::${event.bucket}`,
      },
      object: {
        key: toEventKey(event.key),
        size: event.sizeBytes,
        eTag: event.eTag?.replaceAll('"', ""),
        versionId: event.versionId,
        // Tags do not change the order of what is there.
        sequencer: isTagging ? undefined : toSequencer(sequence),
      },
    },
  };
}

/** As a form would encode it, a space as `+`, but with its slashes. */
function toEventKey(key: string): string {
  return new URLSearchParams([["", key]]).toString().slice("=".length).replaceAll("%2F", "/");
}

const SEQUENCER_DIGITS = 18; // as in Amazon's examples; who compares them must be ready for other lengths

function toSequencer(sequence: number): string {
  return sequence.toString(16).toUpperCase().padStart(SEQUENCER_DIGITS, "0");
}

function toPrincipalId(caller: Caller): string {
  return caller.kind === "role-session" || caller.kind === "service"
    ? `AWS:${callerUserId(caller)}`
    : callerUserId(caller);
}
