import { toCanonicalRequest, toStringToSign } from "./canonical-request.ts";
import type { SignatureClaim } from "./signature-claim.ts";
import { sign, signaturesMatch } from "./signature.ts";
import type { SignedMessage } from "./signed-message.ts";

/**
 * Say which part of a refused request differs from the one that was signed, by trying the usual
 * mistakes: where one of them gives the signature sent, that was it.
 */
export function explainMismatch(
  message: SignedMessage,
  claim: SignatureClaim,
  secretAccessKey: string,
): string {
  const absent = claim.signedHeaders.filter((name) => !message.headers.has(name));
  if (absent.length > 0) return `signed header not sent: ${absent.join(", ")}`;
  const guess = usualMistakes(message, claim).find((mistake) => {
    const canonicalRequest = toCanonicalRequest(mistake.message ?? message, {
      signedHeaders: claim.signedHeaders,
      payloadHash: mistake.payloadHash ?? claim.payloadHash,
    });
    const stringToSign = toStringToSign({ ...claim, canonicalRequest });
    return signaturesMatch(sign({ secretAccessKey, scope: claim.scope, stringToSign }), claim.signature);
  });
  return guess?.note ?? "the secret key, or the value of something signed";
}

interface Mistake {
  note: string;
  message?: SignedMessage;
  payloadHash?: string;
}

function usualMistakes(message: SignedMessage, claim: SignatureClaim): Mistake[] {
  const host = message.headers.get("host") ?? "";
  const methods = ["GET", "HEAD", "PUT", "POST", "DELETE"].filter((name) => name !== message.method);
  return [
    ...methods.map((method) => ({
      note: `signed for ${method}, sent as ${message.method}`,
      message: { ...message, method },
    })),
    {
      note: "the path was encoded twice before signing",
      message: { ...message, rawPath: message.rawPath.replaceAll("%", "%25") },
    },
    {
      note: "the path was normalised (. and .. removed) before signing",
      message: { ...message, rawPath: new URL(`http://host${message.rawPath}`).pathname },
    },
    {
      note: "the host was signed without its port",
      message: { ...message, headers: new Map(message.headers).set("host", host.replace(/:\d+$/, "")) },
    },
    { note: "the payload was signed as UNSIGNED-PAYLOAD", payloadHash: "UNSIGNED-PAYLOAD" },
    ...claim.signedHeaders.map((name) => ({
      note: `signed header ${name} was empty when it was signed`,
      message: { ...message, headers: new Map(message.headers).set(name, "") },
    })),
  ];
}
