// Words that are selected in a text under review go into the form for a remark: the quotation itself,
// and which of several equal ones it is. Without scripts the quotation is typed.
const NOISE = ".unseen, del, .change__told, .change__things figcaption";
const BLOCK = "p, h2, h3, li, td, figcaption";

const blockOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest(BLOCK);

/** The words of a range as they stand in the newer text. */
function wordsOf(range) {
  const copy = document.createElement("div");
  copy.append(range.cloneContents());
  for (const noise of copy.querySelectorAll(NOISE)) noise.remove();
  return copy.textContent;
}

function countBefore(range, text, quote) {
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  return (text.dataset.before ?? "").split(quote).length - 1 + wordsOf(before).split(quote).length - 1;
}

function take() {
  const field = document.querySelector("[data-quote]");
  const selection = getSelection();
  if (!field || !selection.rangeCount || selection.isCollapsed || document.activeElement === field) return;
  const range = selection.getRangeAt(0);
  const text = blockOf(range.startContainer)?.closest("[data-quotable]");
  if (!text || blockOf(range.startContainer) !== blockOf(range.endContainer)) return;
  const quote = wordsOf(range).trim();
  if (!quote || quote.length > field.maxLength) return;
  field.value = quote;
  document.querySelector("[data-quote-nth]").value = countBefore(range, text, quote);
}

let timer;
document.addEventListener("selectionchange", () => {
  clearTimeout(timer);
  timer = setTimeout(take, 150);
});
take(); // words may have been selected before this script came
