// Time that passes while a page is open: running clocks, and deadlines that come near or go by.
import { text } from "../texts.js";

const two = (number) => String(number).padStart(2, "0");

function tick() {
  const now = Date.now();
  for (const clock of document.querySelectorAll("[data-countdown]")) {
    const left = Math.max(0, Math.floor((Date.parse(clock.getAttribute("data-countdown")) - now) / 1000));
    clock.textContent = `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
    clock.toggleAttribute("data-over", left === 0);
  }
  for (const clock of document.querySelectorAll("[data-since]")) {
    const gone = Math.max(0, Math.floor((now - Date.parse(clock.getAttribute("data-since"))) / 1000));
    clock.textContent = `${Math.floor(gone / 60)}:${two(gone % 60)}`;
    clock.toggleAttribute("data-over", gone > Number(clock.getAttribute("data-limit") ?? Infinity));
  }
}

function turn() {
  const now = Date.now();
  for (const deadline of document.querySelectorAll("[data-due]")) {
    const left = Date.parse(deadline.getAttribute("data-due")) - now;
    const soon = Number(deadline.getAttribute("data-soon")) * 60_000;
    const tone = left < 0 ? "overdue" : left < soon ? "soon" : "calm";
    deadline.className = `deadline deadline--${tone}`;
    const word = deadline.querySelector(".deadline__word");
    if (word) word.textContent = text(tone === "overdue" ? "overdue" : "due");
  }
}

setInterval(tick, 1_000);
setInterval(turn, 30_000);
