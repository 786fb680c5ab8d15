/** Where a command writes; tests give it a memory of its own. */
export interface Terminal {
  /** One line of result on stdout. */
  print: (line: string) => void;
  /** One line for people on stderr. */
  note: (line: string) => void;
  /** Whether somebody looks at a progress bar. */
  interactive: boolean;
  /** How wide the one with the bar is. */
  columns: number;
  /** Whether `print` writes to a terminal, perhaps the one with the bar. */
  printsToTerminal: boolean;
}

export function createTerminal(): Terminal {
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    interactive: process.stderr.isTTY,
    columns: process.stderr.columns,
    printsToTerminal: process.stdout.isTTY,
  };
}
