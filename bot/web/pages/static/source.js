// Keeps "previous" and "next" in step with the mark that was gone to, by link or by the keys n and p.
"use strict";

const way = document.querySelector(".marks");
const names = way ? way.dataset.marks.split(" ") : [];
const [back, onward] = way ? [way.querySelector("[rel=prev]"), way.querySelector("[rel=next]")] : [];
let at = Math.max(0, names.indexOf(location.hash.slice(1) || "quote"));

function go(to) {
  at = (to + names.length) % names.length;
  const mark = document.getElementById(names[at]);
  document.querySelectorAll("mark.here").forEach((one) => one.classList.remove("here"));
  mark.classList.add("here");
  mark.tabIndex = -1;
  mark.focus({ preventScroll: true });
  mark.scrollIntoView({ block: "center" });
  const where = document.getElementById("at");
  if (where) where.textContent = `${at + 1} / ${names.length}`;
}

back?.addEventListener("click", (event) => { event.preventDefault(); go(at - 1); });
onward?.addEventListener("click", (event) => { event.preventDefault(); go(at + 1); });
way?.querySelector("a:only-child")?.addEventListener("click", (event) => { event.preventDefault(); go(0); });

document.addEventListener("keydown", (event) => {
  if (!names.length || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") go(at + 1);
  if (event.key === "p") go(at - 1);
});

// A table or a line of code that is wider than the page may hide what was quoted.
document.getElementById("quote")?.scrollIntoView({ block: "center", inline: "nearest" });
