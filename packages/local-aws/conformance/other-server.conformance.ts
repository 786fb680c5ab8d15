import { describeS3 } from "../src/testing/describe-s3.ts";
import { openOtherServer } from "./open-other-server.ts";

describeS3(`the server at ${process.env["S3_ENDPOINT"]}`, () => openOtherServer(process.env));
