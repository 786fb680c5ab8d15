import type { IssuedSession } from "../identity/create-identities.ts";
import { xmlElement, xmlText } from "../s3/xml/write-xml.ts";

export function credentialsXml({ credentials, expiresAt }: IssuedSession): string {
  return xmlElement("Credentials", [
    xmlText("AccessKeyId", credentials.accessKeyId),
    xmlText("SecretAccessKey", credentials.secretAccessKey),
    xmlText("SessionToken", credentials.sessionToken),
    xmlText("Expiration", `${expiresAt.toISOString().slice(0, 19)}Z`),
  ]);
}
