import type { SignedRequest } from "../schemas/request.ts";

export interface RequestWithBody extends SignedRequest {
  body?: string | undefined;
}

export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
}

/** How small requests are sent: once, and not where an answer redirects to. Rejects where no answer comes in time. */
export type Transport = (request: RequestWithBody) => Promise<Answer>;

const TIMEOUT_MS = 8000;

/** By what every host has. */
export const sendByFetch: Transport = async ({ url, body, ...request }) => {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { ...request, body: body ?? null, redirect: "manual", signal });
    const { status, headers } = response;
    return { status, headers: Object.fromEntries(headers), body: await response.text() };
  } catch (error) {
    throw error instanceof TypeError && error.cause !== undefined ? error.cause : error; // "fetch failed" says nothing
  }
};
