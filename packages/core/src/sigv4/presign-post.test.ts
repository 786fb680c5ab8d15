import { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost, type PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dates, headerTexts, keys, regions, signers } from "../testing/signing-arbitraries.ts";
import { presignPost, type FormValue, type PresignPostOptions } from "./presign-post.ts";

const FILE_NAME = "${filename}";
const GiB = 1024 ** 3;

afterEach(() => void vi.useRealTimers());

const noDollar = (text: string): string => text.replaceAll("$", "S"); // see below
const values: fc.Arbitrary<FormValue> = fc.oneof(
  headerTexts,
  headerTexts.map((startsWith) => ({ startsWith })),
);
const forms = fc.record({
  bucket: fc.constantFrom("files", "my.files"),
  key: fc.oneof(
    keys.map(noDollar),
    keys.map((key) => `${noDollar(key)}/${FILE_NAME}`),
  ),
  contentType: values,
  sizeBytes: fc
    .tuple(fc.nat({ max: 5 * GiB }), fc.nat({ max: 5 * GiB }))
    .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) })),
  fields: fc.dictionary(
    fc.constantFrom("success_action_status", "x-amz-meta-a", "Content-Disposition", "Cache-Control", "acl"),
    fc.oneof(headerTexts, fc.string({ unit: "grapheme" }).map(noDollar)),
  ),
  credentials: signers,
  region: regions,
  expiresIn: fc.integer({ min: 1, max: 604_800 }),
  signedAt: dates,
});

const form: PresignPostOptions = {
  bucket: "files",
  key: "k",
  contentType: "text/plain",
  sizeBytes: { min: 0, max: 5 * GiB },
  credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "secret" },
  region: "eu-west-1",
  expiresIn: 900,
  signedAt: new Date("2026-11-23T10:00:00.987Z"),
};

function policyOf(fields: Record<string, string>): { expiration: string; conditions: unknown[] } {
  return JSON.parse(Buffer.from(fields["Policy"] ?? "", "base64").toString()) as never;
}

describe("presignPost", () => {
  it("gives the fields that the SDK gives for the same conditions", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    await fc.assert(
      fc.asyncProperty(forms, async (options) => {
        const { bucket, key, contentType, sizeBytes, region, expiresIn, signedAt, credentials } = options;
        vi.setSystemTime(signedAt);
        const conditions: NonNullable<PresignedPostOptions["Conditions"]> = [
          ["content-length-range", sizeBytes.min, sizeBytes.max],
        ];
        if (typeof contentType !== "string")
          conditions.push(["starts-with", "$Content-Type", contentType.startsWith]);
        const client = new S3Client({ region, credentials: { ...credentials } });
        const expected = await createPresignedPost(client, {
          Bucket: bucket,
          Key: key,
          Conditions: conditions,
          Fields: {
            ...options.fields,
            ...(typeof contentType === "string" ? { "Content-Type": contentType } : {}),
          },
          Expires: expiresIn,
        });
        expect(presignPost(options)).toEqual(expected.fields);
      }),
      { numRuns: 200 },
    );
  });

  it("leaves the key behind a prefix to the form", () => {
    const fields = presignPost({ ...form, key: { startsWith: "users/1/" } });
    expect(policyOf(fields).conditions.at(-1)).toEqual(["starts-with", "$key", "users/1/"]);
    expect(fields).not.toHaveProperty("key");
  });

  it("ends with the grant, in whole seconds", () => {
    expect(policyOf(presignPost(form)).expiration).toBe("2026-11-23T10:15:00Z");
  });

  it.each([
    { min: -1, max: 1 },
    { min: 2, max: 1 },
    { min: 0, max: 5 * GiB + 1 },
    { min: 0.5, max: 1 },
    { min: 0, max: 1.5 },
    { min: Number.NaN, max: 1 },
  ])("refuses a size of $min to $max", (sizeBytes) => {
    expect(() => presignPost({ ...form, sizeBytes })).toThrow(
      expect.objectContaining({ code: "INVALID_SIZE" }),
    );
  });

  it("takes one size, and none", () => {
    for (const sizeBytes of [0, 5 * GiB]) {
      const { conditions } = policyOf(
        presignPost({ ...form, sizeBytes: { min: sizeBytes, max: sizeBytes } }),
      );
      expect(conditions[0]).toEqual(["content-length-range", sizeBytes, sizeBytes]);
    }
  });

  it.each(["", FILE_NAME, `${FILE_NAME}/a`, { startsWith: "" }, { startsWith: FILE_NAME }])(
    "refuses the key %j, which would be any",
    (key) => {
      expect(() => presignPost({ ...form, key })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    },
  );

  it("binds a value up to the name of the file that S3 puts in", () => {
    const fields = { "x-amz-meta-name": `the ${FILE_NAME}!`, success_action_status: "204" };
    const { conditions } = policyOf(presignPost({ ...form, key: `a/${FILE_NAME}/${FILE_NAME}.bin`, fields }));
    expect(conditions).toContainEqual(["starts-with", "$x-amz-meta-name", "the "]);
    expect(conditions).toContainEqual({ success_action_status: "204" });
    expect(conditions.at(-1)).toEqual(["starts-with", "$key", "a/"]);
  });

  it("writes a $ as S3 wants it, which is no JSON", () => {
    const fields = { "x-amz-meta-price": "$5 \\$ $$" };
    const { Policy = "" } = presignPost({ ...form, key: { startsWith: "$" }, fields });
    const policy = Buffer.from(Policy, "base64").toString();
    expect(policy).toContain(String.raw`{"x-amz-meta-price":"\$5 \\\$ \$\$"}`);
    expect(policy).toContain(String.raw`["starts-with","$key","\$"]`);
  });

  it.each([
    "bucket",
    "Key",
    "content-type",
    "policy",
    "file",
    "X-Amz-Signature",
    "x-amz-date",
    "X-Amz-Credential",
    "X-Amz-Algorithm",
    "X-Amz-Security-Token",
  ])("refuses another field %s", (name) => {
    expect(() => presignPost({ ...form, fields: { [name]: "x" } })).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT" }),
    );
  });
});
