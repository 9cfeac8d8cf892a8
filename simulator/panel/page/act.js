// One thing done to the world, and what the world answers when it cannot be done.
// act(name, wish) → the new state, or null; the reason then stands in the bar #problem.

const problem = document.getElementById("problem");

problem.querySelector("button").addEventListener("click", () => (problem.hidden = true));

export function complain(text) {
  problem.querySelector("span").textContent = text;
  problem.hidden = false;
}

export async function act(name, wish = {}) {
  try {
    const answer = await fetch(`/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(wish),
    });
    const told = await answer.json();
    if (answer.ok) {
      problem.hidden = true;
      return told;
    }
    complain(told.detail);
  } catch {
    complain("The simulated world does not answer: is it still running?");
  }
  return null;
}

// Only the newest wish of several is sent while one is under way: for what is dragged.
export function latest(name) {
  let busy = false;
  let next = null;
  return async function send(wish) {
    if (busy) {
      next = wish;
      return;
    }
    busy = true;
    await act(name, wish);
    busy = false;
    if (next) {
      const newest = next;
      next = null;
      await send(newest);
    }
  };
}

export const byId = (id) => document.getElementById(id);
export const button = (id) => document.querySelector(`[data-id="${id}"]`);

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function options(select, entries) {
  const before = select.value;
  const fixed = [...select.options].filter((option) => option.value === "");
  select.replaceChildren(...fixed, ...entries.map(([value, label]) => new Option(label, value)));
  if (entries.some(([value]) => value === before)) select.value = before;
}
