// Uploads what is dropped, and shows how far the work is. All else on the page works without it.
"use strict";

const work = document.getElementById("work");
const upload = document.getElementById("upload");
const LOOK_MS = 1000;

async function look() {
  const response = await fetch("work", { headers: { accept: "application/json" } });
  if (!response.ok) { location.reload(); return; }
  const { box, running } = await response.json();
  const before = work.querySelector("[data-running]");
  // The server has escaped everything that comes from people and documents.
  if (work.innerHTML !== box) work.innerHTML = box;
  if (running) setTimeout(look, LOOK_MS);
  else if (before && !work.querySelector("button") && !writing()) location.reload();
}

function writing() {
  return [...document.querySelectorAll("textarea")].some((one) => one.value);
}

if (work?.querySelector("[data-running]")) setTimeout(look, LOOK_MS);

function line(list, text) {
  const item = document.createElement("li");
  item.textContent = text;
  list.append(item);
  return item;
}

async function send(files) {
  const sent = document.getElementById("sent");
  const headers = { "x-csrf": upload.dataset.csrf };
  let stored = 0;
  for (const file of files) {
    const item = line(sent, `${file.name} …`);
    try {
      const response = await fetch(`upload?name=${encodeURIComponent(file.name)}`, { method: "POST", headers, body: file });
      const effect = await response.json();
      item.textContent = effect.line;
      stored += effect.stored ? 1 : 0;
    } catch {
      item.textContent = `${file.name}: ✗`;
    }
  }
  if (stored === files.length) document.querySelector("form[action=reindex]").requestSubmit();
}

upload?.addEventListener("dragover", (event) => { event.preventDefault(); upload.classList.add("over"); });
upload?.addEventListener("dragleave", () => upload.classList.remove("over"));
upload?.addEventListener("drop", (event) => {
  event.preventDefault();
  upload.classList.remove("over");
  send([...event.dataTransfer.files]);
});
upload?.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("files")?.addEventListener("change", (event) => send([...event.target.files]));
