import type { ApiContext } from "@waybill/api";
import { answerShareRequest } from "@waybill/api/share-requests";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { logError } from "./log-error.ts";

/** Somebody follows a share link. */
export async function answerShareEvent(
  context: Pick<ApiContext, "deps" | "requestId">,
  event: APIGatewayProxyEventV2,
  write: (line: string) => void,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { rawPath, body, isBase64Encoded, headers } = event;
  const { method } = event.requestContext.http;
  const request = new Request(new URL(rawPath, "https://localhost"), {
    method,
    headers: { accept: headers["accept"] ?? "" },
    ...(body === undefined || method === "GET" || method === "HEAD"
      ? {}
      : { body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8") }),
  });
  // The path is a secret.
  const response = await answerShareRequest(context, request, (error) =>
    logError({ error, path: "s", write }),
  );
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}
