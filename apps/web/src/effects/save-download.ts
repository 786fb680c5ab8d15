const KEEP_FRAME_MS = 60_000; // for a store that is slow to answer; a download that has begun goes on without it

let frameCount = 0;

/**
 * Have the browser save what a signed URL answers, under the name that its Content-Disposition says,
 * straight to disk.
 *
 * The link opens in a hidden frame of its own. In the page itself it would ask to leave while uploads
 * run, and a refusal of the store would take the page's place.
 *
 * @param options.onRefused - something came that is not to be saved: an error of the store or of the network
 */
export function saveDownload(url: string, { onRefused }: { onRefused: () => void }): void {
  const frame = document.createElement("iframe");
  frame.name = `download-${++frameCount}`;
  frame.hidden = true;
  frame.setAttribute("sandbox", "allow-downloads"); // whatever comes instead of a file runs nothing here
  document.body.append(frame); // loads an empty document at once, before anybody listens
  frame.addEventListener("load", onRefused); // what is saved is never loaded

  const link = document.createElement("a");
  link.href = url;
  link.target = frame.name;
  link.referrerPolicy = "no-referrer";
  link.click();
  setTimeout(() => frame.remove(), KEEP_FRAME_MS);
}
