/**
 * Full-width characters as Chinese input methods write them: read as their half-width twins, each at its own place, so
 * that positions stay. What stands in quotes and comments is the author's text and stays.
 */

/** What may close a text, by what opens it; input methods pair “ and ” wrongly. */
export const QUOTES: Readonly<Record<string, string>> = {
  '"': '"',
  "“": "”“",
  "”": "”“",
  "＂": "＂",
  "「": "」",
  "『": "』",
};

/** Marks of Chinese writing without a twin at a fixed distance. */
const MARKS: Readonly<Record<string, string>> = {
  "、": ",",
  "。": ";",
  "【": "[",
  "】": "]",
  "〔": "[",
  "〕": "]",
  "≧": "≥",
  "≦": "≤",
  "−": "-",
};

/** Full-width forms of the printable ASCII characters begin here. */
const FIRST = 0xff01;
const DISTANCE = FIRST - 0x21;

/** Texts in quotes and comments, also unclosed ones, then what may have a twin. */
const PART =
  /"(?:\\.|[^"\\\n])*"?|[“”](?:\\.|[^“”\\\n])*[“”]?|＂[^＂\n]*＂?|「[^」\n]*」?|『[^』\n]*』?|\/\/[^\n]*|#[^\n]*|\/\*(?:[^]*?\*\/|[^]*)|[！-～、。【】〔〕≧≦−]/g;

export function halfWidth(text: string): string {
  return text.replace(PART, (part) => {
    if (part.length > 1 || part in QUOTES) return part;
    const mark = MARKS[part];
    if (mark !== undefined) return mark;
    const code = part.charCodeAt(0);
    return code >= FIRST ? String.fromCharCode(code - DISTANCE) : part;
  });
}
