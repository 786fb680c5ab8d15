import { sleep, type Integrity } from "@waybill/core";
import { createApiClient, type ApiClient, type ApiFetch, type TokenSource } from "../api-client.ts";
import type { PatienceDeps } from "./patience.ts";
import type { LoadMd5 } from "./platform.ts";
import { createStallLimit, type StallLimit } from "./stall-limit.ts";
import { createTraffic, type Traffic } from "./traffic.ts";
import { createTurns, type Turns } from "./turns.ts";
import type { UploadJournal } from "./upload-journal.ts";
import type { WholeChecksum } from "./whole-checksum.ts";

/** What the engine needs from outside; tests give it a clock and randomness of their own. */
export interface EngineDeps extends PatienceDeps {
  api: ApiClient;
  /** Named in errors, so that people know what cannot be reached. */
  apiUrl: string;
  /** A request on which no byte moves for so long is given up and sent again. */
  stallMs: number;
  /** The same for parts of uploads, where it is learnt. */
  stallLimit: StallLimit;
  /** A transfer that gets nowhere for so long is given up. */
  patienceMs: number;
  /** What all transfers of this client share. */
  traffic: Traffic;
  /** Which checksums the store takes. Until the API has told, what most do. */
  integrity: Integrity;
  /** Whether the API has ever answered: then it is there, and what begins waits for it as long as what moves. */
  isKnown: boolean;
  loadMd5: LoadMd5;
  wholeChecksum: WholeChecksum;
  /** Uploads that are prepared at once, or are sent in one request. */
  turns: Turns;
  /** Calls that begin uploads. */
  beginning: Turns;
  /** Where uploads are noted that could be gone on with. */
  journal: UploadJournal | undefined;
}

/** What carrying a download needs, once it is granted. */
export interface ReceiverDeps extends PatienceDeps, Pick<EngineDeps, "stallMs" | "patienceMs" | "loadMd5"> {
  traffic: Pick<Traffic, "pace">;
}

export interface ClientOptions {
  /** Where the API answers. */
  url: string;
  /** A bearer token, or how to get one. */
  token?: TokenSource | undefined;
  /** A call of the API without an answer for so long is made again. Default 30,000. */
  callTimeoutMs?: number | undefined;
  /** A request on which no byte moves for so long is sent again; less once it is known what is usual. Default 30,000. */
  stallMs?: number | undefined;
  /** A transfer that gets nowhere for so long, while there is a network, is given up. Default 120,000. */
  patienceMs?: number | undefined;
  /** The most requests of all transfers together that are on their way at once. Default 16 in Node, 6 in browsers. */
  maxRequests?: number | undefined;
  /** A limit for all transfers together. Default: none. */
  maxBytesPerSecond?: number | undefined;
  /** Where uploads are noted, so that another run can go on with them. Default: nowhere. */
  journal?: UploadJournal | undefined;
}

/** What browsers and Node do differently. */
export interface PlatformDeps {
  maxRequests: number;
  whenOnline: EngineDeps["whenOnline"];
  loadMd5: LoadMd5;
  wholeChecksum: WholeChecksum;
  /** Left out: the platform's own. */
  fetch?: ApiFetch;
}

/** As many as are sent, and others that are prepared meanwhile. */
const TURNS_A_REQUEST = 3;
/** While as many are on their way, others wait, and leave together. */
const BEGINNING = 4;

/** The real ones. */
export function createEngineDeps(options: ClientOptions, platform: PlatformDeps): EngineDeps {
  const nowMs = () => performance.now();
  const stallMs = options.stallMs ?? 30_000;
  const maxRequests = Math.max(1, options.maxRequests ?? platform.maxRequests);
  return {
    api: createApiClient({ ...options, ...(platform.fetch && { fetch: platform.fetch }) }),
    apiUrl: options.url,
    sleep,
    random: Math.random,
    nowMs,
    whenOnline: platform.whenOnline,
    stallMs,
    stallLimit: createStallLimit({ maxMs: stallMs }),
    patienceMs: options.patienceMs ?? 120_000,
    traffic: createTraffic({
      maxRequests,
      bytesPerSecond: options.maxBytesPerSecond,
      nowMs,
      sleep,
    }),
    integrity: "CRC64NVME",
    isKnown: false,
    loadMd5: platform.loadMd5,
    wholeChecksum: platform.wholeChecksum,
    turns: createTurns(TURNS_A_REQUEST * maxRequests),
    beginning: createTurns(BEGINNING, true),
    journal: options.journal,
  };
}
