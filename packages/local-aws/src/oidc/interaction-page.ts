import type { IncomingMessage, ServerResponse } from "node:http";
import { errors, type Provider } from "oidc-provider";
import { readUpTo } from "../read-up-to.ts";
import type { OidcUser } from "./oidc-options.ts";
import { chooseUserPage, messagePage, PAGE_POLICY } from "./pages.ts";

const MAX_FORM_BYTES = 10_000;

/** Whether it is for {@link answerInteraction}. */
export function isInteraction({ url = "" }: IncomingMessage): boolean {
  return url.startsWith("/interaction/");
}

/** The page on which people choose who they are, and what they chose. */
export async function answerInteraction(
  provider: Provider,
  users: readonly OidcUser[],
  exchange: { message: IncomingMessage; response: ServerResponse; sendContinue: () => void },
): Promise<void> {
  const { message, response } = exchange;
  try {
    const { params, uid } = await provider.interactionDetails(message, response);
    if (message.method === "GET") {
      const client = await provider.Client.find(String(params["client_id"]));
      const clientName = client?.clientName ?? "Waybill";
      const body = chooseUserPage({ clientName, users, action: `/interaction/${uid}` });
      return send(response, 200, body);
    }
    if (message.method !== "POST")
      return send(response, 405, messagePage("This did not work", "Log in again."));
    const sub = await chosenUser(exchange);
    const user = users.find((it) => it.sub === sub);
    const result =
      user === undefined
        ? { error: "access_denied", error_description: "Nobody was chosen." }
        : { login: { accountId: user.sub }, consent: {} };
    await provider.interactionFinished(message, response, result, { mergeWithLastSubmission: false });
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    send(response, 400, messagePage("This login has ended", "Begin anew where you came from."));
  }
}

async function chosenUser(options: {
  message: IncomingMessage;
  sendContinue: () => void;
}): Promise<string | undefined> {
  const body = await readUpTo(MAX_FORM_BYTES, options);
  if (typeof body === "string") return undefined;
  return new URLSearchParams(body.toString("utf8")).get("user") ?? undefined;
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": PAGE_POLICY,
    "cache-control": "no-store",
  });
  response.end(body);
}
