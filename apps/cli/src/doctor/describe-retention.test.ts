import type { LifecycleRule } from "@waybill/core";
import { describe, expect, it } from "vitest";
import { describeRetention } from "./describe-retention.ts";

const wanted: LifecycleRule[] = [
  { id: "1", prefix: "temporary/", expirationDays: 7, noncurrentDays: 1, daysAfterInitiation: 7 },
  { id: "2", prefix: "temporary/", expiredObjectDeleteMarker: true },
  { id: "3", prefix: "mail/", expirationDays: 1, noncurrentDays: 1, daysAfterInitiation: 1 },
];

describe("describeRetention", () => {
  it("says nothing where everything is kept", () => {
    expect(describeRetention({ known: true, wanted: [], missing: [], hasty: [] })).toBeUndefined();
  });

  it("says for how long what is kept", () => {
    expect(describeRetention({ known: true, wanted, missing: [], hasty: [] })).toEqual({
      name: "retention",
      ok: true,
      detail: "the bucket keeps what is below temporary/ for 7 days, mail/ for 1 day, and then removes it",
    });
  });

  it("says what is missing", () => {
    const missing: LifecycleRule[] = [
      { id: "1", prefix: "temporary/", expirationDays: 7 },
      { id: "1", prefix: "temporary/", noncurrentDays: 1 },
      { id: "1", prefix: "temporary/", daysAfterInitiation: 7 },
      { id: "2", prefix: "temporary/", expiredObjectDeleteMarker: true },
    ];
    expect(describeRetention({ known: true, wanted, missing, hasty: [] })).toEqual({
      name: "retention",
      ok: false,
      detail:
        "no lifecycle rule of the bucket removes objects below temporary/ after 7 days; old versions below temporary/ after 1 day; open uploads below temporary/ after 7 days; delete markers below temporary/ behind which nothing is left",
      remedy: "Deploy again, or give the bucket these rules: see docs/deploy.md.",
    });
  });

  it("says what goes too early", () => {
    const hasty: LifecycleRule[] = [
      { id: "old", prefix: "temporary/", expirationDays: 1, noncurrentDays: 1 },
      { id: "all", prefix: "", expirationDays: 90 },
    ];
    expect(describeRetention({ known: true, wanted, missing: [], hasty })).toMatchObject({
      ok: false,
      detail:
        'of the bucket\'s lifecycle rules "old" removes objects below temporary/ after 1 day; "all" removes objects below every prefix after 90 days: too early for what is kept there',
    });
  });

  it("says why nobody knows", () => {
    const message = "The store refused to tell its lifecycle rules: AccessDenied (HTTP 403).";
    expect(describeRetention({ known: false, message })).toMatchObject({
      ok: false,
      detail: "The store refused to tell its lifecycle rules: AccessDenied (HTTP 403)",
      remedy: expect.stringContaining("s3:GetLifecycleConfiguration") as string,
    });
  });
});
