const waiting = new WeakMap<Element, () => void>();

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    observer.unobserve(target);
    waiting.get(target)?.();
  }
});

/** Do something once, as soon as any of an element is within the window. */
export function whenSeen(element: Element, run: () => void): void {
  waiting.set(element, run);
  observer.observe(element);
}
