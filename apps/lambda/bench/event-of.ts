/** A payload 2.0 event of somebody whom the gateway has verified, as JSON: a query, or with an input a mutation. */
export function eventOf(path: string, input?: unknown): string {
  const method = input === undefined ? "GET" : "POST";
  return JSON.stringify({
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: { "content-type": "application/json", host: "api.example" },
    requestContext: {
      authorizer: { jwt: { claims: { sub: "user" }, scopes: null } },
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "bench" },
      stage: "$default",
    },
    ...(input === undefined ? {} : { body: JSON.stringify(input) }),
    isBase64Encoded: false,
  });
}
