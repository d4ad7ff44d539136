/**
 * Column decoders as generated code: one function per body, straight from the layout table. The source contains
 * numbers from our own tables and column indexes only, never data of a frame or of the caller.
 */
import { listWords, renewWords, type ListWords } from "../bulk.ts";
import type { ColumnMap, ColumnSink, ColumnTarget, ListSink } from "../column-types.ts";
import { DEFAULT_DIALECT, isReserved, type Dialect } from "../dialect.ts";
import { HEADER_BYTES, type Edition } from "../frame.ts";
import { isGroup } from "../interpret/decode.ts";
import { alarmMask } from "../interpret/columns.ts";
import { BODIES } from "../layout/bodies.ts";
import type { Element, ListElement, QuantityElement } from "../layout/element.ts";
import type { BodyLayout } from "../layout/shared.ts";
import { viewOf } from "../source-view.ts";
import { appendBytesSource, appendWordsSource, boundViews, BULK_PRELUDE } from "./bulk.ts";
import { ALL_ONES, biasedSource, fixedRun, isCount, minimumSize, readSource, type NumberElement } from "./source.ts";

/**
 * How the source knows its columns. `shared` code serves any sink: arrays of lists are looked up, and grow. `bound` code
 * is compiled for the arrays of one sink, which are constants in it: that spares most of the checks of every store. It
 * refuses the frame (`STALE`) when the sink has got other arrays or could run out of room.
 */
export type Binding = "shared" | "bound";
export const STALE = -2;

/** Reads the items in [at, end) into a row; -1, or the offset where the data unit ends too early. */
export type ItemsToColumns = (bytes: Uint8Array, at: number, end: number, sink: ColumnSink, row: number) => number;

/** How a list knows its length: the variable of its count, and of the reason why that is no number (0: it is one). */
interface CountVariables {
  readonly count: string;
  readonly why: string;
}
const NO_COUNT: CountVariables = { count: "0", why: "0" };

/** Builds the source of one body function. `p` is the position, `o` the constant offset of the next field from it. */
class BodySource {
  readonly edition: Edition;
  readonly map: ColumnMap;
  readonly lines: string[] = [];
  readonly scalars = new Set<number>();
  readonly lists = new Set<number>();
  /** Lists that are also written by words, with the source of the loop. */
  readonly bulk = new Map<number, Bulk>();
  /** Fewest bytes per entry of a list. */
  readonly entryBytes = new Map<number, number>();
  readonly #binding: Binding;
  readonly #dialect: Dialect;
  #offset = 0;
  #names = 0;
  readonly #sums = new Map<string, string>();

  constructor(edition: Edition, map: ColumnMap, binding: Binding, dialect: Dialect) {
    this.edition = edition;
    this.map = map;
    this.#binding = binding;
    this.#dialect = dialect;
  }

  body(layout: BodyLayout): string {
    this.elements(layout.elements);
    this.#flush();
    for (const [column, sum] of this.#sums) {
      const target = this.#target(column);
      if (target !== undefined && "scalar" in target)
        this.lines.push(sumSource(`s${target.scalar}t[row]`, `s${target.scalar}r[row]`, sum));
    }
    const sums = [...this.#sums.values()].map((sum) => `let ${sum}=0,y${sum}=0;`).join("");
    return `const body${layout.type}=function(b,p,e,row,view,base){let v=0,fix=0;${sums}${this.lines.join("\n")}return p;};`;
  }

  elements(elements: readonly Element[]): void {
    const counts = new Map<string, CountVariables>();
    elements.forEach((element, i) => {
      if (this.#offset === 0) this.#check(fixedRun(elements, i));
      switch (element.kind) {
        case "quantity":
        case "code":
        case "view":
          this.#number(element, counts, elements);
          break;
        case "hexWord":
          this.#offset += 4;
          break;
        case "blob":
          this.#flush();
          this.lines.push("if(e-p<2)return~p;v=b[p]<<8|b[p+1];p+=2;if(e-p<v)return~p;p+=v;");
          break;
        case "list":
          this.#flush();
          this.#list(element, counts.get(element.count) ?? NO_COUNT);
          break;
        default:
          throw new Error(`no columns for ${element.kind}`);
      }
    });
    this.#flush();
  }

  #check(bytes: number): void {
    if (bytes > 0) this.lines.push(`if(e-p<${bytes})return~p;`);
  }

  #flush(): void {
    if (this.#offset > 0) this.lines.push(`p+=${this.#offset};`);
    this.#offset = 0;
  }

  #target(column: string | undefined): ColumnTarget | undefined {
    const target = column === undefined ? undefined : this.map[column];
    if (target === undefined) return undefined;
    if ("scalar" in target) this.scalars.add(target.scalar);
    else this.lists.add(target.list);
    return target;
  }

