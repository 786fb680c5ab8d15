/** Whether the page knows its API, and whether that answers. */
export type Connection =
  | { state: "connecting" }
  | { state: "connected" }
  | { state: "failed"; message: string };

export type ConnectionEvent = { type: "began" } | { type: "succeeded" } | { type: "failed"; message: string };

export const initialConnection: Connection = { state: "connecting" };

export function connection(state: Connection, event: ConnectionEvent): Connection {
  switch (event.type) {
    case "began":
      return state.state === "failed" ? { state: "connecting" } : state;
    case "succeeded":
      return { state: "connected" };
    case "failed":
      return { state: "failed", message: event.message };
  }
}
