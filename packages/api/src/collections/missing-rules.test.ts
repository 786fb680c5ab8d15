import type { LifecycleRule } from "@waybill/core";
import { expect, it } from "vitest";
import { missingRules } from "./missing-rules.ts";

const wanted: LifecycleRule[] = [
  { id: "empty", prefix: "tmp/", expirationDays: 7, noncurrentDays: 1, daysAfterInitiation: 7 },
  { id: "markers", prefix: "tmp/", expiredObjectDeleteMarker: true },
];
const [empty, markers] = [
  { id: "1", prefix: "tmp/", expirationDays: 7, noncurrentDays: 1, daysAfterInitiation: 7 },
  { id: "2", prefix: "", expiredObjectDeleteMarker: true },
];

it.each<[string, LifecycleRule[], (string | undefined)[]]>([
  ["nothing, where all are there by any name", [empty, markers], []],
  [
    "nothing, where others do the same",
    [
      { id: "a", prefix: "t", expirationDays: 7 },
      { id: "b", prefix: "tmp/", noncurrentDays: 1 },
      { id: "c", prefix: "", daysAfterInitiation: 3 },
      markers,
    ],
    [],
  ],
  [
    "all, where there are none",
    [],
    ["expirationDays", "noncurrentDays", "daysAfterInitiation", "expiredObjectDeleteMarker"],
  ],
  ["what goes on another day", [{ ...empty, expirationDays: 6 }, markers], ["expirationDays"]],
  [
    "what goes too late",
    [{ ...empty, noncurrentDays: 30, daysAfterInitiation: 8 }, markers],
    ["noncurrentDays", "daysAfterInitiation"],
  ],
  [
    "what is done below a longer prefix alone",
    [empty, { ...markers, prefix: "tmp/a" }],
    ["expiredObjectDeleteMarker"],
  ],
  [
    "a rule that says of markers that they stay",
    [empty, { ...markers, expiredObjectDeleteMarker: false }],
    ["expiredObjectDeleteMarker"],
  ],
])("a bucket lacks %s", (_, found, actions) => {
  const missing = missingRules(wanted, found);
  expect(missing.map((rule) => Object.keys(rule).find((name) => name !== "id" && name !== "prefix"))).toEqual(
    actions,
  );
});
