/** Letters, digits and what belongs to a unit or a share. */
const WESTERN = "0-9A-Za-z%°Ω℃";
const AFTER_HAN = new RegExp(`(\\p{Script=Han})(-?[${WESTERN}])`, "gu");
const BEFORE_HAN = new RegExp(`([${WESTERN}])(\\p{Script=Han})`, "gu");

/** A Chinese sentence with a space between Han characters and numbers, units or ids, as `过去 10 分钟内至少 5 次`. */
export function spaced(sentence: string): string {
  return sentence.replace(AFTER_HAN, "$1 $2").replace(BEFORE_HAN, "$1 $2");
}
