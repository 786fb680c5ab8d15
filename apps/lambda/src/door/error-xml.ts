/** As S3 says it, so that clients understand. @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function errorXml(code: string, message: string): string {
  const escaped = message.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped}</Message></Error>`;
}
