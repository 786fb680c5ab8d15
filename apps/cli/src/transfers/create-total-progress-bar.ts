import { MultiBar } from "cli-progress";
import type { CommandContext } from "../command-context.ts";
import { formatBytes, formatCount, formatSeconds } from "../format.ts";
import type { Terminal } from "../terminal.ts";
import type { TotalProgress } from "./create-total-meter.ts";

export interface TotalProgressBar extends Disposable {
  /** Writes above the bar while it is there. */
  terminal: Terminal;
}

const REDRAW_MS = 100;
/** What is written around the bar, at its longest. */
const TEXT_COLUMNS = 72;

/** One bar for all files on a terminal that somebody looks at; nothing where a program reads the output. */
export function createTotalProgressBar(
  { terminal, json }: Pick<CommandContext, "terminal" | "json">,
  progress: () => TotalProgress,
): TotalProgressBar {
  if (!terminal.interactive || json) return { terminal, [Symbol.dispose]: () => {} };
  const bars = new MultiBar({
    format: `{files} files [{bar}] {percentage}%  {done} of {size}  {speed}  {left}`,
    barsize: Math.min(24, Math.max(8, terminal.columns - TEXT_COLUMNS)),
    linewrap: true, // lines above the bar may be longer than the terminal is wide
    clearOnComplete: true,
    gracefulExit: false, // the command ends the bar, and says what was done
  });
  const bar = bars.create(1, 0, payloadOf(progress()));
  const redraw = () => {
    const current = progress();
    bar.update(current.share, payloadOf(current));
  };
  const timer = setInterval(redraw, REDRAW_MS);
  let active = true;
  return {
    terminal: {
      ...terminal,
      // What goes to a file does not disturb the bar.
      print: (line) => (active && terminal.printsToTerminal ? bars.log(`${line}\n`) : terminal.print(line)),
      note: (line) => (active ? bars.log(`${line}\n`) : terminal.note(line)),
    },
    [Symbol.dispose]() {
      if (!active) return;
      active = false;
      clearInterval(timer);
      redraw();
      bars.update(); // writes the lines that wait
      bars.stop();
    },
  };
}

function payloadOf(progress: TotalProgress): Record<string, string> {
  const { filesDone, fileCount, transferredBytes, totalBytes, bytesPerSecond, secondsLeft, obstacle } =
    progress;
  const isOver = secondsLeft === undefined || secondsLeft === 0;
  return {
    files: `${formatCount(filesDone)} of ${formatCount(fileCount)}`,
    done: formatBytes(transferredBytes),
    size: formatBytes(totalBytes),
    speed: bytesPerSecond > 0 && obstacle === undefined ? `${formatBytes(bytesPerSecond)}/s` : "",
    left: obstacle ?? (isOver ? "" : `${formatSeconds(secondsLeft)} left`),
  };
}
