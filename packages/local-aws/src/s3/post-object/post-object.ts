import { parseDeclaredAlgorithm, parseNamedAlgorithm } from "../checksums/declared-checksum.ts";
import type { S3Operation } from "../operation.ts";
import { putObject } from "../operations/put-object.ts";
import { S3Error } from "../s3-error.ts";
import type { FormFields } from "./form-fields.ts";
import { toSuccessResponse } from "./success-response.ts";

/**
 * A PUT whose headers came as fields of a form, and which is answered as the form asks for.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export function createPostObject(fields: FormFields): S3Operation {
  return {
    name: "PostObject",
    actions: putObject.actions,
    takesBody: true,
    async run(call) {
      checkNamedAlgorithm(call.request.headers);
      const stored = await putObject.run(call);
      return toSuccessResponse(call.request, { fields, stored });
    },
  };
}

/** Unlike a PUT, a form that names an algorithm must bring the checksum, too. */
function checkNamedAlgorithm(headers: ReadonlyMap<string, string>): void {
  const named = parseNamedAlgorithm(headers);
  if (named === undefined || named === parseDeclaredAlgorithm(headers)) return;
  throw new S3Error("InvalidRequest", {
    message: "x-amz-checksum-algorithm specified, but no corresponding x-amz-checksum-* field was found.",
  });
}
