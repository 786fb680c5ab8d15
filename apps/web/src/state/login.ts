/** Who uses the page. */
export type Login =
  | { state: "unknown" }
  | { state: "out"; message?: string }
  /** The browser is about to go to the provider. */
  | { state: "leaving" }
  /** `ended`: the provider does not renew the login any more, and what is on the page stays. */
  | { state: "in"; name: string; ended: boolean };

export type LoginEvent =
  | { type: "out"; message?: string }
  | { type: "left" }
  /** The browser's back button, to a page that had left. */
  | { type: "came-back" }
  | { type: "in"; name: string }
  | { type: "ended" };

export const initialLogin: Login = { state: "unknown" };

export function login(state: Login, event: LoginEvent): Login {
  switch (event.type) {
    case "out":
      return { state: "out", ...(event.message === undefined ? {} : { message: event.message }) };
    case "left":
      return state.state === "in" ? state : { state: "leaving" };
    case "came-back":
      return state.state === "leaving" ? { state: "out" } : state;
    case "in":
      return { state: "in", name: event.name, ended: false };
    case "ended":
      return state.state === "in" && !state.ended ? { ...state, ended: true } : state;
  }
}
