import type { ShareWishes } from "../effects/share-actions.ts";

/** What the form of the dialog says. */
export function readWishes(form: FormData): ShareWishes {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [expiry, downloads] = [text("expiry"), text("downloads")];
  return {
    expiresIn: expiry === undefined || expiry === "never" ? null : Number(expiry),
    password: text("password"),
    maxDownloads: downloads === undefined ? undefined : Number(downloads),
  };
}