  #number(element: NumberElement, counts: Map<string, CountVariables>, siblings: readonly Element[]): void {
    const at = this.#offset;
    this.#offset += element.size;
    const counting = isCount(element, siblings);
    const target = this.#target(element.column);
    if (!counting && target === undefined && element.as !== "fix") return;
    const raw = readSource(element.size, "p", at);
    const variable = counting ? `n${this.#names++}` : "v";
    const why = counting && this.#isLengthKept(element, siblings) ? `y${variable}` : undefined;
    this.lines.push(counting ? `let ${variable}=${raw}${why === undefined ? "" : `,${why}=0`};` : `v=${raw};`);
    if (element.as === "fix") this.lines.push("fix=v;");
    if (target !== undefined) this.lines.push(this.#store(element, variable, target));
    if (counting) {
      // The interpreter has read the count itself by then: that is where it says that the data unit ends.
      const noNumber = why === undefined ? "" : `${why}=${reason(element, variable)};`;
      const sentinel =
        this.#dialect.countSentinels === "malformed" ? `return~(p+${this.#offset});` : `{${noNumber}${variable}=0;}`;
      this.lines.push(`if(${variable}>=${ALL_ONES[element.size] - 1})${sentinel}`);
      counts.set(element.name, { count: variable, why: why ?? "0" });
    }
  }

  /** Whether a column says how long the list of this count is. */
  #isLengthKept({ name }: NumberElement, siblings: readonly Element[]): boolean {
    return siblings.some(
      (list) =>
        list.kind === "list" &&
        list.count === name &&
        (this.#target(list.lengthColumn) !== undefined || list.sumColumn !== undefined),
    );
  }

  /** Statement that puts number `v` into its column. */
  #store(element: NumberElement, v: string, target: ColumnTarget): string {
    const [ticks, reasons, index] =
      "scalar" in target
        ? [`s${target.scalar}t`, `s${target.scalar}r`, "row"]
        : [`t${target.list}`, `r${target.list}`, `k${target.list}+i`];
    const ok = (value: string) => `${ticks}[${index}]=${value};${reasons}[${index}]=0;`;
    const missing = (reason: string) => `${ticks}[${index}]=0;${reasons}[${index}]=${reason};`;
    switch (element.as) {
      case "fix":
        return ok(`1&~${v}`);
      case "gear":
        return `if(${v}>=254${this.edition === 2025 ? `||${v}&128` : ""}){${missing("1")}}else{${ok(`${v}&15`)}}`;
      case "flags": {
        // Two alarm bodies in a frame: an alarm of either stands.
        const bits = `(${v}&${alarmMask(this.edition)})>>>0`;
        return `if(${reasons}[${index}]===0)${ticks}[${index}]=(${ticks}[${index}]|${bits})>>>0;else{${ok(bits)}}`;
      }
      case "longitude":
        return `if(${v}<=${element.max}){${ok(`fix&4?-${v}:${v}`)}}else{${missing("4")}}`;
      case "latitude":
        return `if(${v}<=${element.max}){${ok(`fix&2?-${v}:${v}`)}}else{${missing("4")}}`;
      default:
        if (element.column === "packs.firstCell" && this.#dialect.firstCell === 0)
          return `if(${v}<${element.max}){${ok(`${v}+1`)}}else{${missing(reason(element, v))}}`;
        if (element.repeated === "largest") {
          const larger = largestSource(`${ticks}[${index}]`, `${reasons}[${index}]`, biasedSource(v, element.bias));
          return `if(${inRange(element, v)}){${larger}}else if(${reasons}[${index}]!==0){${missing(reason(element, v))}}`;
        }
        return `if(${inRange(element, v)}){${ok(biasedSource(v, element.bias))}}else{${missing(reason(element, v))}}`;
    }
  }

