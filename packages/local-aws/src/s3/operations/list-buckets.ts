import type { Bucket } from "../object-store/bucket-table.ts";
import type { S3Operation } from "../operation.ts";
import { OWNER_XML } from "../owner.ts";
import { parseInteger } from "../parse-integer.ts";
import { S3Error } from "../s3-error.ts";
import { xmlDocument, xmlElement, xmlOptional, xmlText } from "../xml/write-xml.ts";

const PARAMETERS = ["prefix", "max-buckets", "continuation-token", "bucket-region"] as const;
const MAX_BUCKETS = 10_000;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets: S3Operation = {
  name: "ListBuckets",
  actions: () => ["s3:ListAllMyBuckets"],
  parameters: PARAMETERS,
  async run({ request: { query }, store, region }) {
    checkRegion(query.get("bucket-region"), region);
    const prefix = query.get("prefix");
    const limit = parseInteger(query.get("max-buckets") ?? String(MAX_BUCKETS), {
      name: "max-buckets",
      min: 1,
      max: MAX_BUCKETS,
    });
    const from = parseToken(query.get("continuation-token"), prefix ?? "");
    const found = store.buckets.page({ prefix: prefix ?? "", from, limit: limit + 1 });
    const [next] = found.splice(limit);
    // A bucket's region is told to those who ask for pages at all.
    const isPaged = PARAMETERS.some((name) => query.has(name));
    const body = xmlDocument("ListAllMyBucketsResult", [
      OWNER_XML,
      xmlElement(
        "Buckets",
        found.map((bucket) => toBucketXml(bucket, isPaged ? region : undefined)),
      ),
      xmlOptional("Prefix", prefix),
      xmlOptional("ContinuationToken", next && toToken(next.name)),
    ]);
    return { status: 200, body };
  },
};

function toBucketXml({ name, createdAt }: Bucket, region: string | undefined): string {
  return xmlElement("Bucket", [
    xmlText("Name", name),
    xmlText("CreationDate", createdAt.toISOString()),
    xmlOptional("BucketRegion", region),
  ]);
}

/** All buckets are in one region, and S3 gives those of another only at its own address. */
function checkRegion(asked: string | undefined, region: string): void {
  if (asked === undefined || asked === region) return;
  throw new S3Error("InvalidArgument", {
    message: `Argument value ${asked} is not the region of this endpoint, ${region}.`,
    details: { ArgumentName: "bucket-region", ArgumentValue: asked },
  });
}

/** Opaque to clients: the first name of the next page. */
function toToken(name: string): string {
  return Buffer.from(name).toString("base64url");
}

function parseToken(token: string | undefined, prefix: string): string {
  if (token === undefined) return prefix;
  const name = Buffer.from(token, "base64url").toString();
  if (token !== "" && toToken(name) === token) return name;
  throw new S3Error("InvalidArgument", {
    message: "The continuation token provided is incorrect",
    details: { ArgumentName: "continuation-token", ArgumentValue: token },
  });
}
