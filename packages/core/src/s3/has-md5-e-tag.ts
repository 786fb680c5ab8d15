/**
 * Whether the encryption that an answer names leaves the ETag an MD5. Keys of KMS and those of the client do
 * not; without encryption, and with the store's own keys, it is one.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function hasMd5ETag(answer: {
  ServerSideEncryption?: string | undefined;
  SSECustomerAlgorithm?: string | undefined;
}): boolean {
  const { ServerSideEncryption: encryption = "AES256", SSECustomerAlgorithm } = answer;
  return encryption === "AES256" && SSECustomerAlgorithm === undefined;
}
