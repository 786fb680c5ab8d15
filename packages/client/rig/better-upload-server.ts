import { handleRequest, type Router } from "@better-upload/server";
import { custom } from "@better-upload/server/clients";
import type { Credentials } from "@waybill/core";

/** Its own server. */
export async function answerForBetterUpload(
  request: Request,
  options: {
    routes: Router["routes"];
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
  return handleRequest(request, { client, bucketName: options.bucket, routes: options.routes });
}
