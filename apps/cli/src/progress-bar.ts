import type { Progress, TransferEvent } from "@waybill/client/node";
import { SingleBar } from "cli-progress";
import { formatBytes, formatSeconds, printable } from "./format.ts";
import type { CommandContext } from "./command-context.ts";
import { obstacleOf } from "./transfers/obstacle-of.ts";

export interface ProgressBar extends Disposable {
  onEvent: (event: TransferEvent) => void;
}

/** A bar on a terminal that somebody looks at; nothing where the output is read by a program. */
export function createProgressBar({ terminal, json }: CommandContext, label: string): ProgressBar {
  if (!terminal.interactive || json) return { onEvent: () => {}, [Symbol.dispose]: () => {} };
  const bar = new SingleBar({
    format: `{label} [{bar}] {percentage}%  {done} of {size}  {speed}  {left}`,
    barsize: 24,
    hideCursor: true,
    stopOnComplete: false,
    linewrap: false,
  });
  const name = shorten(printable(label));
  bar.start(1, 0, { label: name, done: "", size: "", speed: "", left: "" });
  function report({ transferredBytes, totalBytes, bytesPerSecond, secondsLeft }: Progress) {
    bar.setTotal(Math.max(1, totalBytes));
    bar.update(totalBytes === 0 ? 1 : transferredBytes, {
      label: name,
      done: formatBytes(transferredBytes),
      size: formatBytes(totalBytes),
      speed: bytesPerSecond > 0 ? `${formatBytes(bytesPerSecond)}/s` : "",
      left: secondsLeft === undefined || secondsLeft === 0 ? "" : `${formatSeconds(secondsLeft)} left`,
    });
  }
  return {
    onEvent(event) {
      if (event.type === "progress") report(event.progress);
      // Until the next byte moves.
      if (event.type === "waiting") bar.update({ speed: "", left: obstacleOf(event.error) });
    },
    [Symbol.dispose]: () => bar.stop(),
  };
}

function shorten(label: string): string {
  const characters = Array.from(label);
  return characters.length <= 32
    ? label
    : `${characters.slice(0, 14).join("")}…${characters.slice(-17).join("")}`;
}
