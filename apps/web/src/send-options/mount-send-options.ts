import { ROUTE_PATHS } from "@waybill/core";
import { elementIn } from "../dom/element-in.ts";
import { chosenCollection, keptFor, type SendOptions } from "../state/send-options.ts";
import "./send-options.css";

const HTML = `
  <div class="send-option">
    <label for="send-collection">Collection</label>
    <select id="send-collection" class="select" aria-describedby="send-collection-note"></select>
  </div>
  <div class="send-option">
    <label for="send-route">Route</label>
    <select id="send-route" class="select" aria-describedby="send-route-note"></select>
  </div>
  <p class="send-note"><span id="send-route-note"></span> <span id="send-collection-note"></span></p>`;

/** Chooses where what is added next goes, and along which way; nothing before that is known. */
export function mountSendOptions(
  element: HTMLElement,
  options: { onCollection: (collection: string) => void; onRoute: (route: string) => void },
): (state: SendOptions) => void {
  element.innerHTML = HTML;
  element.classList.add("send-options");
  const collection = elementIn(element, "#send-collection", HTMLSelectElement);
  const route = elementIn(element, "#send-route", HTMLSelectElement);
  const collectionNote = elementIn(element, "#send-collection-note", HTMLElement);
  const note = elementIn(element, "#send-route-note", HTMLElement);
  collection.addEventListener("change", () => options.onCollection(collection.value));
  route.addEventListener("change", () => options.onRoute(route.value));

  return (state) => {
    const chosen = chosenCollection(state);
    element.hidden = chosen === undefined;
    if (chosen === undefined) return;
    fill(
      collection,
      state.collections.map(({ name }) => name),
    );
    collection.value = chosen.name;
    collectionNote.textContent = keptFor(chosen) ?? "";
    fill(route, ["auto", ...chosen.routes]);
    route.value = state.route;
    note.textContent =
      state.route === "auto"
        ? "The first that carries it, and another when that fails."
        : `${ROUTE_PATHS[state.route].replace(/^./, (letter) => letter.toUpperCase())}.`;
  };
}

/** Anew only where they are other ones: an open list would close. */
function fill(select: HTMLSelectElement, names: readonly string[]): void {
  if ([...select.options].map(({ value }) => value).join("\n") === names.join("\n")) return;
  select.replaceChildren(...names.map((name) => new Option(name, name)));
}
