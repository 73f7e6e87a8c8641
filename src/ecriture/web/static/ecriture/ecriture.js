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

class AccountField {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("[role=combobox]");
    this.list = box.querySelector("[role=listbox]");
    this.name = box.querySelector("output");
    this.at = -1;
    this.asked = 0;
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  get options() { return [...this.list.querySelectorAll("[role=option]")]; }
  get open() { return !this.list.hidden; }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.offer(), 120);
  }

  async offer() {
    const asked = ++this.asked;
    const answer = await fetch(`${this.box.dataset.account}&q=${encodeURIComponent(this.input.value)}`);
    if (!answer.ok || asked !== this.asked || document.activeElement !== this.input) return;
    this.list.innerHTML = await answer.text();
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
    if (event.key === "ArrowDown" && !this.open) this.offer();
    else if (event.key === "ArrowDown") this.mark(this.at >= last ? 0 : this.at + 1);
    else if (event.key === "ArrowUp" && this.open) this.mark(this.at <= 0 ? last : this.at - 1);
    else if (event.key === "Enter" && this.open && this.at >= 0) this.choose(this.options[this.at]);
    else if (event.key === "Escape" && this.open) this.show(false);
    else if (event.key === "Tab" && this.open && this.at >= 0) { this.choose(this.options[this.at]); return; }
    else return;
    event.preventDefault();
  }

  choose(option) {
    if (!option) return;
    this.input.value = option.dataset.number;
    this.show(false);
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(this.timer);
    this.check();
  }

  leave() {
    this.asked++;
    clearTimeout(this.timer);
    this.show(false);
    this.check();
  }

  async check() {
    if (this.checked === this.input.value) return;
    this.checked = this.input.value;
    const url = this.box.dataset.account.replace("/options/", "/check/");
    const answer = await fetch(`${url}&number=${encodeURIComponent(this.input.value)}`);
    if (answer.ok) this.name.innerHTML = await answer.text();
  }
}

// What a page holds when it comes, and what htmx puts into it later.

function prepare(root) {
  root.querySelectorAll("[data-account]").forEach((box) => {
    if (!box.dataset.ready) { box.dataset.ready = "yes"; new AccountField(box); }
  });
}

document.addEventListener("DOMContentLoaded", () => prepare(document));
document.addEventListener("htmx:load", (event) => prepare(event.target));

// Menus close when one looks elsewhere; dialogs open from a button that names them.

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.switch[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
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

// Choosing rows: the box in the head chooses all, and the bar says how many.

document.addEventListener("change", (event) => {
  const table = event.target.closest("[data-choose]");
  if (!table || event.target.type !== "checkbox") return;
  const boxes = [...table.querySelectorAll("tbody input[type=checkbox]")];
  if (event.target.closest("thead")) boxes.forEach((box) => { box.checked = event.target.checked; });
  const chosen = boxes.filter((box) => box.checked).length;
  boxes.forEach((box) => box.closest("tr").classList.toggle("selected", box.checked));
  const bar = document.getElementById(table.dataset.choose);
  bar.hidden = chosen === 0;
  bar.querySelector("[data-count]").textContent = String(chosen);
});