  #list(element: ListElement, { count, why }: CountVariables): void {
    const lengthTarget = this.#target(element.lengthColumn);
    if (lengthTarget !== undefined) {
      const at =
        "scalar" in lengthTarget
          ? `s${lengthTarget.scalar}t[row]=${count};s${lengthTarget.scalar}r[row]=${why};`
          : `t${lengthTarget.list}[k${lengthTarget.list}+i]=${count};r${lengthTarget.list}[k${lengthTarget.list}+i]=${why};`;
      this.lines.push(at);
    }
    if (element.sumColumn !== undefined) {
      let sum = this.#sums.get(element.sumColumn);
      if (sum === undefined) {
        sum = `sum${this.#sums.size}`;
        this.#sums.set(element.sumColumn, sum);
      }
      this.lines.push(`${sum}+=${count};`, `if(${why}!==0)y${sum}=${why};`);
    }
    if (isGroup(element.of)) this.#groups(element, element.of, count);
    else this.#values(element.of, count);
  }

  #groups(list: ListElement, of: readonly Element[], count: string): void {
    const columns = directColumns(of).concat((list.constants ?? []).map(({ column }) => column));
    const targets = columns
      .map((column) => this.#target(column))
      .filter((target) => target !== undefined && "list" in target);
    const indexes = targets.map((target) => (target as { list: number }).list);
    // No group is shorter than its fixed part: a count that cannot fit must not make the columns grow.
    this.lines.push(`if(e-p<${count}*${minimumSize(of)})return~p;`);
    for (const n of indexes) {
      this.#needs(n, minimumSize(of));
      this.lines.push(
        this.#binding === "bound"
          ? `const k${n}=l${n}.length;`
          : `${reserve(n, count)}const t${n}=l${n}.ticks,r${n}=l${n}.reasons,k${n}=l${n}.length;`,
      );
    }
    this.lines.push(`for(let i=0;i<${count};i++){`);
    this.elements(of);
    for (const { column, value } of list.constants ?? []) {
      const target = this.#target(column);
      if (target !== undefined && "list" in target)
        this.lines.push(`t${target.list}[k${target.list}+i]=${value};r${target.list}[k${target.list}+i]=0;`);
    }
    this.lines.push("}");
    for (const n of indexes) this.lines.push(`l${n}.length=k${n}+${count};`);
  }

  #needs(list: number, bytes: number): void {
    this.entryBytes.set(list, Math.min(bytes, this.entryBytes.get(list) ?? bytes));
  }

  /** The start of an `if … else` that writes a list by words where its values allow it. */
  #fast(of: QuantityElement, count: string, list: number): string {
    const words = of.size === 2 && of.bias === 0 && of.min === 0 && of.max >= 0x7fff;
    const bytes = of.size === 1 && of.bias <= 0 && of.bias >= -127 && of.min === 0 && of.max >= 0x7f;
    if (!words && !bytes) return "";
    this.bulk.set(list, { signed: bytes, bias: -of.bias });
    const usable = this.#binding === "bound" ? `w${list}.usable&&` : "";
    return `if(${usable}append${list}(view,base+p,${count})){const n=${of.size}*${count};if(o${list})l${list}.tookRun(row,p-frame,n);p+=n;}else`;
  }

  #values(of: Element, count: string): void {
    if (of.kind === "hexWord") {
      this.lines.push(`if(e-p<4*${count})return~p;p+=4*${count};`);
      return;
    }
    if (of.kind !== "quantity") throw new Error(`no columns for lists of ${of.kind}`);
    const target = this.#target(of.column);
    this.lines.push(`if(e-p<${of.size}*${count})return~p;`);
    if (target !== undefined && "list" in target) {
      const n = target.list;
      this.#needs(n, of.size);
      const bound = this.#binding === "bound";
      this.lines.push(
        `${bound ? "" : reserve(n, count)}${this.#fast(of, count, n)}{${bound ? `const t=t${n},r=r${n};` : `const t=l${n}.ticks,r=l${n}.reasons;`}let k=l${n}.length;const stop=k+${count};`,
        `for(;k<stop;k++){const v=${readSource(of.size, "p", 0)};p+=${of.size};`,
        `if(${inRange(of, "v")}){t[k]=${biasedSource("v", of.bias)};r[k]=0;}else{t[k]=0;r[k]=${reason(of, "v")};}}`,
        `l${n}.length=stop;}`,
      );
    } else {
      this.lines.push(`p+=${of.size}*${count};`);
    }
  }
}

