/**
 * Has the browser ask before the page is left.
 *
 * @returns to be called with whether there is something to lose. Only then is the browser listened to:
 *   a page that always does is not kept for the back button.
 */
export function createLeaveGuard(target: Window): (needed: boolean) => void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  return (needed) => {
    if (needed) target.addEventListener("beforeunload", ask); // twice is once
    else target.removeEventListener("beforeunload", ask);
  };
}
