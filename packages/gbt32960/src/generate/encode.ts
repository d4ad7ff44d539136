/**
 * Typed encoders as generated code: one function per realtime body. They write only what is complete and in range;
 * anything else gives -1 and is left to the interpreter, which knows the defaults and the error messages.
 */
import { MAX_FRAME_BYTES, type Edition } from "../frame.ts";
import { isGroup } from "../interpret/decode.ts";
import { rawOfView } from "../interpret/encode.ts";
import { BODIES } from "../layout/bodies.ts";
import type { Element, ListElement, QuantityElement } from "../layout/element.ts";
import type { BodyLayout } from "../layout/shared.ts";
import { ALL_ONES, fixedRun, fixedSize, isCount, writeSource, type NumberElement } from "./source.ts";

/** Writes a body at `p`; the position after it, or -1. */
export type BodyWriter = (bytes: Uint8Array, p: number, item: unknown) => number;

/** The last byte of the buffer is for the BCC. */
const LIMIT = MAX_FRAME_BYTES - 1;

class Source {
  readonly lines: string[] = [];
  #offset = 0;
  #names = 0;

  object(elements: readonly Element[], from: string): void {
    const counts = new Map<string, string>();
    elements.forEach((element, i) => {
      if (this.#offset === 0) {
        const run = fixedRun(elements, i);
        if (run > 0) this.lines.push(`if(p+${run}>${LIMIT})return-1;`);
      }
      if (element.kind === "list") {
        this.#flush();
        this.#list(element, from, counts.get(element.count) ?? "0");
        return;
      }
      const count = isCount(element, elements) ? `n${this.#names++}` : undefined;
      if (count !== undefined) counts.set(element.name, count);
      this.#value(element, `${from}.${element.name}`, count);
    });
    this.#flush();
  }

  #flush(): void {
    if (this.#offset > 0) this.lines.push(`p+=${this.#offset};`);
    this.#offset = 0;
  }

  #value(element: Element, value: string, count?: string): void {
    switch (element.kind) {
      case "quantity":
        this.lines.push(`x=${value};${quantitySource(element)}`, writeSource(element.size, "v", this.#offset));
        break;
      case "code":
      case "view":
        this.lines.push(
          element.kind === "view" ? `v=rawOfView(${value});` : `v=${value};`,
          exactSource(element),
          writeSource(element.size, "v", this.#offset),
        );
        if (count !== undefined) this.lines.push(`const ${count}=v>=${ALL_ONES[element.size] - 1}?0:v;`);
        break;
      case "hexWord":
        this.lines.push(`v=rawOfView({raw:${value}});if(v>>>0!==v)return-1;`, writeSource(4, "v", this.#offset));
        break;
      default:
        throw new Error(`no code for ${element.kind}`);
    }
    this.#offset += fixedSize(element) ?? 0;
  }

  #list(list: ListElement, from: string, count: string): void {
    const name = `a${this.#names++}`;
    this.lines.push(
      `const ${name}=${from}.${list.name};if(!Array.isArray(${name})||${name}.length!==${count})return-1;`,
    );
    const item = `o${this.#names++}`;
    const { of } = list;
    if (isGroup(of)) {
      this.lines.push(
        `for(let i=0;i<${count};i++){const ${item}=${name}[i];if(typeof ${item}!=="object"||${item}===null)return-1;`,
      );
      this.object(of, item);
    } else {
      const size = fixedSize(of) ?? 0;
      this.lines.push(`if(p+${size}*${count}>${LIMIT})return-1;for(let i=0;i<${count};i++){const ${item}=${name}[i];`);
      this.#value(of, item);
      this.#flush();
    }
    this.lines.push("}");
  }
}

/** Sets `v` to the raw number of value `x`. */
function quantitySource(element: QuantityElement): string {
  const ones = ALL_ONES[element.size];
  const scaled = element.perUnit === 1 ? "Math.round(x)" : `Math.round(x*${element.perUnit})`;
  const raw =
    element.bias === 0 ? scaled : element.bias < 0 ? `${scaled}+${-element.bias}` : `${scaled}-${element.bias}`;
  const sentinels = element.sentinels ? `else if(x==="invalid")v=${ones};else if(x==="abnormal")v=${ones - 1};` : "";
  return `if(typeof x==="number"){v=${raw};if(!(v>=0&&v<=${element.sentinels ? ones - 2 : ones}))return-1;}${sentinels}else return-1;`;
}

/** Refuses `v` unless it is an unsigned integer of the size. */
function exactSource(element: NumberElement): string {
  return element.size === 4 ? "if(v>>>0!==v)return-1;" : `if((v&${ALL_ONES[element.size]})!==v)return-1;`;
}

function writerSource(layout: BodyLayout): string {
  const source = new Source();
  source.object(layout.elements, "o");
  return `${layout.kind}:function(b,p,o){let v=0,x=0;if(p>=${LIMIT})return-1;b[p++]=${layout.type};${source.lines.join("\n")}return p;}`;
}

/** Writers by kind. Throws an EvalError where the page forbids code from strings. */
export function generateWriters(edition: Edition): ReadonlyMap<string, BodyWriter> {
  const layouts = BODIES[edition].filter((layout) => layout.elements.every((element) => element.kind !== "blob"));
  const make = new Function("rawOfView", `"use strict";return{${layouts.map(writerSource).join(",\n")}};`);
  return new Map(Object.entries(make(rawOfView) as Record<string, BodyWriter>));
}
