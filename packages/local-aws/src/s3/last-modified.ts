/** S3 counts the time of an object in whole seconds, as the Last-Modified header must. */
export function toLastModified(now: Date): Date {
  return new Date(Math.floor(now.getTime() / 1000) * 1000);
}
