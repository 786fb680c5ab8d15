import {
  MAX_OBJECT_BYTES,
  MAX_PART_BYTES,
  MAX_PART_COUNT,
  MAX_SINGLE_PUT_BYTES,
  MiB,
  MIN_PART_BYTES,
} from "./s3-limits.ts";
import type { Route, RouteChoice } from "./schemas/route.ts";
import { WaybillError } from "./waybill-error.ts";

interface RouteCapabilities {
  upload: {
    /** Largest object in bytes. */
    maxObjectBytes: number;
    /** Largest body of one request in bytes. */
    maxBodyBytes: number;
    /** Undefined: the route carries single requests only. */
    parts: { minBytes: number; maxBytes: number } | undefined;
  };
  download: {
    /** The most that one answer can bring; what is larger comes in ranges. */
    maxBodyBytes: number;
  };
}

/** What the store itself takes, and gives. */
const STORE = {
  upload: {
    maxObjectBytes: MAX_OBJECT_BYTES,
    maxBodyBytes: MAX_SINGLE_PUT_BYTES,
    parts: { minBytes: MIN_PART_BYTES, maxBytes: MAX_PART_BYTES },
  },
  download: { maxBodyBytes: MAX_OBJECT_BYTES },
};

/**
 * Of the 6 MiB that AWS Lambda takes and gives base64 leaves three quarters, from which the event's other fields go.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const LAMBDA_BODY_BYTES = 4_500_000;

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const GATEWAY_BODY_BYTES = 10_000_000;

/** Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const CLOUDFRONT_ANSWER_BYTES = 50_000_000_000;

/**
 * The ways along which bytes can travel, and what each can do. The planner, the schemas, the command line, the page and
 * the documentation all read this table.
 */
export const ROUTES: Readonly<Record<Route, RouteCapabilities>> = {
  presigned: STORE,
  credentials: STORE,
  cloudfront: {
    upload: STORE.upload,
    download: { maxBodyBytes: CLOUDFRONT_ANSWER_BYTES },
  },
  apigateway: {
    upload: {
      maxObjectBytes: 9 * MiB * MAX_PART_COUNT, // parts are a whole number of MiB where there are so many
      maxBodyBytes: GATEWAY_BODY_BYTES,
      parts: { minBytes: MIN_PART_BYTES, maxBytes: GATEWAY_BODY_BYTES },
    },
    download: { maxBodyBytes: GATEWAY_BODY_BYTES },
  },
  lambda: {
    upload: { maxObjectBytes: LAMBDA_BODY_BYTES, maxBodyBytes: LAMBDA_BODY_BYTES, parts: undefined },
    download: { maxBodyBytes: LAMBDA_BODY_BYTES },
  },
};

/** Where the bytes go, in a few words for who has to choose. */
export const ROUTE_PATHS: Readonly<Record<Route, string>> = {
  presigned: "straight to the store, each request signed by the API",
  credentials: "straight to the store, each request signed by the client with temporary credentials",
  cloudfront: "through the nearest edge of CloudFront",
  apigateway: "through API Gateway, which passes it on to the store",
  lambda: "through the API itself",
};

/** What is to travel. */
export type Load =
  | {
      direction: "upload";
      sizeBytes: number;
      /** Of what is planned already, or was asked for. */
      partSizeBytes?: number | undefined;
      /** Whether it has to go in one request. */
      inOne?: boolean;
    }
  | { direction: "download" };

/** The route with which a client plans before it has asked; the server says in the end which it is. */
export function plannedRoute(choice: RouteChoice): Route {
  return choice === "auto" ? "presigned" : choice;
}

/**
 * The route that a load takes: the one that was chosen, or of those that are offered the first that can carry it.
 *
 * @param options.offered - the best first
 * @returns and why, in a sentence for people
 * @throws {WaybillError} `ROUTE_UNAVAILABLE` when the chosen one is not offered; `TOO_LARGE` when none carries it, which
 *   names one that would
 */
export function chooseRoute(options: { choice: RouteChoice; offered: readonly Route[]; load: Load }): {
  route: Route;
  reason: string;
} {
  const { choice, offered, load } = options;
  if (offered.length === 0) throw new WaybillError("ROUTE_UNAVAILABLE", "No route is offered for this.");
  if (choice !== "auto" && !offered.includes(choice))
    throw new WaybillError("ROUTE_UNAVAILABLE", `${choice} is not offered here, but ${offered.join(", ")}.`);
  const wanted = choice === "auto" ? offered : [choice];
  const route = wanted.find((candidate) => carries(candidate, load));
  if (route !== undefined)
    return { route, reason: choice === "auto" ? reasonOf(route, offered, load) : "It was asked for." };
  const better = offered.filter((candidate) => carries(candidate, load));
  throw new WaybillError(
    "TOO_LARGE",
    `${refusalOf(wanted, load)}${better.length > 0 ? ` Take ${better.join(", ")}.` : ""}`,
  );
}

/** Whether a route can carry it. */
function carries(route: Route, load: Load): boolean {
  if (load.direction === "download") return true; // in ranges, if need be
  const { maxObjectBytes, maxBodyBytes, parts } = ROUTES[route].upload;
  const { sizeBytes, partSizeBytes, inOne = false } = load;
  if (sizeBytes > (inOne ? maxBodyBytes : maxObjectBytes)) return false;
  if (inOne || parts === undefined || partSizeBytes === undefined) return true;
  return partSizeBytes >= parts.minBytes && partSizeBytes <= parts.maxBytes;
}

function reasonOf(route: Route, offered: readonly Route[], load: Load): string {
  const passed = offered.slice(0, offered.indexOf(route));
  if (passed.length === 0) return "It is the first of those that are offered.";
  return `It is the first of those that are offered that carries this: ${refusalOf(passed, load)}`;
}

function refusalOf(routes: readonly Route[], load: Load): string {
  const limits = routes.map(
    (route) => `${route} carries at most ${ROUTES[route].upload.maxObjectBytes} bytes`,
  );
  const size = load.direction === "upload" ? `, and this is ${load.sizeBytes}` : "";
  return `${limits.join(", ")}${size}.`;
}
