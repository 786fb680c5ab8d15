import type { RouteChoice } from "@waybill/core";
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

/** One column of a matrix. */
export interface Column {
  client: ClientName;
  route: RouteChoice;
}

/** All clients, each as it comes. */
export const COLUMNS: readonly Column[] = ClientName.options.map((client) => ({ client, route: "auto" }));

/** Ours, on every further route that carries parts. */
export const ROUTE_COLUMNS: readonly Column[] = (
  ["credentials", "apigateway", "cloudfront"] as const
).flatMap((route) => [
  { client: "waybill-node" as const, route },
  { client: "waybill-chromium" as const, route },
]);

export function titleOf({ client, route }: Column): string {
  return route === "auto" ? CLIENTS[client].title : `${route}, ${CLIENTS[client].runsIn}`;
}

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
