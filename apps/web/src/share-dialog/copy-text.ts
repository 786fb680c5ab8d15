/** Put a text into the clipboard. @returns false where the browser does not let us */
export async function copyText(clipboard: Clipboard | undefined, text: string): Promise<boolean> {
  if (clipboard === undefined) return false; // a page that did not come by HTTPS
  try {
    await clipboard.writeText(text);
    return true;
  } catch {
    return false; // nobody allowed it
  }
}
