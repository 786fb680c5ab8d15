import { expect, it } from "vitest";
import { USUAL_SETTINGS } from "../../sqs/queue-attributes.ts";
import { mayPublish, toPublishPolicy } from "./queue-policy.ts";

const queueArn = "arn:aws:sqs:us-east-1:000000000000:q";
const accountId = "000000000000";
const may = (policy: string | undefined, bucket = "b"): boolean =>
  mayPublish({ arn: queueArn, settings: { ...USUAL_SETTINGS, policy } }, { bucket, accountId });
const statement = {
  Effect: "Allow",
  Principal: { Service: "s3.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: queueArn,
};
const policy = (...statements: object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

it("a queue without a policy takes nothing of S3, and one with the usual policy does", () => {
  expect(may(undefined)).toBe(false);
  expect(may(toPublishPolicy({ queueArn, accountId }))).toBe(true);
  expect(may(toPublishPolicy({ queueArn: `${queueArn}2`, accountId }))).toBe(false);
  expect(may(toPublishPolicy({ queueArn, accountId: "111122223333" }))).toBe(false);
});

it.each<[object, boolean]>([
  [{}, true],
  [{ Sid: "Any text will do", Principal: "*" }, true],
  [{ Principal: { AWS: "*" } }, true],
  [{ Principal: { Service: ["sns.amazonaws.com", "s3.amazonaws.com"] } }, true],
  [{ Principal: { Service: "sns.amazonaws.com" } }, false],
  [{ Principal: { AWS: "arn:aws:iam::000000000000:root" } }, false],
  [{ Principal: undefined }, false],
  [{ Action: "SQS:*" }, true],
  [{ Action: ["sqs:ReceiveMessage", "SQS:Send*"] }, true],
  [{ Action: "sqs:ReceiveMessage" }, false],
  [{ Resource: "*" }, true],
  [{ Resource: "arn:aws:sqs:*:*:q" }, true],
  [{ Resource: "arn:aws:sqs:us-east-1:000000000000:other" }, false],
  [{ Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:b" } } }, true],
  [{ Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:s3:::other" } } }, false],
  [{ Condition: { StringEquals: { "aws:SourceAccount": accountId } } }, true],
  [{ Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } } }, false],
  [{ Condition: { StringEquals: { "aws:NoSuchKey": "x" } } }, false],
  [{ Effect: "Maybe" }, false],
])("a statement with %j lets S3 send: %s", (changes, expected) => {
  expect(may(policy({ ...statement, ...changes }))).toBe(expected);
});

it("a denial wins, and one of others does not count", () => {
  const deny = { ...statement, Effect: "Deny" };
  expect(may(policy(statement, deny))).toBe(false);
  expect(may(policy(statement, { ...deny, Principal: { Service: "sns.amazonaws.com" } }))).toBe(true);
  const spared = { ...deny, Principal: undefined, NotPrincipal: { Service: "s3.amazonaws.com" } };
  expect(may(policy(statement, spared))).toBe(true);
  expect(may(policy(statement, { ...spared, NotPrincipal: { Service: "sns.amazonaws.com" } }))).toBe(false);
  const elsewhere = { ...deny, Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:s3:::closed" } } };
  expect([may(policy(statement, elsewhere)), may(policy(statement, elsewhere), "closed")]).toEqual([
    true,
    false,
  ]);
});

it.each(["{}", '{"Statement":[]}', '{"Statement":"x"}', '{"Statement":[{"Principal":7}]}'])(
  "a policy %s lets nobody",
  (text) => {
    expect(may(text)).toBe(false);
  },
);
