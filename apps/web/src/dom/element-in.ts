/**
 * The one element that fixed HTML is known to hold, with its own type.
 *
 * @throws when it is not there: HTML and code have parted
 *
 * @example
 * elementIn(row, ".upload-cancel", HTMLButtonElement).addEventListener("click", onCancel);
 */
export function elementIn<T extends Element>(root: ParentNode, selector: string, type: new () => T): T {
  const element = root.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`There is no ${type.name} at ${selector}.`);
  return element;
}