/** A list that is written by words: signed bytes less a bias, or unsigned words. */
interface Bulk {
  readonly signed: boolean;
  readonly bias: number;
}

/** Statement that puts `value` into a cell unless the frame has already put a larger one there. */
function largestSource(tick: string, reason: string, value: string): string {
  return `if(${reason}!==0||${tick}<${value}){${tick}=${value};${reason}=0;}`;
}

/** The same for a sum of counts; nothing counted and a count without a number among them make no sum. */
function sumSource(tick: string, reason: string, sum: string): string {
  return `if(${sum}===0&&y${sum}!==0){if(${reason}!==0){${tick}=0;${reason}=y${sum};}}else ${largestSource(tick, reason, sum)}`;
}

/** Most of the time there is room: the call is then spared. */
function reserve(list: number, count: string): string {
  return `if(l${list}.length+${count}>l${list}.ticks.length)l${list}.reserve(${count});`;
}

function inRange(element: NumberElement, v: string): string {
  return element.min > 0 ? `${v}>=${element.min}&&${v}<=${element.max}` : `${v}<=${element.max}`;
}

function reason(element: NumberElement, v: string): string {
  const ones = ALL_ONES[element.size];
  return element.sentinels ? `${v}===${ones}?3:${v}===${ones - 1}?2:4` : "4";
}

/** Columns of the group's own fields: one entry per item. */
function directColumns(of: readonly Element[]): string[] {
  const columns: string[] = [];
  for (const element of of) {
    if (element.kind === "list") {
      if (element.lengthColumn !== undefined) columns.push(element.lengthColumn);
    } else if ("column" in element && element.column !== undefined) columns.push(element.column);
  }
  return columns;
}

/** Source of the decoder for all bodies of an edition. */
export function columnSource(
  edition: Edition,
  map: ColumnMap,
  binding: Binding,
  dialect: Dialect = DEFAULT_DIALECT,
): string {
  const functions: string[] = [];
  const cases: string[] = [];
  const scalars = new Set<number>();
  const lists = new Set<number>();
  const bulk = new Map<number, Bulk>();
  const entryBytes = new Map<number, number>();
  for (const layout of BODIES[edition]) {
    if (isReserved(dialect, edition, layout.type)) continue;
    const source = new BodySource(edition, map, binding, dialect);
    functions.push(source.body(layout));
    for (const n of source.scalars) scalars.add(n);
    for (const n of source.lists) lists.add(n);
    for (const entry of source.bulk) bulk.set(...entry);
    for (const [n, bytes] of source.entryBytes) entryBytes.set(n, Math.min(bytes, entryBytes.get(n) ?? bytes));
    const after = layout.kind === "signature" ? "return p<0?~p:-1;" : "break;";
    cases.push(`case ${layout.type}:p=body${layout.type}(b,p,e,row,view,base);${after}`);
  }
  const bound = binding === "bound";
  const columns = [
    ...[...scalars].map((n) => `const s${n}t=sink.scalars[${n}].ticks,s${n}r=sink.scalars[${n}].reasons;`),
    ...[...lists].map(
      (n) =>
        `const l${n}=sink.lists[${n}];${bound ? `const t${n}=l${n}.ticks,r${n}=l${n}.reasons,c${n}=t${n}.length;` : ""}`,
    ),
    ...[...bulk].map(([n, { signed, bias }]) =>
      [
        `const w${n}=listWords(),o${n}=l${n}.tookRun!==undefined;`,
        bound ? `renewWords(w${n},l${n},${signed});${boundViews(n, signed)}` : "",
        signed ? appendBytesSource(n, bias, bound) : appendWordsSource(n, bound),
      ].join(""),
    ),
  ];
  const room = [...lists].map((n) => [n, entriesSource(entryBytes.get(n) ?? 1)] as const);
  const stale = room.map(([n, entries]) => `l${n}.ticks!==t${n}||l${n}.length+${entries}>c${n}`);
  // Asking for the room now keeps a list that is just full from being stale again and again.
  const grow = room.map(([n, entries]) => `l${n}.reserve(${entries});`);
  return `"use strict";
${BULK_PRELUDE}let frame=0;${columns.join("\n")}
${functions.join("\n")}
return function(b,p,e,row){
${bound && stale.length > 0 ? `const n=e-p;if(${stale.join("||")}){${grow.join("")}return ${STALE};}` : ""}
const view=viewOf(b),base=b.byteOffset;frame=p-${ITEMS_AT};
while(p<e){
const type=b[p++];
switch(type){
${cases.join("\n")}
default:
if(type<128||type>254)return -1;
if(e-p<2)return p;
{const n=b[p]<<8|b[p+1];p+=2;if(e-p<n)return p;p+=n;}
}
if(p<0)return~p;
}
return -1;
};`;
}

