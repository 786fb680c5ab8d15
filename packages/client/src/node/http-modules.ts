/**
 * Node's own HTTP. An `import` of these reads all that they export, and so loads the classes of `fetch` and
 * WebSocket, which nobody here needs: 30 ms and 10 MiB of each process.
 */
export const { Agent: HttpAgent, request: httpRequest } = process.getBuiltinModule("node:http");
export const { Agent: HttpsAgent, request: httpsRequest } = process.getBuiltinModule("node:https");
