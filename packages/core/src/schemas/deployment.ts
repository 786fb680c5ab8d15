import * as z from "zod/mini";

const HttpsUrl = z.url({ protocol: /^https$/ });

/** What `npx turbo deploy` writes down for `npx waybill doctor --deployed`. */
export const Deployment = z.object({
  stage: z.string(),
  region: z.string(),
  apiUrl: HttpsUrl,
  /** With its slash. */
  pageUrl: HttpsUrl,
  /** Where CloudFront hands out files. */
  filesUrl: HttpsUrl,
  /** The Function URL that streams downloads, where there is one. */
  streamUrl: z.optional(HttpsUrl),
  bucket: z.string(),
  /** Of Cognito: where people who may log in are added. */
  userPool: z.string(),
});
export type Deployment = z.infer<typeof Deployment>;

/** Its name, in the root of the repository. */
export const DEPLOYMENT_FILE = "waybill-outputs.json";
