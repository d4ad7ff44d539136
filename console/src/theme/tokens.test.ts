import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const css = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");
const tokens = JSON.parse(readFileSync(join(import.meta.dirname, "tokens.json"), "utf8")) as {
  color: Record<string, Record<string, string>>;
};

/** `lineStrong` is `--sg-line-strong` in the style sheet. */
const variableOf = (name: string): string =>
  `--sg-${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

for (const [theme, colors] of Object.entries(tokens.color)) {
  test(`the ${theme} theme of the style sheet has the colours of the tokens`, () => {
    const block = new RegExp(`\\[data-theme=["']?${theme}["']?\\]\\s*\\{([^}]*)\\}`).exec(css)?.[1] ?? "";
    for (const [name, value] of Object.entries(colors)) {
      const found = new RegExp(`${variableOf(name)}:\\s*(#[0-9a-f]{6})`, "i").exec(block)?.[1];
      assert.equal(found?.toUpperCase(), value.toUpperCase(), `${theme} ${name}`);
    }
  });
}
