// Sizes as people say them: text in 字, files in KB and MB.

/** 汉字 and other full-width letters one by one, Latin words and numbers as one each. @param {string} words */
export function countCharacters(words) {
  return (words.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|[\p{Letter}\p{Number}]+(?:['’.-][\p{Letter}\p{Number}]+)*/gu) ?? [])
    .reduce((sum, run) => sum + pieces(run), 0);
}

/** A run of letters may mix scripts: "5G基站" is one word and two 汉字. */
function pieces(run) {
  const han = run.match(/\p{Script=Han}/gu)?.length ?? 0;
  const rest = run.split(/\p{Script=Han}+/u).filter(Boolean).length;
  return han + rest;
}

/** @param {number} bytes */
export function fileSize(bytes) {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
