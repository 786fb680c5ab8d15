import type { S3Operation } from "../../operation.ts";
import { requireTagged, taggingAction } from "../../tagging/require-tagged.ts";
import { toTaggingXml } from "../../tagging/tagging-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export const getObjectTagging: S3Operation = {
  name: "GetObjectTagging",
  actions: ({ query }) => [taggingAction("Get", query.get("versionId"))],
  parameters: ["versionId"],
  async run(call) {
    const { object, headers } = requireTagged(call);
    return { status: 200, headers, body: toTaggingXml(object.tags) };
  },
};
