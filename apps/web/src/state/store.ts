/** State that changes only by events, and tells those who draw it. */
export interface Store<State, Event> {
  readonly state: State;
  dispatch: (event: Event) => void;
  /** Called with every new state, and with the one before it. */
  subscribe: (listener: (state: State, before: State) => void) => void;
}

/** Events that a listener dispatches wait their turn: every listener sees every state, in order. */
export function createStore<State, Event>(
  reduce: (state: State, event: Event) => State,
  initial: State,
): Store<State, Event> {
  const listeners: ((state: State, before: State) => void)[] = [];
  const events: Event[] = [];
  let state = initial;
  let dispatching = false;

  function apply(event: Event) {
    const before = state;
    state = reduce(before, event);
    if (state === before) return;
    for (const listener of listeners) listener(state, before);
  }

  return {
    get state() {
      return state;
    },
    dispatch(event) {
      events.push(event);
      if (dispatching) return;
      dispatching = true;
      try {
        for (let next = events.shift(); next !== undefined; next = events.shift()) apply(next);
      } finally {
        dispatching = false;
      }
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}
