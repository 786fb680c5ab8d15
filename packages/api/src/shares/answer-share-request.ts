import { base64url } from "jose";
import type { ApiContext, ApiDeps } from "../context.ts";
import { auditOpening } from "./audit-opening.ts";
import { describeOpening, UNAVAILABLE, type OpeningDescription } from "./describe-opening.ts";
import { openShare } from "./open-share.ts";
import { SHARE_PATH } from "./share-path.ts";
import { sharePage } from "./share-page.ts";

/** Of a form with one password. */
const MAX_BODY_LENGTH = 4096;

/**
 * Answer who follows a link. GET and HEAD count nothing, since whoever shows a preview sends them, too; POST asks for
 * what is counted, with the password as a form has it. Who takes HTML gets pages, everybody else JSON.
 *
 * @param onError - told why, where the answer is 503
 */
export async function answerShareRequest(
  { deps, requestId }: Pick<ApiContext, "deps" | "requestId">,
  request: Request,
  onError: (error: unknown) => void,
): Promise<Response> {
  const { method } = request;
  const isPost = method === "POST";
  if (!isPost && method !== "GET" && method !== "HEAD") return answer(405, { allow: "GET, HEAD, POST" });
  const link = new URL(request.url).pathname.slice(SHARE_PATH.length);
  try {
    const { opening, sharedKey } = await openShare(deps, link, isPost ? await formIn(request) : undefined);
    if (method !== "HEAD") auditOpening({ deps, requestId }, opening, sharedKey); // which gives nothing
    if (opening.kind !== "redirect") return explain(deps, request, describeOpening(opening));
    // What it leads to is signed for GET alone.
    if (method === "HEAD") return answer(200, {});
    return answer(isPost ? 303 : 302, { location: opening.url });
  } catch (error) {
    onError(error);
    return explain(deps, request, UNAVAILABLE);
  }
}

async function formIn(request: Request): Promise<{ password: string }> {
  const body = await request.text();
  const form = new URLSearchParams(body.length > MAX_BODY_LENGTH ? "" : body);
  return { password: form.get("password") ?? "" };
}

function explain(
  { address }: ApiDeps,
  { method, headers }: Request,
  { status, code, message, page, retryAfterSeconds }: OpeningDescription,
): Response {
  const common: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  if (!(headers.get("accept") ?? "").includes("text/html")) {
    const body = method === "HEAD" ? null : JSON.stringify({ error: { code, message } });
    // A form for people is a refusal for programs, so that none takes it for the file.
    return answer(
      status === 200 ? 403 : status,
      { ...common, "content-type": "application/json", vary: "accept" },
      body,
    );
  }
  const nonce = base64url.encode(crypto.getRandomValues(new Uint8Array(16)));
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "img-src data:",
    `form-action 'self' ${address.origin}`, // browsers hold a form's redirect against it, too
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return answer(
    status,
    {
      ...common,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      vary: "accept",
    },
    method === "HEAD" ? null : sharePage(page, nonce),
  );
}

function answer(status: number, headers: Record<string, string>, body: string | null = null): Response {
  return new Response(body, {
    status,
    headers: {
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-robots-tag": "noindex, nofollow",
      ...headers,
    },
  });
}
