/** What a client signs with. */
export interface Credentials extends AccountCredentials {
  /** Of temporary credentials: it has to be sent along with every request. */
  sessionToken?: string;
}

/** The account's own: they never expire, and come without a token. */
export interface AccountCredentials {
  accessKeyId: string;
  secretAccessKey: string;
}
