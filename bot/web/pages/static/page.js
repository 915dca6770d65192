// Sends the page's forms without loading the page anew. Everything works without this file too.
"use strict";

const log = document.getElementById("log");
const composer = document.getElementById("composer");
const field = document.getElementById("text");
const status = document.getElementById("status");
const { looking, offline } = document.body.dataset;
const SHOWN_MS = 5000;
let hiding = 0;

function tell(line) {
  status.textContent = line || "";
  clearTimeout(hiding);
  if (line) hiding = setTimeout(() => { status.textContent = ""; }, SHOWN_MS);
}

// The server has escaped everything that comes from people and documents.
function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

async function send(path, fields) {
  const thread = composer.elements.thread.value;
  const body = new URLSearchParams({ ...fields, thread });
  const response = await fetch(path, { method: "POST", body, headers: { accept: "application/json" } });
  const effect = await response.json();
  if (!response.ok && !effect.line) throw new Error(String(response.status));
  return effect;
}

function waiting(question) {
  const turn = document.createElement("article");
  turn.className = "turn";
  const asked = document.createElement("h2");
  asked.textContent = question;
  const line = document.createElement("p");
  line.className = "waiting";
  line.textContent = looking;
  turn.append(asked, line);
  log.querySelector(".beginning")?.remove();
  log.append(turn);
  turn.scrollIntoView({ block: "start" });
  return turn;
}

async function ask(question, path, fields) {
  const turn = waiting(question);
  try {
    const effect = await send(path, fields);
    if (effect.turn) {
      const answered = element(effect.turn);
      turn.replaceWith(answered);
      answered.scrollIntoView({ block: "start" });
      return true;
    }
    tell(effect.line);
  } catch {
    tell(offline);
  }
  turn.remove();
  return false;
}

function nonce() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function tap(card, button) {
  const action = button.value;
  if (action.startsWith("a:")) {
    await ask(button.textContent, "tap", { action });
    return;
  }
  button.disabled = true;
  try {
    const effect = await send("tap", { action });
    tell(effect.line);
    if (effect.card) {
      const shown = element(effect.card);
      card.replaceWith(shown);
      // Whoever uses the keyboard goes on where they were.
      (shown.querySelector(`button[value^="${action.slice(0, 2)}"]`) || shown.querySelector("button, a"))?.focus();
    } else if (effect.buttons !== null && effect.buttons !== undefined) {
      const buttons = element(effect.buttons);
      card.querySelector(".buttons")?.replaceWith(buttons);
      buttons.querySelector('button[value^="w:"]')?.focus();
    } else {
      button.setAttribute("aria-pressed", "true");
    }
  } catch {
    tell(offline);
  }
  button.disabled = false;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.classList.contains("own")) return;
  event.preventDefault();
  if (form.classList.contains("card")) {
    if (button) await tap(form, button);
    return;
  }
  const own = form === composer;
  const text = (own ? field.value : button?.value || "").trim();
  if (!text) return;
  if (own) field.value = "";
  const answered = await ask(text, "ask", { text, delivery: nonce() });
  if (own && !answered && !field.value) field.value = text;
  if (own) field.focus({ preventScroll: true });
});

field?.addEventListener("keydown", (event) => {
  // An input method takes Enter for itself while a word is being chosen.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
    event.preventDefault();
    composer.requestSubmit();
  }
});
