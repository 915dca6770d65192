// One script tag on a site that the operator lists: a button that opens the page to ask in a frame.
"use strict";

(() => {
  const script = document.currentScript;
  const chinese = (document.documentElement.lang || navigator.language).toLowerCase().startsWith("zh");
  const label = script.dataset.label || (chinese ? "提问" : "Ask");
  const address = new URL(`../?lang=${chinese ? "zh" : "en"}`, script.src).href;
  const style = new CSSStyleSheet();
  style.replaceSync(`
    button { position: fixed; right: 1rem; bottom: 1rem; z-index: 2147483000; font: 600 1rem/1 system-ui, sans-serif;
      color: #fff; background: #0b6b57; border: 0; border-radius: 2rem; padding: .9rem 1.4rem; cursor: pointer;
      box-shadow: 0 .2rem .9rem #0004; }
    button:focus-visible { outline: .2rem solid #6fd3b8; outline-offset: .15rem; }
    iframe { position: fixed; right: 1rem; bottom: 4.6rem; z-index: 2147483000; border: 1px solid #0003;
      border-radius: .9rem; width: min(26rem, calc(100vw - 2rem)); height: min(40rem, calc(100vh - 6rem));
      background: #f6f5f1; box-shadow: 0 .4rem 2rem #0004; }
    [hidden] { display: none; }`);

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [style];
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  root.append(button);
  let frame = null;

  function show(open) {
    if (open && !frame) {
      frame = document.createElement("iframe");
      frame.title = label;
      frame.src = address;
      root.prepend(frame);
    }
    if (frame) frame.hidden = !open;
    button.textContent = open ? "✕" : label;
    button.setAttribute("aria-label", open ? (chinese ? "关闭" : "Close") : label);
    button.setAttribute("aria-expanded", String(open));
    (open ? frame : button).focus();
  }

  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") === "false"));
  root.addEventListener("keydown", (event) => { if (event.key === "Escape") show(false); });
  const place = () => document.body.append(host);
  if (document.body) place(); else document.addEventListener("DOMContentLoaded", place);
})();
