import type { IncomingMessage } from "node:http";
import * as z from "zod/mini";
import { type LoopbackServer, startLoopbackServer } from "../loopback-server.ts";
import { sendBytes } from "../send-bytes.ts";
import { ControlError } from "./control-error.ts";
import type { Faults } from "./create-faults.ts";
import { Fault, type FaultList } from "./fault.ts";
import { readJson } from "./read-json.ts";

const ClockShift = z.strictObject({ shiftMs: z.int() });

/**
 * The same control for another process: JSON over HTTP, on a port of its own.
 *
 *     GET    /faults                → 200 `FaultList`
 *     POST   /faults      `Fault`   → 201 `FaultReport`
 *     DELETE /faults                → 204
 *     DELETE /faults/ID             → 204, or 404 when it was removed before
 *     PUT    /clock  {"shiftMs": n} → 204
 *     POST   /credentials/expire    → 204
 *
 * No page of a browser can use it: not by a rebound name, since the Host must be this machine's, and not
 * by a form or a simple `fetch`, since a change needs a content type that asks for a preflight.
 *
 * @throws the error of `listen`, such as EADDRINUSE, as it is
 */
export function startControlServer(options: { port: number; faults: Faults }): Promise<LoopbackServer> {
  return startLoopbackServer({
    port: options.port,
    toBadRequest: () => "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    async handle(message, response, sendContinue) {
      let wasContinued = false;
      const request: ControlRequest = {
        message,
        sendContinue() {
          wasContinued = true;
          sendContinue();
        },
      };
      const { status, value } = await answer(options.faults, request);
      const bytes = Buffer.from(value === undefined ? "" : JSON.stringify(value));
      const headers = value === undefined ? {} : { "content-type": "application/json" };
      await sendBytes({ message, response, wasContinued }, { status, headers, bytes }).catch(() =>
        response.destroy(),
      );
    },
  });
}

interface ControlRequest {
  message: IncomingMessage;
  sendContinue: () => void;
}

interface Answer {
  status: number;
  value?: unknown;
}

async function answer(faults: Faults, request: ControlRequest): Promise<Answer> {
  try {
    checkHost(request.message.headers.host);
    return await act(faults, request);
  } catch (error) {
    const status = error instanceof ControlError ? error.status : 500;
    return { status, value: { message: error instanceof Error ? error.message : String(error) } };
  }
}

async function act(faults: Faults, request: ControlRequest): Promise<Answer> {
  const { method, url = "" } = request.message;
  const id = /^\/faults\/(\w+)$/.exec(url)?.[1];
  switch (`${method} ${id === undefined ? url : "/faults/ID"}`) {
    case "GET /faults":
      return { status: 200, value: { faults: faults.list() } satisfies FaultList };
    case "POST /faults": {
      const injected = faults.inject(await readJson(request, Fault));
      return { status: 201, value: faults.list().find((fault) => fault.id === injected.id) };
    }
    case "DELETE /faults":
      faults.removeAll();
      return { status: 204 };
    case "DELETE /faults/ID": {
      const fault = faults.find(id ?? "");
      if (fault === undefined) throw new ControlError(404, "there is no such fault");
      fault.remove();
      return { status: 204 };
    }
    case "PUT /clock":
      faults.shiftClock((await readJson(request, ClockShift)).shiftMs);
      return { status: 204 };
    case "POST /credentials/expire":
      await readJson(request, z.strictObject({}));
      faults.expireCredentials();
      return { status: 204 };
    default:
      throw new ControlError(404, `there is no ${method} ${url}`);
  }
}

function checkHost(host: string | undefined): void {
  const name = host?.replace(/:\d+$/, "");
  if (name === "127.0.0.1" || name === "localhost") return;
  throw new ControlError(403, "the Host must be 127.0.0.1 or localhost");
}
