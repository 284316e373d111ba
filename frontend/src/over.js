// A menu inside a scrolling region lies over it, not in it, where it would be cut off.

/** @param {Element} menu a <details> that was opened or shut */
export function layOver(menu) {
  const list = menu.querySelector?.(".menu__list");
  if (!list || !menu.open) return;
  const { bottom, left } = menu.getBoundingClientRect();
  list.classList.add("menu__list--over");
  list.style.left = `${Math.max(8, Math.min(left, innerWidth - list.offsetWidth - 8))}px`;
  list.style.top = `${Math.max(8, Math.min(bottom + 4, innerHeight - list.offsetHeight - 8))}px`;
}
