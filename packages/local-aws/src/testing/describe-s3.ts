import { describe } from "vitest";
import { describeAttributes } from "./describe-attributes.ts";
import { describeBuckets } from "./describe-buckets.ts";
import { describeChecksums } from "./describe-checksums.ts";
import { describeCopyConditions } from "./describe-copy-conditions.ts";
import { describeCopy } from "./describe-copy.ts";
import { describeDeleteObjects } from "./describe-delete-objects.ts";
import { describeLifecycle } from "./describe-lifecycle.ts";
import { describeLists } from "./describe-lists.ts";
import { describeMetadata } from "./describe-metadata.ts";
import { describeMultipart } from "./describe-multipart.ts";
import { describeObjects } from "./describe-objects.ts";
import { describePolicies } from "./describe-policies.ts";
import { describeSts } from "./describe-sts.ts";
import { describePartChecksums } from "./describe-part-checksums.ts";
import { describePartCopies } from "./describe-part-copies.ts";
import { describeTagging } from "./describe-tagging.ts";
import { describeUploadLists } from "./describe-upload-lists.ts";
import { describeVersioning } from "./describe-versioning.ts";
import { describePostObject } from "./describe-post-object.ts";
import type { S3UnderTest } from "./s3-under-test.ts";

/**
 * What S3 promises, asked through the official SDK. The same suite is meant for the stand-in, for
 * another S3-compatible server and for Amazon.
 *
 * @param open - a server with one empty bucket; called once per group
 */
export function describeS3(name: string, open: () => Promise<S3UnderTest>): void {
  // oxlint-disable-next-line vitest/valid-title -- the caller knows what it opens
  describe(name, () => {
    describeObjects(open);
    describeMetadata(open);
    describeDeleteObjects(open);
    describeCopy(open);
    describeCopyConditions(open);
    describeLists(open);
    describeUploadLists(open);
    describeMultipart(open);
    describeChecksums(open);
    describePartChecksums(open);
    describePostObject(open);
    describePartCopies(open);
    describeAttributes(open);
    describeTagging(open);
    describeVersioning(open);
    describeLifecycle(open);
    describeBuckets(open);
    describePolicies(open);
    describeSts(open);
  });
}
