"""What is wrong with a page as it stands: axe-core's findings, and what axe cannot know about a kiosk.

`layout` measures on the page itself: targets, what is cut off, covered or outside of the screen, and what
scrolls with no button to scroll it (hands that cannot swipe). Sizes are CSS pixels at 1080×1920.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from playwright.async_api import Page

from tests.kiosk_ui.samples import ROOT

AXE = (ROOT / "kiosk_ui" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# what depends on colours and sizes; contrast 7:1 (WCAG 1.4.6) contains 4.5:1 (1.4.3)
VISIBLE = ["color-contrast-enhanced", "target-size", "scrollable-region-focusable"]
RUN_AXE = """async ([type, values]) => {
  const result = await axe.run(document, {
    runOnly: {type, values},
    rules: type === 'tag' ? {'color-contrast': {enabled: false}} : {},
    resultTypes: ['violations'], preload: false,
  });
  return result.violations.flatMap(({id, nodes}) => nodes.map((node) =>
    `${id}: ${node.target.join(' ')} ${node.failureSummary.split('\\n').at(-1).trim()}`));
}"""

# Waits until fonts and two frames are there (observers of sizes report within one), then measures.
LAYOUT = """async (always) => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const found = [];
  const short = (words) => words.replace(/\\s+/g, ' ').trim().slice(0, 40);
  const name = (e) => e.dataset.id || e.closest('[data-field]')?.dataset.field
    || e.getAttribute('aria-label') || short(e.innerText || e.textContent || '') || e.tagName;
  const TARGETS = 'button, input, select, textarea, a[href], summary, [role=button], [role=option], ' +
    '[role=slider], [role=spinbutton], [role=checkbox], [role=radio], [role=switch], [role=tab]';
  const shown = (e) => e.checkVisibility({opacityProperty: true, visibilityProperty: true})
    && e.getBoundingClientRect().width > 1 && !e.closest('[inert]');
  // whether an element's own box clips or scrolls along an axis
  const flow = (e) => { const style = getComputedStyle(e); return [style.overflowX, style.overflowY]; };
  const scrolls = (value) => value === 'auto' || value === 'scroll';
  const frames = (e) => {  // what is around e and cuts it, from inside out
    const list = [];
    for (let at = e; at && getComputedStyle(at).position !== 'fixed'; at = at.parentElement) {
      const up = at.parentElement;
      if (!up || up === document.body) break;
      const [x, y] = flow(up);
      if (x !== 'visible' || y !== 'visible') list.push([up.getBoundingClientRect(), x, y, up]);
    }
    return list;
  };
  // 'away': scrolled out of sight; 'cut': some of it can never be seen; '': all well
  const fate = (e, box) => {
    for (const [frame, x, y, up] of frames(e)) {
      // above where scrolling begins: nobody gets there
      if (scrolls(y) && box.bottom <= frame.top - up.scrollTop + 1) return 'cut';
      if (scrolls(y) && (box.bottom <= frame.top + 1 || box.top >= frame.bottom - 1)) return 'away';
      if (scrolls(x) && (box.right <= frame.left + 1 || box.left >= frame.right - 1)) return 'away';
      if (!scrolls(x) && (box.right > frame.right + 2 || box.left < frame.left - 2)) return 'cut';
      if (!scrolls(y) && (box.bottom > frame.bottom + 2 || box.top < frame.top - 2)) return 'cut';
      if (scrolls(y)) return '';
    }
    const out = box.right > innerWidth + 1 || box.left < -1 || box.bottom > innerHeight + 1 || box.top < -1;
    return out ? 'cut' : '';
  };

  // an open menu lies over the rest until it is closed
  const menus = [...document.querySelectorAll('[aria-expanded=true][aria-controls]')]
    .map((toggle) => document.getElementById(toggle.getAttribute('aria-controls'))).filter(Boolean);
  const main = document.querySelector('main');
  const low = main.dataset.low === 'true' && innerHeight > innerWidth;
  for (const e of document.querySelectorAll(TARGETS)) {
    if (!shown(e)) continue;
    const box = e.getBoundingClientRect();
    if (box.height < 63.5) found.push(`only ${box.height.toFixed(0)} px high: ${name(e)}`);
    if (box.width < 43.5) found.push(`only ${box.width.toFixed(0)} px wide: ${name(e)}`);
    const place = fate(e, box);
    if (place === 'cut') found.push(`cannot be seen whole: ${name(e)}`);
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const inside = frames(e).every(([f]) => x > f.left && x < f.right && y > f.top + 3 && y < f.bottom - 3);
    if (place || !inside) continue;
    // while one types, the form is above and the keys are below
    const far = low && y < innerHeight / 2 && (main.dataset.keyboard !== 'true' || e.closest('.foot'));
    if (far) found.push(`out of reach from a wheelchair: ${name(e)}`);
    const top = document.elementFromPoint(x, y);
    if (menus.some((menu) => menu.contains(top) && !menu.contains(e))) continue;
    if (!top || !(e.contains(top) || top.closest('label')?.control === e || e.disabled)) {
      found.push(`covered by ${top ? name(top) : 'nothing'}: ${name(e)}`);
    }
  }
  for (const id of always) {
    const button = document.querySelector(`button[data-id="${id}"]`);
    if (!button) found.push(`not there: ${id}`);
    else if (!button.closest('[inert]')) {
      const box = button.getBoundingClientRect();
      if (!shown(button) || fate(button, box) || box.bottom > innerHeight + 1) {
        found.push(`not in sight: ${id}`);
      }
    }
  }

  const pen = document.createElement('canvas').getContext('2d');
  for (const e of document.querySelectorAll('input:not([type=checkbox]):not([type=radio]), select')) {
    if (!shown(e) || document.activeElement === e) continue;
    const style = getComputedStyle(e);
    const words = e.tagName === 'SELECT' ? e.selectedOptions[0]?.label ?? '' : e.value || e.placeholder;
    pen.font = style.font;
    const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (pen.measureText(words).width > room + 1) found.push(`too long for its field: ${short(words)}`);
  }
  for (const e of document.querySelectorAll('main, main *')) {
    if (!shown(e) || e.ownerSVGElement) continue;
    const [x, y] = flow(e);
    const tall = e.scrollHeight > e.clientHeight + 2;
    const wide = e.scrollWidth > e.clientWidth + 2;
    if (scrolls(y) && tall && !e.parentElement.querySelector('[data-id^="scroll:"]')
      && e.tagName !== 'INPUT' && !e.hasAttribute('data-wheel')) {
      found.push(`scrolls without buttons: ${e.className || e.tagName}`);
    }
    if (scrolls(x) && wide && e.tagName !== 'INPUT') found.push(`scrolls sideways: ${e.className}`);
  }
  const range = document.createRange();
  const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const told = new Set();
  while (walk.nextNode()) {
    const node = walk.currentNode;
    const e = node.parentElement;
    if (!node.data.trim() || !shown(e) || e.closest('option')) continue;
    if (parseFloat(getComputedStyle(e).fontSize) < 23.9) found.push(`small text: ${short(node.data)}`);
    if (told.has(e)) continue;
    range.selectNodeContents(node);
    const button = e.closest('button')?.getBoundingClientRect();
    for (const box of range.getClientRects()) {
      if (box.width < 1) continue;
      const over = button && (box.right > button.right + 1 || box.left < button.left - 1
        || box.bottom > button.bottom + 3 || box.top < button.top - 3);
      const sideways = frames(e).some(([f, x, y]) => (scrolls(x) || scrolls(y))
        && (box.right > f.right + 2 || box.left < f.left - 2));
      if (over || sideways || (!e.ownerSVGElement && fate(e, box) === 'cut')) {
        found.push(`text cut off: ${short(node.data)}`);
        told.add(e);
        break;
      }
      if (e.ownerSVGElement || fate(e, box)) continue;
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      if (!frames(e).every(([f]) => x > f.left && x < f.right && y > f.top + 3 && y < f.bottom - 3)) continue;
      const top = document.elementFromPoint(x, y);
      if (top && !e.contains(top) && !top.contains(e) && !menus.some((menu) => menu.contains(top))
        && getComputedStyle(e).pointerEvents !== 'none') {
        found.push(`text covered by ${name(top)}: ${short(node.data)}`);
        told.add(e);
        break;
      }
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page is wider than the screen');
  return [...new Set(found)];
}"""


async def findings(page: Page, *, only_visible: bool = False) -> list[str]:
    """What axe-core objects to on the page as it stands, one line per element.

    `only_visible`: what depends on colours and sizes; the rest is the same however the screen is set.
    """
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    found: list[str] = await page.evaluate(RUN_AXE, ["rule", VISIBLE] if only_visible else ["tag", TAGS])
    return found


async def layout(page: Page, always: Iterable[str] = ()) -> list[str]:
    """What a visitor could not see or reach; `always`: ids of buttons that must be in sight."""
    found: list[Any] = await page.evaluate(LAYOUT, list(always))
    return [str(line) for line in found]
