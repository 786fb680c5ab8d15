import { describe, expect, it } from "vitest";
import {
  parseQueueAttributes,
  selectQueueAttributes,
  toQueueAttributes,
  USUAL_SETTINGS,
} from "./queue-attributes.ts";

const ARN = "arn:aws:sqs:eu-central-1:000000000000:dead";

describe("attributes of a queue", () => {
  it("are read and written in Amazon's names", () => {
    const attributes = {
      DelaySeconds: "900",
      MaximumMessageSize: "1024",
      MessageRetentionPeriod: "60",
      ReceiveMessageWaitTimeSeconds: "20",
      VisibilityTimeout: "43200",
      Policy: `{"Version": "2012-10-17"}`,
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: ARN, maxReceiveCount: 3 }),
    };
    const settings = { ...USUAL_SETTINGS, ...parseQueueAttributes(attributes) };
    expect(toQueueAttributes(settings)).toEqual(attributes);
    expect(
      toQueueAttributes({ ...settings, ...parseQueueAttributes({ Policy: "", RedrivePolicy: "" }) }),
    ).toEqual({
      ...attributes,
      Policy: undefined,
      RedrivePolicy: undefined,
    });
  });

  it("begin as Amazon's do", () => {
    expect(toQueueAttributes(USUAL_SETTINGS)).toEqual({
      DelaySeconds: "0",
      MaximumMessageSize: "1048576",
      MessageRetentionPeriod: "345600",
      ReceiveMessageWaitTimeSeconds: "0",
      VisibilityTimeout: "30",
    });
  });

  it.each([
    ["DelaySeconds", "901"],
    ["DelaySeconds", "-1"],
    ["DelaySeconds", ""],
    ["DelaySeconds", "1.5"],
    ["MaximumMessageSize", "1023"],
    ["MaximumMessageSize", "1048577"],
    ["MessageRetentionPeriod", "59"],
    ["MessageRetentionPeriod", "1209601"],
    ["ReceiveMessageWaitTimeSeconds", "21"],
    ["VisibilityTimeout", "43201"],
    ["VisibilityTimeout", "3e1"],
    ["Policy", "allow"],
    ["Policy", "[]"],
    ["Policy", "null"],
    ["RedrivePolicy", "yes"],
    ["RedrivePolicy", "[]"],
  ])("%s is not %j", (name, value) => {
    expect(() => parseQueueAttributes({ [name]: value })).toThrow(
      expect.objectContaining({
        code: "InvalidAttributeValue",
        message: expect.stringContaining(`Invalid value for the parameter ${name}.`),
      }),
    );
  });

  it("are refused by name when nobody knows them, or this stand-in does not", () => {
    for (const name of ["FifoQueue", "ContentBasedDeduplication", "QueueArn", "toString", "__proto__"]) {
      expect(() => parseQueueAttributes(Object.fromEntries([[name, "true"]]))).toThrow(
        `Unknown Attribute ${name}.`,
      );
    }
    for (const name of ["KmsMasterKeyId", "SqsManagedSseEnabled", "RedriveAllowPolicy"]) {
      expect(() => parseQueueAttributes({ [name]: "true" })).toThrow(
        `This stand-in does not implement the attribute ${name}.`,
      );
    }
  });

  it("are chosen by name", () => {
    const all = { QueueArn: ARN, DelaySeconds: "0" };
    expect(selectQueueAttributes(all, [])).toEqual({});
    expect(selectQueueAttributes(all, ["DelaySeconds", "Policy", "KmsMasterKeyId"])).toEqual({
      DelaySeconds: "0",
    });
    expect(selectQueueAttributes(all, ["QueueArn", "All"])).toEqual(all);
    expect(() => selectQueueAttributes(all, ["All", "FifoQueue"])).toThrow("Unknown Attribute FifoQueue.");
  });
});

describe("a redrive policy", () => {
  const parse = (policy: object) =>
    parseQueueAttributes({ RedrivePolicy: JSON.stringify(policy) }).redrivePolicy;

  it("counts in a number or in text", () => {
    for (const maxReceiveCount of [1, "1", 1000, "1000"]) {
      expect(parse({ deadLetterTargetArn: ARN, maxReceiveCount })).toEqual({
        deadLetterTargetArn: ARN,
        maxReceiveCount: Number(maxReceiveCount),
      });
    }
  });

  it.each([
    [{ deadLetterTargetArn: ARN }, "Redrive policy does not contain mandatory attribute: maxReceiveCount."],
    [{ maxReceiveCount: 1 }, "Redrive policy does not contain mandatory attribute: deadLetterTargetArn."],
    [
      { deadLetterTargetArn: ARN, maxReceiveCount: 0 },
      "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.",
    ],
    [
      { deadLetterTargetArn: ARN, maxReceiveCount: 1001 },
      "Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.",
    ],
    [
      { deadLetterTargetArn: ARN, maxReceiveCount: [3] },
      "Invalid value for maxReceiveCount: [3], valid values are from 1 to 1000 both inclusive.",
    ],
    [
      { deadLetterTargetArn: ARN, maxReceiveCount: { toString: 1 } },
      'Invalid value for maxReceiveCount: {"toString":1}, valid values are from 1 to 1000 both inclusive.',
    ],
    [{ deadLetterTargetArn: "dummy", maxReceiveCount: 42 }, "Invalid value for deadLetterTargetArn."],
    [{ deadLetterTargetArn: 1, maxReceiveCount: 42 }, "Invalid value for deadLetterTargetArn."],
    [
      { deadLetterTargetArn: ARN, maxReceiveCount: 1, more: 1 },
      "Only following attributes are expected: [deadLetterTargetArn, maxReceiveCount].",
    ],
  ])("is not %j", (policy, reason) => {
    const message = `Value ${JSON.stringify(policy)} for parameter RedrivePolicy is invalid. Reason: ${reason}`;
    expect(() => parse(policy)).toThrow(expect.objectContaining({ code: "InvalidParameterValue", message }));
  });
});
