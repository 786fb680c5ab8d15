import { handleRequest, route } from "@better-upload/server";
import { custom } from "@better-upload/server/clients";
import type { Credentials } from "@waybill/core";
import { FILE_BYTES, PART_BYTES } from "../sizes.ts";

/** Its own server, with the options that a file of this size needs. */
export async function answerForBetterUpload(
  request: Request,
  options: {
    bucket: string;
    storeHost: string;
    region: string;
    credentials: () => Promise<Credentials>;
  },
): Promise<Response> {
  const { accessKeyId, secretAccessKey, sessionToken } = await options.credentials();
  const client = custom({
    host: options.storeHost,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    region: options.region,
    secure: false,
    forcePathStyle: true,
  });
  const files = route({ multipart: true, partSize: PART_BYTES, maxFileSize: FILE_BYTES });
  return handleRequest(request, { client, bucketName: options.bucket, routes: { files } });
}
