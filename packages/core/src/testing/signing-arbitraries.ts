import fc from "fast-check";

/** What AWS's published examples of S3 signatures share. */
export const aws = {
  credentials: {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  },
  signedAt: new Date("2013-05-24T00:00:00Z"),
};

const encoder = new TextEncoder();
const pieces = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
  fc.constantFrom("+", "%2F", "%", "'", '"', "a b", "#", "?", "&", "=", "(*)!", "//", "~", "ä", "漢字", "👩‍🚀"),
);

/**
 * Keys that a URL can carry, up to S3's 1,024 bytes. The SDK refuses nothing, but fetch cannot send segments
 * of `.` and `..`, so that keys never have them.
 */
export const keys = fc
  .oneof(
    { weight: 4, arbitrary: fc.array(pieces, { minLength: 1, maxLength: 8 }) },
    fc.array(pieces, { minLength: 100, maxLength: 300 }),
    fc.constantFrom(["x".repeat(1024)], ["ä".repeat(512)], ["/".repeat(1024)]),
  )
  .map((some) => {
    const bytes = encoder.encode(some.join("")).subarray(0, 1024);
    return new TextDecoder().decode(bytes, { stream: true }); // without a character that was cut
  })
  .filter((key) => key !== "" && !key.split("/").some((segment) => segment === "." || segment === ".."));

/** What a header may say: with white space that signing folds, and bytes outside ASCII. */
export const headerTexts = fc
  .array(
    fc.constantFrom("a", "Z", "9", " ", "  ", "\t", ";", "=", '"', ",", "/", "*", "%20", "é", "\u00a0"),
    {
      maxLength: 20,
    },
  )
  .map((some) => `x${some.join("")}y`);

export const dates = fc.date({ min: aws.signedAt, max: new Date("2099-12-31"), noInvalidDate: true });

export const regions = fc.oneof(
  fc.constantFrom("us-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1"),
  fc.stringMatching(/^[a-z]{2}-[a-z]{4,9}-[1-9]$/),
);

/** Of an account, or of a session. */
export const signers = fc.record(
  {
    accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
    secretAccessKey: fc.base64String({ minLength: 1, maxLength: 100 }),
    sessionToken: fc.base64String({ minLength: 100, maxLength: 1000 }),
  },
  { requiredKeys: ["accessKeyId", "secretAccessKey"] },
);
