// The little that a page needs beside htmx: unsaved changes, account fields, choosing rows, menus and dialogs.
// Everything works without it too, but for suggestions as one types.
"use strict";

// Unsaved changes: a guarded form says so, and leaving asks.

const unsaved = new Set();

function markUnsaved(form) {
  unsaved.add(form);
  form.querySelectorAll(".dirty").forEach((mark) => { mark.hidden = false; });
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guarded]");
  if (form) markUnsaved(form);
});
document.addEventListener("submit", (event) => unsaved.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  if (unsaved.size > 0) event.preventDefault();
});

// The account field: a combobox after the ARIA pattern. The server ranks and words the options.

// The form stays as it is: saving leads to the sign-in page and back, with what was typed.
function sayThatTheSessionIsOver() {
  const place = document.querySelector(".messages");
  if (place.querySelector("[data-over]")) return;
  const note = document.createElement("p");
  note.className = "note wait";
  note.dataset.over = "yes";
  note.textContent = document.body.dataset.over;
  place.append(note);
  place.scrollIntoView({ block: "nearest" });
}

async function textOf(url) {
  try {
    const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
    if (answer.status === 401) sayThatTheSessionIsOver();
    return answer.ok ? await answer.text() : null;
  } catch { return null; } // the page is being left, or the server is away: the field works on without
}

class AccountField {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("[role=combobox]");
    this.list = box.querySelector("[role=listbox]");
    this.name = box.querySelector("output");
    this.likely = box.querySelector(".likely");
    this.at = -1;
    this.asked = 0;
    this.checked = this.input.value;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("paste", () => setTimeout(() => this.takeNumber()));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("click", () => { if (!this.open && this.input.value === "") this.offer(); });
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")?.dataset.number));
    box.querySelectorAll("[data-take]").forEach((button) => {
      button.hidden = this.input.disabled || this.input.matches(":disabled");
      button.addEventListener("click", () => { this.choose(button.dataset.take); this.input.focus(); });
    });
  }

  get options() { return [...this.list.querySelectorAll("[role=option]")]; }
  get open() { return !this.list.hidden; }

  typed() {
    clearTimeout(this.timer);
    if (this.likely) this.likely.hidden = this.input.value !== "";
    if (this.input.value.trim() === "") this.check();
    else if (this.input.value.trim() !== this.checked) { this.checked = null; this.say(""); } // the name was another number's
    this.timer = setTimeout(() => this.offer(), 120);
  }

  async offer() {
    const asked = ++this.asked;
    const options = await textOf(`${this.box.dataset.account}&q=${encodeURIComponent(this.input.value)}`);
    if (options === null || asked !== this.asked || document.activeElement !== this.input) return;
    this.list.innerHTML = options;
    this.options.forEach((option, place) => { option.id = `${this.list.id}_${place}`; });
    this.show(true);
    this.mark(-1);
  }

  show(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.mark(-1);
  }

  mark(place) {
    const options = this.options;
    this.at = options.length === 0 ? -1 : place;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.at)));
    const marked = options[this.at];
    if (marked) {
      this.input.setAttribute("aria-activedescendant", marked.id);
      marked.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  key(event) {
    const last = this.options.length - 1;
    const marked = this.open && this.at >= 0 ? this.options[this.at].dataset.number : undefined;
    if (this.open && event.key.startsWith("Arrow")) this.settle();
    if (event.key === "ArrowDown" && !this.open) this.offer();
    else if (event.key === "ArrowDown") this.mark(this.at >= last ? 0 : this.at + 1);
    else if (event.key === "ArrowUp" && this.open) this.mark(this.at <= 0 ? last : this.at - 1);
    else if (event.key === "Enter" && marked) this.choose(marked);
    else if (event.key === "Escape" && this.open) this.close();
    else if (event.key === "Tab" && marked) { this.choose(marked); return; }
    else return;
    event.preventDefault();
  }

  choose(number) {
    if (!number) return;
    this.input.value = number;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
    this.check();
  }

  // No answer that is still on its way changes the list that one chooses from, or opens it again.
  settle() {
    this.asked++;
    clearTimeout(this.timer);
  }

  close() {
    this.settle();
    this.show(false);
  }

  // « 1320 Frais payés d’avance », as a list shows it: its number is meant.
  takeNumber() {
    const number = this.input.value.match(/^\s*(\d[\w-]{0,14})\s+[^\d\s]/u);
    if (number) this.choose(number[1]);
  }

  leave() {
    this.takeNumber();
    this.close();
    this.check();
  }

  // The name of the number, or why it is refused; of an empty field what counts instead.
  async check() {
    const number = this.input.value.trim();
    if (this.checked === number) return;
    this.checked = number;
    if (number === "") { this.say(this.box.dataset.empty); return; }
    const said = await textOf(`${this.box.dataset.check}&number=${encodeURIComponent(number)}`);
    if (said !== null && this.checked === number) this.say(said, true);
  }

  say(text, isMarkup) {
    if (isMarkup) this.name.innerHTML = text;
    else this.name.textContent = text;
    const refused = this.name.querySelector(".fault") !== null;
    if (refused) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
    this.input.dispatchEvent(new Event("named", { bubbles: true }));
  }
}

