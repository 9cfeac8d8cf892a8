/** Keys with which a browser leaves the page, zooms, prints, saves, searches or shows its tools. */
const WITH_CONTROL = new Set([..."+-=0defghijklnopqrstuwy", "F4", "F5", "Tab", "PageUp", "PageDown"]);
const WITH_ALT = new Set(["ArrowLeft", "ArrowRight", "Home", "F4", "d", "e", "f"]);
const ALONE = /^(F([1-9]|1[0-2])|Browser\w+|Launch\w+|Help|Print(Screen)?|ContextMenu)$/;

function leaves(event: KeyboardEvent): boolean {
  if (ALONE.test(event.key)) return true;
  if (event.ctrlKey || event.metaKey) return WITH_CONTROL.has(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  return event.altKey && WITH_ALT.has(event.key);
}

const prevent = (event: Event): void => event.preventDefault();

/**
 * A kiosk's page: no menu under a long press, nothing to select, drag or drop, no zoom, no way out. What a
 * page cannot hinder (address bar, downloads, developer tools) is locked by the browser's policies:
 * docs/operations.md.
 */
export function lockDown(page: Window): void {
  for (const kind of ["contextmenu", "dragstart", "dragover", "drop", "auxclick", "gesturestart"]) {
    page.addEventListener(kind, prevent);
  }
  page.addEventListener("selectstart", (event) => {
    if (!(event.target instanceof HTMLInputElement)) event.preventDefault();
  });
  page.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
  page.addEventListener("keydown", (event) => leaves(event) && event.preventDefault());
  // an entry of its own in front: "back" stays here
  page.history.pushState(null, "");
  page.addEventListener("popstate", () => page.history.pushState(null, ""));
}
