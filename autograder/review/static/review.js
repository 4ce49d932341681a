"use strict";
// What makes the pages quick: a search as one types, keys for marking, the next answer loaded before it is asked for.
// Every page works without it. It writes nothing into a page but text, and pages that the server has rendered.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

function say(text, { wait = false, undo = "" } = {}) {
  const said = $("#said");
  said.replaceChildren();
  said.classList.toggle("wait", wait);
  if (!text) return;
  said.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (undo) {
    const button = Object.assign(document.createElement("button"), { textContent: "Undo (u)", type: "button" });
    button.dataset.decision = undo;
    button.addEventListener("click", takeBack);
    said.append(button);
  }
}

async function post(address, body) {
  const headers = { Accept: "application/json", "X-XSRFToken": document.body.dataset.xsrf };
  const answer = await fetch(address, { method: "POST", headers, body });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error);
  return found;
}

// pages

async function load(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the page cannot be loaded (${answer.status})`);
  return answer.text();
}

function put(text, address) {
  const page = new DOMParser().parseFromString(text, "text/html");
  document.title = page.title;
  $("main").replaceWith(page.querySelector("main"));
  if (address) history.pushState(null, "", address);
  begin();
}

async function go(address) {
  try {
    put(await load(address), address);
    window.scrollTo(0, 0);
  } catch (error) {
    say(String(error.message), { wait: true });
  }
}

addEventListener("popstate", () => location.reload());

// marking

let ahead = null; // the next answer: its address, its key, the promise of its page
let unsaved = 0;

function lookAhead() {
  const desk = $(".marking");
  const address = desk?.dataset.next;
  ahead = address ? { address, key: desk.dataset.nextKey, page: load(address) } : null;
  ahead?.page.catch(() => {});
}

function chosenSum(form) {
  const picked = $$("[data-points]:checked", form).map((box) => Number(box.dataset.points));
  if (!picked.length) return null;
  const most = Number(form.dataset.most);
  const start = picked.some((points) => points > 0) ? 0 : most;
  return Math.min(Math.max(start + picked.reduce((sum, points) => sum + points, 0), 0), most);
}

function count() {
  const many = $("#for-how-many");
  if (many) many.textContent = $$("[name=to]:checked").length;
}

async function save(form) {
  const score = $("#score").value.trim();
  if (!score && !$$("[data-points]:checked", form).length && !$("#comment").value.trim()) {
    say("Choose a line or give points first; j passes.", { wait: true });
    return;
  }
  const chosen = new Set($$("[name=to]:checked").map((box) => box.value.split(".")[1]));
  const next = ahead && !chosen.has(ahead.key) ? ahead : null;
  const here = location.href;
  unsaved += 1;
  const sent = post(form.action, new URLSearchParams(new FormData(form)));
  if (next) {
    try {
      put(await next.page, next.address);
      window.scrollTo(0, 0);
    } catch { /* the answer to what was sent says where to go on */ }
  } else {
    $("[data-save]", form).disabled = true;
  }
  try {
    const done = await sent;
    say(done.text, { wait: done.overtaken > 0, undo: done.decision });
    if (!next) await go(done.location);
    else if (done.waiting !== undefined && $("#waiting")) $("#waiting").textContent = done.waiting;
  } catch (error) {
    say(`Not saved: ${error.message}`, { wait: true });
    const back = Object.assign(document.createElement("a"), { textContent: "Back to that answer", href: here });
    $("#said").append(back);
    const button = $("[data-save]");
    if (button) button.disabled = false;
  } finally {
    unsaved -= 1;
  }
}

async function takeBack() {
  const id = $("[data-decision]")?.dataset.decision ?? $("[data-undo] [name=decision]")?.value;
  if (!id) return;
  try {
    const done = await post(`${base()}marking/undo`, new URLSearchParams({ decision: id }));
    await go(done.location);
    say(done.text);
  } catch (error) {
    say(`Not taken back: ${error.message}`, { wait: true });
  }
}

const base = () => new URL("..", $("link[rel=stylesheet]").href).href;

addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

const keysOn = () => localStorage.getItem("autograder-keys") !== "off";

function nearAll() {
  const boxes = $$(".near [name=to]");
  const all = boxes.every((box) => box.checked);
  boxes.forEach((box) => { box.checked = !all; });
  count();
}

function score(points) {
  $("#score").value = String(points);
}

addEventListener("keydown", (event) => {
  const form = $("[data-give]");
  if (!form || event.altKey || event.metaKey) return;
  const field = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (event.key === "Escape" && field) { field.blur(); return; }
  if (event.key === "Enter") {
    const other = event.target.closest("a, button, summary") || (field && field.form !== form);
    if (other || (field?.matches("textarea") && !event.ctrlKey)) return;
    event.preventDefault();
    save(form);
    return;
  }
  if (field || event.ctrlKey || !keysOn()) return;
  const lines = $$("[data-points]", form);
  const acts = {
    f: () => score(form.dataset.most), z: () => score(0),
    p: () => $("#score").select(), c: () => $("#comment").focus(),
    a: nearAll, u: takeBack,
    j: () => go($("[data-go=after]").href), k: () => go($("[data-go=before]").href),
  };
  const act = /^[1-9]$/.test(event.key) ? lines[event.key - 1] && (() => lines[event.key - 1].click()) : acts[event.key];
  if (act) { event.preventDefault(); act(); }
});

addEventListener("submit", (event) => {
  if (event.target.matches("[data-give]")) { event.preventDefault(); save(event.target); }
  if (event.target.matches("[data-undo]")) { event.preventDefault(); takeBack(); }
});

addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.score !== undefined) score(button.dataset.score);
  if (button?.hasAttribute("data-all-near")) nearAll();
  if (button?.dataset.comment !== undefined) {
    const field = $("#comment");
    field.value = [field.value.trim(), button.dataset.comment].filter(Boolean).join("\n");
    field.focus();
  }
  const link = event.target.closest("a[data-go]");
  if (link && !event.ctrlKey && !event.metaKey) { event.preventDefault(); go(link.href); }
  const head = event.target.closest("th button[data-sort]");
  if (head) sortBy(head.closest("th"));
});

addEventListener("change", (event) => {
  if (event.target.matches("[name=to]")) count();
  if (event.target.matches("[data-points]")) {
    const sum = chosenSum($("[data-give]"));
    $("#score").value = sum === null ? "" : String(sum);
  }
  if (event.target.matches("[data-keys]")) localStorage.setItem("autograder-keys", event.target.checked ? "on" : "off");
  if (event.target.closest("[data-filter]")) filter();
});

// tables: filtered as one types, sorted by a click

addEventListener("input", (event) => { if (event.target.closest("[data-filter]")) filter(); });

function filter() {
  const form = $("[data-filter]");
  if (!form) return;
  const words = ($("[name=search]", form)?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const kind = $("[name=show]", form)?.value ?? "";
  const rows = $$("table[data-rows] tbody tr");
  let shown = 0;
  for (const row of rows) {
    const text = row.dataset.search;
    const fits = words.every((word) => text.includes(word)) && (!kind || row.dataset.kinds.split(" ").includes(kind));
    row.hidden = !fits;
    shown += fits;
  }
  $("#shown").textContent = `${shown} of ${rows.length}`;
}

function sortBy(head) {
  const table = head.closest("table");
  const place = [...head.parentNode.children].indexOf(head);
  const down = head.getAttribute("aria-sort") === "ascending";
  $$("th[aria-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const value = (row) => row.children[place].dataset.value ?? row.children[place].textContent.trim();
  const order = new Intl.Collator(undefined, { numeric: true });
  const rows = [...table.tBodies[0].rows];
  rows.sort((one, other) => order.compare(value(one), value(other)) * (down ? -1 : 1));
  table.tBodies[0].append(...rows);
}

// a run that is going on

async function follow() {
  const box = $("[data-progress]");
  if (!box) return;
  try {
    const found = await (await fetch(box.dataset.progress)).json();
    box.hidden = !found.running;
    $("progress", box).max = found.all || 1;
    $("progress", box).value = found.done;
    $("span", box).textContent = found.text;
    if (box.dataset.running === "yes" && !found.running) { await go(location.href); say("The run has ended."); }
    box.dataset.running = found.running ? "yes" : "no";
  } catch { /* the next look may find it */ }
  setTimeout(follow, 1000);
}

function begin() {
  lookAhead();
  count();
  filter();
  const keys = $("[data-keys]");
  if (keys) keys.checked = keysOn();
}

begin();
follow();