// What a page holds when it comes, and what htmx puts into it later.

function prepare(root) {
  const boxes = [...root.querySelectorAll("[data-account]")];
  if (root instanceof Element && root.matches("[data-account]")) boxes.push(root);
  boxes.forEach((box) => {
    if (!box.dataset.ready) { box.dataset.ready = "yes"; new AccountField(box); }
  });
  root.querySelectorAll("[data-choose]").forEach(countChosen);
}

document.addEventListener("DOMContentLoaded", () => prepare(document));
document.addEventListener("htmx:load", (event) => prepare(event.target));

// An answer that brings fields was made of what stood in the form when it was asked for. What a person changed while it
// was on its way would go with the old fields: so it is left out, and asked for again with what stands there now.
// `typed` names what was changed meanwhile: no proposal takes its place.

const sent = new WeakMap(); // of each request: what stood in its form

function answersOf(form) {
  const answers = {};
  if (form) for (const [name, value] of new FormData(form)) (answers[name] ??= []).push(value);
  return answers;
}

function changedSince(before, form) {
  const now = answersOf(form);
  return Object.keys({ ...before, ...now }).filter((name) => String(before[name]) !== String(now[name]));
}

document.addEventListener("htmx:beforeRequest", (event) => {
  sent.set(event.detail.xhr, answersOf(event.target.closest("form")));
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target, shouldSwap, requestConfig: { elt, verb, path, formData }, serverResponse } = event.detail;
  const form = elt.closest("form");
  if (!shouldSwap || !form?.contains(target) || !/<(input|select|textarea)\b/.test(serverResponse)) return;
  const changed = changedSince(sent.get(xhr), form);
  if (changed.length === 0) return;
  event.detail.shouldSwap = false;
  const typed = [...new Set([...formData.getAll("typed"), ...changed])];
  setTimeout(() => {
    if (elt.isConnected) htmx.ajax(verb, path, { source: elt, values: { typed } }).catch(() => {}); // a newer one replaced it
  });
});

// Menus close when one looks elsewhere; dialogs open from a button that names them.

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.switch[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault(); // a link leads to a page that asks the same, where no script runs
    document.getElementById(opener.dataset.dialog).showModal();
  }
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog").close();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.switch[open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// A text to be copied: the button says that it was. Without script the text can be selected.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
  document.getElementById(button.dataset.said).hidden = false;
});

// The file of a new batch comes by itself, once: looking at the page again does not bring it again.

document.addEventListener("DOMContentLoaded", () => {
  const link = document.querySelector("a[data-download]");
  if (!link) return;
  history.replaceState(null, "", location.pathname);
  link.click();
});

// Choosing rows: the box in the head chooses all, and the bar says how many.

function choosable(table) {
  return [...table.querySelectorAll("tbody input[type=checkbox]")];
}

