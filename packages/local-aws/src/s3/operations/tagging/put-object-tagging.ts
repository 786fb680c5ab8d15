import { readProtectedBody } from "../../body/read-body.ts";
import type { S3Operation } from "../../operation.ts";
import { taggingAction } from "../../tagging/require-tagged.ts";
import { setTags } from "../../tagging/set-tags.ts";
import { checkObjectTags } from "../../tagging/tag.ts";
import { parseTaggingXml } from "../../tagging/tagging-xml.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export const putObjectTagging: S3Operation = {
  name: "PutObjectTagging",
  actions: () => [], // asked with the tags, which are in the body
  parameters: ["versionId"],
  takesBody: true,
  async run(call) {
    const { request, store } = call;
    const tags = parseTaggingXml(await readProtectedBody({ ...request, maxBytes: MAX_BODY_BYTES }));
    checkObjectTags(tags);
    call.authorize(taggingAction("Put", request.query.get("versionId")), request, tags);
    const headers = store.transaction(() => setTags(call, { tags, verb: "Put" }));
    return { status: 200, headers };
  },
};
