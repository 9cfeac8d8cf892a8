/** What a finger is meant for. */
const TAPPED = "button, a[href], input, textarea, select, label, summary";
/** A click follows the lifted finger at once; where none follows, the finger was drawn away. */
const CLICK_MS = 60;
/** So long (ms) a resting finger holds the page: a leaning elbow must not stop it. */
const LONGEST_MS = 1000;

/**
 * Tells when a finger rests on something that can be tapped, and when its tap is over.
 *
 * A view that comes in between may move or replace what lies under the finger, and the browser would give the
 * click to something else, or to nothing. Returns the way out.
 */
export function watchFinger(page: Window, rests: (on: boolean) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let down = false;
  const lift = () => {
    clearTimeout(timer);
    if (down) rests((down = false));
  };
  const liftAfter = (ms: number) => {
    clearTimeout(timer);
    if (down) timer = setTimeout(lift, ms);
  };
  const press = (event: Event) => {
    if (!(event.target instanceof Element) || !event.target.closest(TAPPED)) return;
    if (!down) rests((down = true));
    liftAfter(LONGEST_MS);
  };
  const release = () => liftAfter(CLICK_MS);
  const over = () => liftAfter(0); // when everybody has had the click
  const listeners = { pointerdown: press, pointerup: release, pointercancel: over, click: over };
  for (const [kind, listener] of Object.entries(listeners)) page.addEventListener(kind, listener, { capture: true });
  return () => {
    lift();
    for (const [kind, listener] of Object.entries(listeners)) page.removeEventListener(kind, listener, { capture: true });
  };
}
