import { expect, it } from "vitest";
import { readWishes } from "./read-wishes.ts";

const wishes = (fields: Record<string, string>) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return readWishes(form);
};

it("reads what was chosen, and takes an empty field for no wish", () => {
  expect(wishes({ expiry: "86400", password: " 8 spaces", downloads: "3" })).toEqual({
    expiresIn: 86_400,
    password: " 8 spaces",
    maxDownloads: 3,
  });
  expect(wishes({ expiry: "never", password: "", downloads: "" })).toEqual({
    expiresIn: null,
    password: undefined,
    maxDownloads: undefined,
  });
});
