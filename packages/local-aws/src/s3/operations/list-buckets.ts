import type { S3Operation } from "../operation.ts";
import { OWNER_XML } from "../owner.ts";
import { xmlDocument, xmlElement, xmlText } from "../xml/write-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets: S3Operation = {
  name: "ListBuckets",
  actions: () => ["s3:ListAllMyBuckets"],
  async run({ store }) {
    const buckets = store.buckets
      .list()
      .map(({ name, createdAt }) =>
        xmlElement("Bucket", [xmlText("Name", name), xmlText("CreationDate", createdAt.toISOString())]),
      );
    const body = xmlDocument("ListAllMyBucketsResult", [OWNER_XML, xmlElement("Buckets", buckets)]);
    return { status: 200, body };
  },
};
