/**
 * Keep one child element per item, in the items' order. An item's element stays the same for as long
 * as the item is there, so that focus and text selection survive every update.
 *
 * @param options.mountRow - fills a new element and returns what draws an item into it
 * @param options.onFocusLost - the focused element went away with its row
 */
export function keyedRows<Item>(
  container: HTMLElement,
  options: {
    tagName: "li" | "tr";
    keyOf: (item: Item) => string;
    mountRow: (element: HTMLElement, key: string) => (item: Item) => void;
    onFocusLost: () => void;
  },
): (items: readonly Item[]) => void {
  const { tagName, keyOf, mountRow, onFocusLost } = options;
  const rows = new Map<string, Row<Item>>();

  function createRow(key: string): Row<Item> {
    const element = document.createElement(tagName);
    return { element, update: mountRow(element, key), drawn: undefined };
  }

  return (items) => {
    const hadFocus = container.contains(document.activeElement);
    const keys = new Set(items.map(keyOf));
    for (const [key, { element }] of rows) {
      if (keys.has(key)) continue;
      element.remove();
      rows.delete(key);
    }
    let next = container.firstElementChild;
    for (const item of items) {
      const key = keyOf(item);
      const row = rows.get(key) ?? createRow(key);
      rows.set(key, row);
      if (row.element === next) next = next.nextElementSibling;
      else container.insertBefore(row.element, next);
      if (row.drawn === item) continue; // state is never changed in place
      row.drawn = item;
      row.update(item);
    }
    if (hadFocus && !container.contains(document.activeElement)) onFocusLost();
  };
}

interface Row<Item> {
  element: HTMLElement;
  update: (item: Item) => void;
  drawn: Item | undefined;
}
