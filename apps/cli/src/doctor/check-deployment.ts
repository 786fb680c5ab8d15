import type { Deployment } from "@waybill/core";
import * as z from "zod/mini";
import { messageOf, type Check } from "./check.ts";

const TIMEOUT_MS = 10_000;
const PageConfig = z.object({ apiUrl: z.string() });

/** What CloudFront is to add, since the page cannot say it of itself. */
const PAGE_HEADERS = ["strict-transport-security", "content-security-policy", "x-content-type-options"];

/** Look at what is at AWS beside the API: the page, and the files, which nobody may have who has no signature. */
export function checkDeployment(deployment: Deployment, signal: AbortSignal): Promise<Check[]> {
  return Promise.all([checkPage(deployment, signal), checkFiles(deployment, signal)]);
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

async function checkFiles({ filesUrl }: Deployment, signal: AbortSignal): Promise<Check> {
  const name = "edge";
  try {
    const { status } = await ask(`${filesUrl}/waybill-doctor`, signal);
    const detail = `${filesUrl} answers HTTP ${status} to those without a signature`;
    if (status === 403) return { name, ok: true, detail };
    return { name, ok: false, detail, remedy: "It is to be 403. Deploy it again: npx turbo deploy." };
  } catch (error) {
    const remedy =
      "A distribution takes some minutes until it is everywhere. Is its domain's certificate in us-east-1?";
    return { name, ok: false, detail: `${filesUrl} does not answer (${messageOf(error)})`, remedy };
  }
}

function ask(url: string, signal: AbortSignal): Promise<Response> {
  return fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
}