function countChosen(table) {
  const boxes = choosable(table);
  const chosen = boxes.filter((box) => box.checked).length;
  boxes.forEach((box) => box.closest("tr").classList.toggle("selected", box.checked));
  const bar = document.getElementById(table.dataset.choose);
  bar.hidden = chosen === 0 && !bar.querySelector(".fault");
  bar.querySelector("[data-count]").textContent = String(chosen);
}

document.addEventListener("change", (event) => {
  const table = event.target.closest("[data-choose]");
  if (!table || event.target.type !== "checkbox") return;
  if (event.target.closest("thead")) choosable(table).forEach((box) => { box.checked = event.target.checked; });
  countChosen(table);
});

// All or none of the taxes: what was ticked for some of them is unticked, so that two answers are not sent.

document.addEventListener("change", (event) => {
  const group = event.target.closest("[data-some]");
  if (!group || event.target.type !== "radio" || event.target.value === group.dataset.some) return;
  group.querySelectorAll("input[type=checkbox]").forEach((box) => { box.checked = false; });
});

// The example beside the accounts follows what is typed.

function showInExample(event) {
  const field = event.target.closest("[role=combobox]");
  if (!field?.id) return;
  document.querySelectorAll("[data-shows]").forEach((place) => {
    if (place.dataset.shows !== field.id) return;
    const number = document.createElement("b");
    number.textContent = field.value.trim();
    const name = field.closest(".account").querySelector("output");
    place.replaceChildren(number, ` ${name.querySelector(".fault") ? "" : name.textContent}`);
  });
}
["input", "named"].forEach((kind) => document.addEventListener(kind, showInExample));

// What does not apply now is disabled too, so that the keyboard does not stop there.

function applyOrNot() {
  const form = document.querySelector("form:has(.when-on, .if-start)");
  if (!form) return;
  const paid = form.querySelector("[name=only_when_paid]"), start = form.querySelector("[name=start_date]");
  [[".when-on", paid.checked], [".if-start", start.value !== ""]].forEach(([part, applies]) => {
    form.querySelectorAll(`${part} input`).forEach((input) => { input.disabled = !applies; });
    form.querySelectorAll(`${part} .why-off`).forEach((why) => { why.hidden = applies; });
  });
  start.setAttribute("value", start.value); // the style reads the attribute
}
document.addEventListener("DOMContentLoaded", applyOrNot);
document.addEventListener("change", (event) => {
  if (event.target.matches("[name=only_when_paid], [name=start_date]")) applyOrNot();
});

// On a phone the tabs are one row that scrolls: the one that is open is in sight.

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(":is(.side, .main, .tabs) [aria-current=page]").forEach((tab) => {
    const row = tab.closest("nav"), at = tab.getBoundingClientRect();
    row.scrollLeft += at.left - row.getBoundingClientRect().left - (row.clientWidth - at.width) / 2;
  });
});

// Help beside the work: the paragraph of the guide opens at the side, so that a half-filled form stays where it is.
// Without script, with another button or key, or when the server does not answer, it is a link to another window.

let helped = null; // the mark that opened it, where the keyboard returns to

async function openHelp(link) {
  const text = await textOf(link.dataset.help);
  if (text === null) { window.open(link.href, "_blank", "noopener"); return; }
  const panel = document.getElementById("help");
  panel.innerHTML = text;
  panel.querySelectorAll("a").forEach((it) => { it.target = "_blank"; it.rel = "noopener"; });
  panel.scrollTop = 0;
  if (!panel.open) panel.show();
  panel.querySelector("h2").focus();
  helped = link;
}

document.getElementById("help").addEventListener("close", () => helped.focus());

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-help]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openHelp(link);
});
document.addEventListener("keydown", (event) => {
  const panel = event.target.closest("#help[open]");
  if (panel && event.key === "Escape") panel.close();
});

// A chapter of the film plays where the film is.

document.addEventListener("click", (event) => {
  const chapter = event.target.closest("[data-seek]");
  const film = document.getElementById("film");
  if (!chapter || !film) return;
  event.preventDefault();
  film.currentTime = Number(chapter.dataset.seek);
  film.scrollIntoView({ block: "nearest" });
  film.play().catch(() => {}); // a browser that may not play shows the place all the same
});
