import type { S3Operation } from "../../operation.ts";
import { taggingAction } from "../../tagging/require-tagged.ts";
import { setTags } from "../../tagging/set-tags.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export const deleteObjectTagging: S3Operation = {
  name: "DeleteObjectTagging",
  actions: ({ query }) => [taggingAction("Delete", query.get("versionId"))],
  parameters: ["versionId"],
  async run(call) {
    const headers = call.store.transaction(() => setTags(call, { tags: [], verb: "Delete" }));
    return { status: 204, headers };
  },
};
