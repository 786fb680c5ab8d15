/** How much each principal may have. What is left out is not limited. */
export interface LimitSettings {
  /** Uploads in parts that are neither completed nor aborted, at once. */
  openUploads?: number | undefined;
  /** What uploads are signed for from one midnight (UTC) to the next, in bytes. */
  bytesPerDay?: number | undefined;
  /** Calls of the API in one minute by the clock. */
  requestsPerMinute?: number | undefined;
}
