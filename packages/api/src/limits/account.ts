import { WaybillError } from "@waybill/core";
import { decide, mustSeeUploads, type Decision, type Lease, type Want } from "./decide.ts";
import { EMPTY_LEDGER, formatLedger, Ledger, withOpenUploads, type SeenUploads } from "./ledger.ts";
import type { LimitSettings } from "./limit-settings.ts";
import type { Records } from "./records.ts";
import { MINUTE_MS } from "./time-windows.ts";

export interface AccountDeps {
  records: Records;
  limits: LimitSettings;
  now: () => Date;
  random: () => number; // [0, 1)
  sleep: (ms: number) => Promise<void>;
}

/** What one instance of the API knows of one principal. Any number of instances may have one of the same. */
export interface Account {
  /** @throws {WaybillError} as a limit says; `STORAGE_…` when nobody can tell */
  ask(want: Want): Promise<void>;
}

/** Each time somebody was faster: so many who write at once can be served, one after the other. */
const MAX_TRIES = 16;
/** A store that does not answer is not asked as often: somebody waits. */
const MAX_UNANSWERED = 2;
const BASE_DELAY_MS = 10;
const MAX_DELAY_MS = 500;

interface Known {
  ledger: Ledger;
  version: string | undefined;
}

interface Asked {
  want: Want;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * @param name - of the principal's record
 * @param seeUploads - asks the store what is open of it
 */
export function createAccount(
  { records, limits, now, random, sleep }: AccountDeps,
  name: string,
  seeUploads: () => Promise<SeenUploads>,
): Account {
  /** As it was last read or written. */
  let known: Known | undefined;
  /** Somebody else has written meanwhile: it is cheaper to read first than to be refused. */
  let isShared = false;
  let lease: Lease = { window: -1, left: 0 };
  let queue: Asked[] = [];
  let isBusy = false;

  function spend(): boolean {
    if (lease.left === 0 || lease.window < Math.floor(now().getTime() / MINUTE_MS)) return false;
    lease = { ...lease, left: lease.left - 1 };
    return true;
  }

  async function serve(): Promise<void> {
    await Promise.resolve(); // what is asked for in the same moment, as by the calls of a batch, is one write
    while (queue.length > 0) {
      const asked = queue;
      queue = [];
      const waiting = asked.filter(({ want, resolve }) => {
        const isServed = want.kind === "request" && spend();
        if (isServed) resolve();
        return !isServed;
      });
      try {
        if (waiting.length > 0) await settle(waiting);
      } catch (error) {
        for (const { reject } of waiting) reject(error);
      }
    }
    isBusy = false;
  }

  async function settle(asked: readonly Asked[]): Promise<void> {
    const wants = asked.map(({ want }) => want);
    const written = new Map<string, Decision>(); // what we have tried to write, by the id of the write
    let unanswered = 0;
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      try {
        const seen = tries > 1 || isShared || known === undefined ? await read() : known;
        const carriedOut = seen.ledger.writes.map((id) => written.get(id)).find((it) => it !== undefined);
        if (carriedOut !== undefined) return conclude(asked, carriedOut);
        const nowMs = now().getTime();
        const { ledger, oldestMs } = mustSeeUploads(wants, seen.ledger, limits)
          ? withOpenUploads(seen.ledger, await seeUploads(), nowMs)
          : { ledger: seen.ledger, oldestMs: nowMs };
        const decision = decide(wants, ledger, limits, { nowMs, oldestMs, lease });
        if (!decision.isChanged) return conclude(asked, decision);
        const writeId = Math.floor(random() * 2 ** 48).toString(36);
        written.set(writeId, decision);
        const signed = formatLedger(decision.ledger, writeId);
        const newVersion = await records.write(name, signed.text, seen.version);
        if (newVersion !== undefined) {
          known = { ledger: signed.ledger, version: newVersion };
          return conclude(asked, decision);
        }
      } catch (error) {
        if (!(error instanceof WaybillError && error.retryable) || ++unanswered === MAX_UNANSWERED)
          throw error;
      }
      await sleep(random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** tries));
    }
    throw new WaybillError("STORAGE_BUSY", "You are counted in too many places at once. Please try again.");
  }

  async function read(): Promise<Known> {
    const found = await records.read(name);
    isShared = known !== undefined && known.version !== found?.version;
    known = { ledger: found === undefined ? EMPTY_LEDGER : parse(found.text), version: found?.version };
    return known;
  }

  function conclude(asked: readonly Asked[], decision: Decision): void {
    const { refusals, isChanged, lease: more } = decision;
    if (isChanged) lease = { ...more, left: more.left + (more.window === lease.window ? lease.left : 0) };
    for (const [index, { resolve, reject }] of asked.entries()) {
      const refusal = refusals[index];
      if (refusal === undefined) resolve();
      else reject(refusal);
    }
  }

  return {
    ask(want) {
      if (want.kind === "request" && spend()) return Promise.resolve();
      return new Promise((resolve, reject) => {
        queue.push({ want, resolve, reject });
        if (!isBusy) {
          isBusy = true;
          void serve();
        }
      });
    },
  };
}

function parse(text: string): Ledger {
  const ledger = Ledger.safeParse(JSON.parse(text));
  if (ledger.success) return ledger.data;
  throw new WaybillError("INTERNAL", "A record of limits cannot be read.", { cause: ledger.error });
}
