/**
 * Typed decoders as generated code: one function per realtime body that returns the item. Where a body is too short,
 * or not of a kind worth generating, the interpreter is asked instead, so that errors come from one place.
 */
import type { Edition } from "../frame.ts";
import { isGroup, view, type RawItem } from "../interpret/decode.ts";
import { BODIES } from "../layout/bodies.ts";
import type { Element, ListElement, QuantityElement } from "../layout/element.ts";
import type { BodyLayout } from "../layout/shared.ts";
import { hexWord } from "../views.ts";
import { ALL_ONES, biasedSource, fixedRun, fixedSize, isCount, minimumSize, readSource } from "./source.ts";

/** Position after the body just read. */
export interface Position {
  at: number;
}
/** Reads the body at `p`, which must end before `e`; undefined when it does not. */
export type BodyReader = (bytes: Uint8Array, p: number, e: number, position: Position) => RawItem | undefined;

class Source {
  readonly lines: string[] = [];
  readonly edition: Edition;
  #offset = 0;
  #names = 0;

  constructor(edition: Edition) {
    this.edition = edition;
  }

  /** Emits the reading of `elements`; the expression of the object that they make. */
  object(elements: readonly Element[], head: string): string {
    const properties: string[] = head === "" ? [] : [head];
    const counts = new Map<string, string>();
    elements.forEach((element, i) => {
      if (this.#offset === 0) {
        const run = fixedRun(elements, i);
        if (run > 0) this.lines.push(`if(e-p<${run})return undefined;`);
      }
      const name = `f${this.#names++}`;
      properties.push(`${element.name}:${name}`);
      if (element.kind === "list") {
        this.#flush();
        this.#list(element, name, counts.get(element.count) ?? "0");
        return;
      }
      this.lines.push(`const ${name}=${this.#value(element)};`);
      this.#offset += fixedSize(element) ?? 0;
      if (isCount(element, elements) && element.kind === "code") {
        const count = `n${this.#names++}`;
        this.lines.push(`const ${count}=${name}>=${ALL_ONES[element.size] - 1}?0:${name};`);
        counts.set(element.name, count);
      }
    });
    this.#flush();
    return `{${properties.join(",")}}`;
  }

  #flush(): void {
    if (this.#offset > 0) this.lines.push(`p+=${this.#offset};`);
    this.#offset = 0;
  }

  #value(element: Element): string {
    switch (element.kind) {
      case "quantity":
        return quantitySource(element, this.#offset);
      case "code":
        return readSource(element.size, "p", this.#offset);
      case "view":
        return `view("${element.view}",${readSource(element.size, "p", this.#offset)},${this.edition})`;
      case "hexWord":
        return `hexWord(${readSource(4, "p", this.#offset)})`;
      default:
        throw new Error(`no code for ${element.kind}`);
    }
  }

  #list(list: ListElement, name: string, count: string): void {
    if (isGroup(list.of)) {
      this.lines.push(
        `if(e-p<${count}*${minimumSize(list.of)})return undefined;const ${name}=[];for(let i=0;i<${count};i++){`,
      );
      const item = this.object(list.of, "");
      this.lines.push(`${name}.push(${item});}`);
      return;
    }
    const size = fixedSize(list.of) ?? 0;
    this.lines.push(`if(e-p<${size}*${count})return undefined;let ${name}=[];`);
    if (list.of.kind === "quantity" && list.of.sentinels) {
      // A list with a sentinel is read again, so that the usual list stays an array of plain doubles.
      const v = readSource(list.of.size, "q", 0);
      this.lines.push(
        `{let q=p,i=0;for(;i<${count};i++,q+=${size}){const v=${v};if(v>=${ALL_ONES[list.of.size] - 1})break;${name}.push(${scaled(list.of, "v")});}`,
        `if(i<${count}){${name}=[];for(i=0,q=p;i<${count};i++,q+=${size}){const v=${v};${name}.push(${choose(list.of, "v")});}}p=q;}`,
      );
      return;
    }
    this.lines.push(`for(let i=0;i<${count};i++){${name}.push(${this.#value(list.of)});p+=${size};}`);
  }
}

function scaled(element: QuantityElement, v: string): string {
  const value = biasedSource(v, element.bias);
  return element.perUnit === 1 ? value : `(${value})/${element.perUnit}`;
}

function choose(element: QuantityElement, v: string): string {
  const ones = ALL_ONES[element.size];
  return `${v}<${ones - 1}?${scaled(element, v)}:${v}===${ones}?"invalid":"abnormal"`;
}

function quantitySource(element: QuantityElement, offset: number): string {
  const raw = readSource(element.size, "p", offset);
  return element.sentinels ? `(v=${raw},${choose(element, "v")})` : scaled(element, raw);
}

function readerSource(layout: BodyLayout, edition: Edition): string {
  const source = new Source(edition);
  const object = source.object(layout.elements, `type:${layout.type},kind:"${layout.kind}"`);
  return `${layout.type}:function(b,p,e,s){let v=0;${source.lines.join("\n")}s.at=p;return${object};}`;
}

/** Bodies with byte strings are rare and stay with the interpreter. */
function isGenerated(layout: BodyLayout): boolean {
  return layout.elements.every((element) => element.kind !== "blob");
}

/** Readers by type. Throws an EvalError where the page forbids code from strings. */
export function generateReaders(edition: Edition): readonly (BodyReader | undefined)[] {
  const functions = BODIES[edition].filter(isGenerated).map((layout) => readerSource(layout, edition));
  const make = new Function("view", "hexWord", `"use strict";return{${functions.join(",\n")}};`);
  const readers = make(view, hexWord) as Readonly<Record<number, BodyReader>>;
  return Array.from({ length: 256 }, (_, type) => readers[type]);
}
