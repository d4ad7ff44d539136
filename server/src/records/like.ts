/** The pattern of `LIKE` that finds a text anywhere in a value, character by character: `%`, `_` and `\` mean themselves. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, "\\$&")}%`;
