import * as z from "zod/mini";

export const ClientName = z.enum([
  "waybill-node",
  "waybill-chromium",
  "uppy",
  "better-upload",
  "better-upload-retry",
  "aws-sdk",
]);
export type ClientName = z.infer<typeof ClientName>;

export interface Client {
  title: string;
  runsIn: "node" | "page";
  downloads: boolean;
  /** Whether a server signs for it; else it has credentials of its own. */
  hasApi: boolean;
  /** How it is set up, where that is not as it comes. */
  setup: string;
}

const better =
  "`uploadFiles` against `handleRequest` of its server, with `multipart: true`; parts all at once";

/** The columns, in this order. */
export const CLIENTS: Readonly<Record<ClientName, Client>> = {
  "waybill-node": {
    title: "Waybill, Node",
    runsIn: "node",
    downloads: true,
    hasApi: true,
    setup: "`createWaybillClient` of `@waybill/client/node`, `stallMs: 3000`",
  },
  "waybill-chromium": {
    title: "Waybill, Chromium",
    runsIn: "page",
    downloads: true,
    hasApi: true,
    setup: "`createWaybillClient` of `@waybill/client/browser`, `stallMs: 3000`",
  },
  uppy: {
    title: "Uppy",
    runsIn: "page",
    downloads: false,
    hasApi: true,
    setup: "`@uppy/aws-s3` with `shouldUseMultipart: true` and `signRequest`, which asks a server to sign",
  },
  "better-upload": { title: "better-upload", runsIn: "page", downloads: false, hasApi: true, setup: better },
  "better-upload-retry": {
    title: "better-upload, retry",
    runsIn: "page",
    downloads: false,
    hasApi: true,
    setup: "the same with `retry: 3, retryDelay: 500`",
  },
  "aws-sdk": {
    title: "AWS SDK, Node",
    runsIn: "node",
    downloads: true,
    hasApi: false,
    setup: "up: `Upload` of `@aws-sdk/lib-storage` from a file's stream; down: `GetObject` piped to a file",
  },
};
