import { CLIENTS, type ClientName } from "../clients.ts";
import type { FaultRow, Skip } from "./fault-row.ts";
import { expiredUrl, isPart, STRUCK_PART } from "./matching.ts";
import { midUpload } from "./mid-upload.ts";

const HOUR_MS = 3_600_000;

export const EXPIRY: readonly FaultRow[] = [
  {
    name: "expired-url",
    title: "URL expired (403 Request has expired)",
    how: `a proxy refuses the first URL of part ${STRUCK_PART} for good, and takes one that was signed later`,
    task: "upload",
    skip: withoutApi,
    skipAtDoors: "n/a", // which ask the store with a signature of their own
    strike({ rig }) {
      rig.addRule(expiredUrl(isPart));
    },
  },
  {
    name: "expired-session",
    title: "session credentials expired (ExpiredToken)",
    how: "while a part is on its way all sessions end, before the time that they said; the servers have new ones from then on",
    task: "upload",
    skipAtDoors: "n/a", // whose sessions Amazon renews
    strike: (context) =>
      midUpload(context, () => {
        context.rig.aws.faults.expireCredentials();
        context.rig.api.renewSession();
      }),
  },
  apiClock("ahead", HOUR_MS),
  apiClock("behind", -HOUR_MS),
  clientClock("ahead", HOUR_MS),
  clientClock("behind", -HOUR_MS),
  {
    name: "user-token-renewed",
    title: "user's token expired, the client can get another",
    how: "while a part is on its way the API stops taking the user's token; the client was given a function",
    task: "upload",
    userToken: "renewed",
    skip: withoutApi,
    strike: (context) => midUpload(context, () => context.rig.userTokens.expire()),
  },
  {
    name: "user-token-fixed",
    title: "user's token expired for good",
    how: "the same, but the client was given a token and cannot get another",
    task: "upload",
    skip: withoutApi,
    strike: (context) => midUpload(context, () => context.rig.userTokens.expire()),
  },
];

function apiClock(direction: "ahead" | "behind", shiftMs: number): FaultRow {
  return {
    name: `api-clock-${direction}`,
    title: `API's clock an hour ${direction}`,
    how: `the clock of store and STS is an hour ${direction === "ahead" ? "behind" : "ahead of"} that of everybody else`,
    task: "upload",
    skip: withoutApi,
    skipAtDoors: "n/a", // whose clock is the store's
    strike({ rig }) {
      rig.aws.faults.shiftClock(-shiftMs);
      rig.struck();
    },
  };
}

function clientClock(direction: "ahead" | "behind", shiftMs: number): FaultRow {
  return {
    name: `client-clock-${direction}`,
    title: `client's clock an hour ${direction}`,
    how: `\`Date\` is shifted in the client: in Node by a module that is loaded first, in the page by a script`,
    task: "upload",
    clientClockShiftMs: shiftMs,
    strike({ rig }) {
      rig.struck();
    },
  };
}

function withoutApi(client: ClientName): Skip | undefined {
  return CLIENTS[client].hasApi ? undefined : "n/a";
}
