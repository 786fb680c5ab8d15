import {
  MAX_OBJECT_BYTES,
  MAX_PART_BYTES,
  MAX_PART_COUNT,
  MAX_SINGLE_PUT_BYTES,
  MiB,
  MIN_PART_BYTES,
} from "./s3-limits.ts";
import { SINGLE_PUT_LIMIT_BYTES } from "./multipart/single-put-limit.ts";
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

/** What gets lost on the way. */
const LOSSES: Readonly<Partial<Record<Route, { keys: RegExp; metadataInOne: boolean }>>> = {
  apigateway: {
    keys: /\+/, // which it leaves as it is, and S3 reads as a space
    metadataInOne: true, // each name would have to be mapped; that of parts is in the store before them
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

/** Why `auto` takes the best: there is nothing that anybody need be told. */
export const FIRST_ROUTE_REASON = "It is the first of those that are offered.";

/** What is to travel. */
export type Load =
  | {
      direction: "upload";
      key: string;
      hasMetadata: boolean;
      sizeBytes: number;
      /** Of what is planned already, or was asked for. */
      partSizeBytes?: number | undefined;
      /** Whether it has to go in one request. */
      inOne?: boolean;
    }
  | { direction: "download"; key: string };

/** The route with which a client plans before it has asked; the server says in the end which it is. */
export function plannedRoute(choice: RouteChoice): Route {
  return choice === "auto" ? "presigned" : choice;
}

/**
 * The route that a load takes: the one that was chosen, or of those that are offered the first that can carry it.
 *
 * @param options.offered - the best first
 * @returns and why, in a sentence for people
 * @throws {WaybillError} `ROUTE_UNAVAILABLE` when the chosen one is not offered, `TOO_LARGE` or `ROUTE_UNAVAILABLE` when
 *   none carries it, with what would
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
  const route = wanted.find((candidate) => obstacleTo(candidate, load) === undefined);
  if (route !== undefined)
    return { route, reason: choice === "auto" ? reasonOf(route, offered, load) : "It was asked for." };
  const [code = "ROUTE_UNAVAILABLE"] = wanted.map((each) => obstacleTo(each, load)?.code);
  const better = offered.filter((candidate) => obstacleTo(candidate, load) === undefined);
  const advice = better.length === 0 ? "" : ` Take ${better.join(", ")}.`;
  throw new WaybillError(code, `${obstaclesTo(wanted, load)}${advice}`);
}

interface Obstacle {
  code: "TOO_LARGE" | "ROUTE_UNAVAILABLE";
  /** What goes behind the route's name. */
  text: string;
}

/** Why a route cannot carry it. */
function obstacleTo(route: Route, load: Load): Obstacle | undefined {
  const losses = LOSSES[route];
  if (losses?.keys.test(load.key)) return unfit("loses keys with such characters");
  if (load.direction === "download") return undefined; // it comes in ranges, if need be
  const { maxObjectBytes, maxBodyBytes, parts } = ROUTES[route].upload;
  const { sizeBytes, partSizeBytes, hasMetadata, inOne = false } = load;
  const mostBytes = inOne ? maxBodyBytes : maxObjectBytes;
  if (sizeBytes > mostBytes)
    return { code: "TOO_LARGE", text: `carries at most ${mostBytes} bytes, and this is ${sizeBytes}` };
  const isSingle = inOne || sizeBytes <= Math.min(partSizeBytes ?? SINGLE_PUT_LIMIT_BYTES, maxBodyBytes);
  if (isSingle && hasMetadata && losses?.metadataInOne === true)
    return unfit("carries no metadata with a single request");
  if (inOne || parts === undefined || partSizeBytes === undefined) return undefined;
  if (partSizeBytes >= parts.minBytes && partSizeBytes <= parts.maxBytes) return undefined;
  return unfit(
    `takes parts of ${parts.minBytes} to ${parts.maxBytes} bytes, and these have ${partSizeBytes}`,
  );
}

function unfit(text: string): Obstacle {
  return { code: "ROUTE_UNAVAILABLE", text };
}

function reasonOf(route: Route, offered: readonly Route[], load: Load): string {
  const passed = offered.slice(0, offered.indexOf(route));
  if (passed.length === 0) return FIRST_ROUTE_REASON;
  return `It is the first of those that are offered that carries this: ${obstaclesTo(passed, load)}`;
}

function obstaclesTo(routes: readonly Route[], load: Load): string {
  return `${routes.map((route) => `${route} ${obstacleTo(route, load)?.text}`).join("; ")}.`;
}
