/** The page's origins: people type either name of this machine. */
export function webOrigins(port: number): string[] {
  return [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
}
