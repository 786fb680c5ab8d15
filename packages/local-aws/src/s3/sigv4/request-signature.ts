/** How a request was signed that is believed: what policies may ask of a signature. */
export interface RequestSignature {
  /** In the `Authorization` header, in the query, or in the fields of a form. */
  readonly form: "header" | "query" | "post";
  readonly signedAt: Date;
}
