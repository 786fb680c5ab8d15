/** Who can log in to the local stack. */
export const USERS = [
  { sub: "alice", name: "Alice" },
  { sub: "bob", name: "Bob" },
  { sub: "local", name: "Local" },
];