/** Items begin behind the header and the collection time. */
const ITEMS_AT = HEADER_BYTES + 6;

/** Most entries of a list that `n` bytes can hold, rounded up to a shift. */
function entriesSource(bytes: number): string {
  const shift = Math.floor(Math.log2(bytes));
  return shift === 0 ? "n" : `(n>>>${shift})`;
}

type BoundItems = (bytes: Uint8Array, at: number, end: number, row: number) => number;
type Make = (
  sink: ColumnSink,
  listWords: () => ListWords,
  renewWords: (words: ListWords, list: ListSink, signed: boolean) => void,
  viewOf: (bytes: Uint8Array) => DataView,
) => BoundItems;

/** Makes the decoder of a sink. @param note makes the source unique: V8 shares the feedback of equal sources */
function compile(source: string, note: number): Make {
  return new Function("sink", "listWords", "renewWords", "viewOf", `${source}//${note}`) as Make;
}

/**
 * Frames that a sink must have taken before code is compiled for it. They have cost as much more in shared code (0.2 µs
 * each) as compiling, and running the new code slowly until it is compiled well, will cost (some 40 ms).
 */
const BIND_AFTER = 131_072;

/** A sink and its code. */
interface BoundSink {
  decode: BoundItems;
  bound: boolean;
  frames: number;
}

/**
 * Compiles the decoder of an edition. A sink first gets shared code; one that stays in use gets code of its own.
 * @param bindAfter frames after which that happens
 * @throws EvalError where the page forbids code from strings
 */
export function generateColumns(
  edition: Edition,
  map: ColumnMap,
  bindAfter = BIND_AFTER,
  dialect = DEFAULT_DIALECT,
): ItemsToColumns {
  const shared = compile(columnSource(edition, map, "shared", dialect), 0);
  const bind = (make: Make, sink: ColumnSink) => make(sink, listWords, renewWords, viewOf);
  let boundSource: string | undefined;
  let compiled = 0;
  const sinks = new WeakMap<ColumnSink, BoundSink>();
  let lastSink: ColumnSink | undefined;
  let current: BoundSink;

  const start = (sink: ColumnSink): BoundSink => {
    const made = { decode: bind(shared, sink), bound: false, frames: 0 };
    sinks.set(sink, made);
    return made;
  };

  function rebind(sink: ColumnSink): void {
    current.frames = 0;
    current.bound = !current.bound;
    boundSource ??= columnSource(edition, map, "bound", dialect);
    current.decode = bind(current.bound ? compile(boundSource, ++compiled) : shared, sink);
  }

  return function itemsToColumns(bytes, at, end, sink, row) {
    if (sink !== lastSink) {
      current = sinks.get(sink) ?? start(sink);
      lastSink = sink;
    }
    if (++current.frames === bindAfter && !current.bound) rebind(sink);
    const failed = current.decode(bytes, at, end, row);
    if (failed !== STALE) return failed;
    rebind(sink);
    return current.decode(bytes, at, end, row);
  };
}
