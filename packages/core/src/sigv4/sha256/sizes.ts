/** Bytes that SHA-256 reads at a time. */
export const BLOCK_BYTES = 64;

/** Bytes of a digest, and so of an HMAC or a signature. */
export const SHA256_BYTES = 32;
