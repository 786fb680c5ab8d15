import {
  obtainCookies,
  obtainGet,
  obtainPart,
  obtainPut,
  type Granted,
  type SignedRoute,
} from "./obtain-grants.ts";
import type { Scene } from "./scene.ts";

export const MISUSES = [
  "with another signature",
  "for another method",
  "for another key",
  "for another part",
  "with another length",
  "with another type",
  "with another checksum",
  "with other bytes",
  "so that it may replace what is there",
  "when it has ended",
  "a second time",
  "as another principal",
] as const;
export type Misuse = (typeof MISUSES)[number];

/** Status and code. */
export type Refusal = `${number} ${string}`;
/** It is answered, and why that is right. */
type Harmless = `harmless: ${string}`;

/** What the API grants on one route. */
export interface GrantRow {
  name: string;
  route: SignedRoute;
  obtain(scene: Scene): Promise<Granted>;
  /** None of its headers goes on to the store, which so is not asked for anything by them. */
  dropsHeaders?: true;
  /** How each misuse of it ends. */
  misused: Record<Misuse, Refusal | Harmless>;
}

type Misused = GrantRow["misused"];

const EXPIRED = "403 AccessDenied";

/** Of a PUT, where whatever differs from what was granted is refused in this way. */
const putMisused = (differs: Refusal): Misused => ({
  "with another signature": differs,
  "for another method": differs,
  "for another key": differs,
  "for another part": differs,
  "with another length": differs,
  "with another type": differs,
  "with another checksum": differs,
  "with other bytes": "400 BadDigest",
  "so that it may replace what is there": differs,
  "when it has ended": EXPIRED,
  "a second time": "412 PreconditionFailed",
  "as another principal": "403 TOKEN_INVALID",
});

const partMisused = (differs: Refusal): Misused => ({
  ...putMisused(differs),
  "with another type": "harmless: a part has no type, and the upload has had its own since it began",
  "so that it may replace what is there": "harmless: that is asked when the upload is completed, by the API",
  "a second time": "harmless: it takes the same bytes only",
});

const getMisused = (differs: Refusal): Misused => ({
  "with another signature": differs,
  "for another method": differs,
  "for another key": differs,
  "for another part": differs,
  "with another length": "harmless: nothing is sent",
  "with another type": differs,
  "with another checksum": "harmless: nothing is sent",
  "with other bytes": "harmless: nothing is sent",
  "so that it may replace what is there": "harmless: nothing is sent",
  "when it has ended": EXPIRED,
  "a second time": "harmless: it is read as often as its holder likes",
  "as another principal": "404 OBJECT_NOT_FOUND",
});

const OF_S3 = "403 SignatureDoesNotMatch";
const OF_A_DOOR = "403 AccessDenied";
const OF_THE_GATEWAY = "403 The request has no grant for this.";

/** What API Gateway refuses itself, or does not tell whom it asks: the length, which the checksum holds the bytes to. */
const BY_THE_GATEWAY = {
  "for another method": "403 Missing Authentication Token",
  "when it has ended": "403 Request has expired",
} as const;
const SENT_THROUGH_THE_GATEWAY = { ...BY_THE_GATEWAY, "with another length": "400 BadDigest" } as const;

/** CloudFront refuses a method that the distribution does not take in a page of its own. */
const READ_AT_THE_EDGE = { ...getMisused(OF_A_DOOR), "for another method": "403 ERROR" } as const;

/** A route that is new adds its rows. */
export const GRANTS: readonly GrantRow[] = [
  {
    name: "a presigned PUT",
    route: "presigned",
    obtain: obtainPut("presigned"),
    misused: putMisused(OF_S3),
  },
  {
    name: "a presigned part",
    route: "presigned",
    obtain: obtainPart("presigned"),
    misused: partMisused(OF_S3),
  },
  {
    name: "a presigned GET",
    route: "presigned",
    obtain: obtainGet("presigned"),
    misused: getMisused(OF_S3),
  },
  {
    name: "a PUT through the API",
    route: "lambda",
    obtain: obtainPut("lambda"),
    misused: putMisused(OF_A_DOOR),
  },
  {
    name: "a GET through the API",
    route: "lambda",
    obtain: obtainGet("lambda"),
    misused: getMisused(OF_A_DOOR),
  },
  {
    name: "a PUT through API Gateway",
    route: "apigateway",
    obtain: obtainPut("apigateway"),
    misused: { ...putMisused(OF_THE_GATEWAY), ...SENT_THROUGH_THE_GATEWAY },
  },
  {
    name: "a part through API Gateway",
    route: "apigateway",
    obtain: obtainPart("apigateway"),
    misused: { ...partMisused(OF_THE_GATEWAY), ...SENT_THROUGH_THE_GATEWAY },
  },
  {
    name: "a GET through API Gateway",
    route: "apigateway",
    obtain: obtainGet("apigateway"),
    misused: { ...getMisused(OF_THE_GATEWAY), ...BY_THE_GATEWAY },
  },
  {
    name: "a PUT through CloudFront",
    route: "cloudfront",
    obtain: obtainPut("cloudfront"),
    misused: putMisused(OF_A_DOOR),
  },
  {
    name: "a part through CloudFront",
    route: "cloudfront",
    obtain: obtainPart("cloudfront"),
    misused: partMisused(OF_A_DOOR),
  },
  {
    name: "a signed URL of CloudFront",
    route: "cloudfront",
    obtain: obtainGet("cloudfront"),
    dropsHeaders: true,
    misused: READ_AT_THE_EDGE,
  },
  {
    name: "cookies of CloudFront",
    route: "cloudfront",
    obtain: obtainCookies,
    dropsHeaders: true,
    misused: {
      ...READ_AT_THE_EDGE,
      "for another part": "harmless: CloudFront does not ask the store for parts",
      "with another type":
        "harmless: they are for all that is in a folder, and what is shown there runs nothing",
    },
  },
];
