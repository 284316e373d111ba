// What is pasted from Word, WPS, WeChat and the web, before the schema takes from it what it knows.

const UNWANTED = /<(style|script|xml|title)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->/gi;
const TAG = /<[a-z][^>]*>/gi;

/** Inline styles and handlers are renamed: the page's policy forbids them, even while being read. */
const disarm = (tag) => tag.replace(/\sstyle\s*=/gi, " data-style=").replace(/\son(\w+)\s*=/gi, " data-on-$1=");

/** @param {string} markup */
export const cleanMarkup = (markup) => markup.replace(UNWANTED, "").replace(TAG, disarm);

/** Full-width blanks that stand for an indent belong to the layout, not to the text. @param {string} words */
export const withoutIndents = (words) => words.replace(/^[ \t\u3000]+/gm, "");
