/** The parts of aws4 that are used here; the package brings no types. */
declare module "aws4" {
  export interface Aws4Request {
    method?: string;
    host?: string;
    path?: string;
    headers?: Record<string, string | number>;
    body?: string | Buffer;
    service?: string;
    region?: string;
    /** Presign: put the signature into the query. */
    signQuery?: boolean;
  }
  export interface Aws4Credentials {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  }
  export function sign<T extends Aws4Request>(
    request: T,
    credentials: Aws4Credentials,
  ): T & { headers: Record<string, string | number>; path: string };
  const aws4: { sign: typeof sign };
  export default aws4;
}
