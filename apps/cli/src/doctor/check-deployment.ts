import type { Deployment } from "@waybill/core";
import * as z from "zod/mini";
import { messageOf, type Check } from "./check.ts";

const TIMEOUT_MS = 10_000;
const PageConfig = z.object({ apiUrl: z.string() });

/** What CloudFront is to add, since the page cannot say it of itself. */
const PAGE_HEADERS = ["strict-transport-security", "content-security-policy", "x-content-type-options"];

/** Look at what is at AWS beside the API: the page, and the files, which nobody may have who has no signature. */
export function checkDeployment(deployment: Deployment, signal: AbortSignal): Promise<Check[]> {
  const { filesUrl, streamUrl } = deployment;
  const checks = [checkPage(deployment, signal), checkClosed(EDGE, `${filesUrl}/waybill-doctor`, signal)];
  if (streamUrl !== undefined)
    checks.push(checkClosed(STREAM, `${streamUrl}/objects/waybill-doctor`, signal));
  return Promise.all(checks);
}

async function checkPage({ pageUrl, apiUrl }: Deployment, signal: AbortSignal): Promise<Check> {
  const name = "page";
  const remedy = "Deploy it again: npx turbo deploy.";
  try {
    const response = await ask(new URL("config.json", pageUrl).href, signal);
    const config = PageConfig.safeParse(response.ok ? await response.json() : undefined);
    const missing = PAGE_HEADERS.filter((header) => !response.headers.has(header));
    if (!config.success)
      return { name, ok: false, detail: `${pageUrl} has no settings (HTTP ${response.status})`, remedy };
    if (config.data.apiUrl !== apiUrl)
      return { name, ok: false, detail: `${pageUrl} uses another API: ${config.data.apiUrl}`, remedy };
    if (missing.length > 0)
      return { name, ok: false, detail: `${pageUrl} comes without ${missing.join(", ")}`, remedy };
    return { name, ok: true, detail: `${pageUrl} uses this API` };
  } catch (error) {
    return { name, ok: false, detail: `${pageUrl} does not answer (${messageOf(error)})`, remedy };
  }
}

interface Door {
  name: string;
  /** What to do where it does not answer. */
  remedy: string;
}

const EDGE: Door = {
  name: "edge",
  remedy:
    "A distribution takes some minutes until it is everywhere. Is its domain's certificate in us-east-1?",
};
const STREAM: Door = {
  name: "stream",
  remedy: "See the log of its function, or deploy it again: npx turbo deploy.",
};

async function checkClosed({ name, remedy }: Door, url: string, signal: AbortSignal): Promise<Check> {
  const { origin } = new URL(url);
  try {
    const { status } = await ask(url, signal);
    const detail = `${origin} answers HTTP ${status} to those without a signature`;
    if (status === 403) return { name, ok: true, detail };
    return { name, ok: false, detail, remedy: "It is to be 403. Deploy it again: npx turbo deploy." };
  } catch (error) {
    return { name, ok: false, detail: `${origin} does not answer (${messageOf(error)})`, remedy };
  }
}

function ask(url: string, signal: AbortSignal): Promise<Response> {
  return fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
}
