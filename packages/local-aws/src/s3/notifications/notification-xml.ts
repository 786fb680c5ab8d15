import { randomBytes } from "node:crypto";
import { MAX_KEY_BYTES } from "@waybill/core/s3-limits";
import { S3Error } from "../s3-error.ts";
import { childRawText, childText, childTexts, parseXml, type XmlElement } from "../xml/parse-xml.ts";
import { xmlDocument, xmlElement, xmlText } from "../xml/write-xml.ts";
import { eventsOf } from "./event-names.ts";
import { invalidArgument, notImplemented } from "./notification-error.ts";
import type { QueueNotification } from "./notification-configuration.ts";

const ROOT = "NotificationConfiguration";
const OTHER_DESTINATIONS = ["TopicConfiguration", "CloudFunctionConfiguration", "EventBridgeConfiguration"];

export function toNotificationXml(notifications: readonly QueueNotification[]): string {
  return xmlDocument(
    ROOT,
    notifications.map(({ id, queueArn, events, prefix, suffix }) =>
      xmlElement("QueueConfiguration", [
        xmlText("Id", id),
        xmlText("Queue", queueArn),
        ...events.map((event) => xmlText("Event", event)),
        filterXml([
          ["Prefix", prefix],
          ["Suffix", suffix],
        ]),
      ]),
    ),
  );
}

function filterXml(
  rules: readonly (readonly [name: string, value: string | undefined])[],
): string | undefined {
  const given = rules.flatMap(([name, value]) =>
    value === undefined ? [] : [xmlElement("FilterRule", [xmlText("Name", name), xmlText("Value", value)])],
  );
  return given.length === 0 ? undefined : xmlElement("Filter", [xmlElement("S3Key", given)]);
}

/**
 * Whether the queues are there is not looked at.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 *
 * @throws {S3Error} `MalformedXML`, `InvalidArgument`, `NotImplemented`
 */
export function parseNotificationXml(body: Buffer): QueueNotification[] {
  return parseXml(body, ROOT).children.map((element) => {
    if (OTHER_DESTINATIONS.includes(element.name)) throw notImplemented(element.name);
    if (element.name !== "QueueConfiguration") throw new S3Error("MalformedXML");
    return parseQueueConfiguration(element);
  });
}

const QUEUE_ELEMENTS = ["Id", "Queue", "Event", "Filter"];

function parseQueueConfiguration(element: XmlElement): QueueNotification {
  const queues = childTexts(element, "Queue");
  const events = childTexts(element, "Event");
  const [queueArn] = queues;
  const isValid =
    element.children.every(({ name }) => QUEUE_ELEMENTS.includes(name)) &&
    childTexts(element, "Id").length <= 1 &&
    childTexts(element, "Filter").length <= 1 &&
    queues.length === 1 &&
    events.length > 0;
  if (!isValid || queueArn === undefined) throw new S3Error("MalformedXML");
  for (const event of events) checkEvent(event);
  return {
    id: childText(element, "Id") || randomBytes(24).toString("base64url"),
    queueArn,
    events,
    ...parseFilter(element),
  };
}

function checkEvent(event: string): void {
  const meant = eventsOf(event);
  if (meant === "not-implemented") throw notImplemented(event);
  if (meant === undefined) {
    throw invalidArgument("The event is not supported for notifications", { name: "Event", value: event });
  }
}

function parseFilter(configuration: XmlElement): Pick<QueueNotification, "prefix" | "suffix"> {
  const filter = configuration.children.find(({ name }) => name === "Filter");
  const keys = filter?.children ?? [];
  if (keys.length > 1 || keys.some(({ name }) => name !== "S3Key")) throw new S3Error("MalformedXML");
  const parsed: Pick<QueueNotification, "prefix" | "suffix"> = {};
  for (const rule of keys[0]?.children ?? []) {
    const { name, value } = parseFilterRule(rule);
    if (parsed[name] !== undefined) {
      throw invalidArgument(`Cannot specify more than one ${name} rule in a filter.`, { name, value });
    }
    parsed[name] = value;
  }
  return parsed;
}

function parseFilterRule(rule: XmlElement): { name: "prefix" | "suffix"; value: string } {
  const nameText = childText(rule, "Name");
  const value = childRawText(rule, "Value");
  if (rule.name !== "FilterRule" || nameText === undefined || value === undefined) {
    throw new S3Error("MalformedXML");
  }
  const name = nameText.toLowerCase();
  if (name !== "prefix" && name !== "suffix") {
    throw invalidArgument("filter rule name must be either prefix or suffix", {
      name: "FilterRule.Name",
      value: nameText,
    });
  }
  if (Buffer.byteLength(value) > MAX_KEY_BYTES) {
    throw invalidArgument("Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation", {
      name: "FilterRule.Value",
      value,
    });
  }
  return { name, value };
}
