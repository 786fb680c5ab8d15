import type { Principal } from "@waybill/api";
import fc from "fast-check";

/** Names of which one could be taken for another, or for a place. */
const ODD_NAMES = [
  "u1",
  "u10",
  "u",
  "u1/",
  "/u1",
  "u1//u10",
  "..",
  ".",
  "../u1",
  "u1/../u10",
  "%2e%2e",
  "%252e%252e",
  "u1%2f",
  "~2e",
  "u1~2f",
  "u1\u0000",
  "\u0000",
  "u1 ",
  "U1",
  "admin",
  "\u0430dmin",
  "Å",
  "A\u030a",
  "\u212b",
  "ﬁle",
  "file",
  "u1\u200d",
  "\u202eu1",
  "*",
  "?",
  "${aws:userid}",
  "u1\\u10",
  "u1?x",
  "u1#x",
  "u1&x=y",
  "files",
  "drive",
];

const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ODD_NAMES) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 12 }) },
);

/** Two of whom neither is the other; often one's name begins with the other's. */
export const twoPrincipals: fc.Arbitrary<{ attacker: Principal; victim: Principal }> = fc
  .oneof(
    fc.tuple(name, name),
    fc.tuple(name, fc.constantFrom("0", "/", "\u0000", " ", "%00", "a")).map(([a, more]) => [a, a + more]),
    fc.tuple(name, fc.constantFrom("0", "/", "\u0000", " ", "%00", "a")).map(([a, more]) => [a + more, a]),
  )
  .map(([a = "", b = ""]) => ({ attacker: principal(a), victim: principal(b) }))
  .filter(({ attacker, victim }) => attacker.id !== victim.id);

function principal(id: string): Principal {
  return { id: id.toWellFormed(), scopes: [] };
}
