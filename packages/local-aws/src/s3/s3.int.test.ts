import { describeS3 } from "../testing/describe-s3.ts";
import { openStandIn } from "../testing/open-stand-in.ts";

describeS3("the stand-in of S3", () => openStandIn());
