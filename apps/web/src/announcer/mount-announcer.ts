/**
 * A live region for screen readers. Each call says what is new; earlier sentences go, so that the
 * same one can be said twice.
 */
export function mountAnnouncer(element: HTMLElement): (sentences: readonly string[]) => void {
  element.setAttribute("role", "status");
  element.setAttribute("aria-live", "polite");

  return (sentences) => {
    if (sentences.length === 0) return;
    const paragraphs = sentences.map((sentence) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = sentence;
      return paragraph;
    });
    element.replaceChildren(...paragraphs);
  };
}
