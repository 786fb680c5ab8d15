import { ROUTES, type CollectionInfo, type Route, type RouteChoice } from "@waybill/core";
import { formatBytes } from "../format/format-bytes.ts";

/** Where what is added next goes, and along which way. */
export interface SendOptions {
  /** Those that one may upload to; none before they are known. */
  collections: readonly CollectionInfo[];
  collection: string;
  route: RouteChoice;
}

export type SendOptionsEvent =
  | { type: "known"; collections: readonly CollectionInfo[]; remembered: Partial<Remembered> }
  | { type: "collection-chosen"; collection: string }
  | { type: "route-chosen"; route: string };

/** What somebody has chosen, as text: it counts where it is offered. */
export interface Remembered {
  collection: string;
  route: string;
}

export const initialSendOptions: SendOptions = { collections: [], collection: "files", route: "auto" };

export function sendOptions(options: SendOptions, event: SendOptionsEvent): SendOptions {
  switch (event.type) {
    case "known": {
      const collections = event.collections.filter(({ actions }) => actions.includes("create"));
      const { collection = options.collection, route = options.route } = event.remembered;
      return settle({ ...options, collections }, collection, route);
    }
    case "collection-chosen":
      return settle(options, event.collection, options.route);
    case "route-chosen":
      return settle(options, options.collection, event.route);
  }
}

function settle(options: SendOptions, collection: string, route: string): SendOptions {
  const { collections } = options;
  const chosen = collections.find(({ name }) => name === collection) ?? collections[0];
  if (chosen === undefined) return options;
  const offered = chosen.routes.find((each) => each === route) ?? "auto";
  return { collections, collection: chosen.name, route: offered };
}

export function chosenCollection({ collections, collection }: SendOptions): CollectionInfo | undefined {
  return collections.find(({ name }) => name === collection);
}

/** What somebody has to know before it goes there; undefined: it stays. */
export function keptFor({ retentionDays }: Pick<CollectionInfo, "retentionDays">): string | undefined {
  if (retentionDays === undefined) return undefined;
  return `Kept for ${retentionDays === 1 ? "1 day" : `${retentionDays} days`}, then removed.`;
}

/** Why a collection would not take a file, so that nothing need be sent to find out; undefined: it may. */
export function refusalOf(
  { name, maxBytes, accept }: Pick<CollectionInfo, "name" | "maxBytes" | "accept">,
  { size, type }: Pick<File, "size" | "type">,
): string | undefined {
  if (size > maxBytes)
    return `${name} takes at most ${formatBytes(maxBytes)}, and this is ${formatBytes(size)}.`;
  const contentType = type === "" ? "application/octet-stream" : type.toLowerCase();
  if (accept.length === 0 || accept.some((range) => covers(range.toLowerCase(), contentType)))
    return undefined;
  return `${name} takes ${accept.join(", ")}, and this is ${contentType}.`;
}

function covers(range: string, contentType: string): boolean {
  return range.endsWith("/*") ? contentType.startsWith(range.slice(0, -1)) : contentType === range;
}

/**
 * Which route to ask for, for a download that the browser fetches in one request: one that brings all of it at once.
 * Credentials make no link.
 */
export function linkWish(choice: RouteChoice, sizeBytes: number): { route: RouteChoice; avoid: Route[] } {
  const avoid = ALL_ROUTES.filter((route) => ROUTES[route].download.maxBodyBytes < sizeBytes);
  const cannot = choice === "credentials" || avoid.some((route) => route === choice);
  return { route: cannot ? "auto" : choice, avoid };
}

const ALL_ROUTES: readonly Route[] = ["presigned", "cloudfront", "apigateway", "lambda"];
