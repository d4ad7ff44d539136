/** Items of realtime reports by the fastest path that the platform allows. */
import { interpretItems, type ItemsReader } from "./decode.ts";
import { interpretItemsWriter, type ItemsWriter } from "./encode.ts";
import type { Edition } from "./frame.ts";
import { generateReaders, type BodyReader, type Position } from "./generate/decode.ts";
import { generateWriters, type BodyWriter } from "./generate/encode.ts";
import { Reader, readItem, type RawItem } from "./interpret/decode.ts";
import { writeItem } from "./interpret/encode.ts";

/** The result of `make`; undefined where the page forbids code from strings. */
function tryGenerate<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

/** Compiled on first use: a program that only reads columns never needs them. */
const readers: Partial<Record<Edition, readonly (BodyReader | undefined)[]>> = {};
const writers: Partial<Record<Edition, ReadonlyMap<string, BodyWriter>>> = {};
const position: Position = { at: 0 };

export const readItems: ItemsReader = (bytes, start, end, edition) => {
  const table = (readers[edition] ??= tryGenerate(() => generateReaders(edition)) ?? []);
  const items: RawItem[] = [];
  let at = start;
  while (at < end) {
    let item = table[bytes[at]]?.(bytes, at + 1, end, position);
    if (item === undefined) {
      const reader = new Reader(bytes, at, end, edition);
      item = readItem(reader);
      at = reader.at;
    } else {
      at = position.at;
    }
    items.push(item);
    if (item.kind === "signature") break;
  }
  return { items, at };
};

export const writeItems: ItemsWriter = (writer, items) => {
  const table = (writers[writer.edition] ??= tryGenerate(() => generateWriters(writer.edition)) ?? new Map());
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    const at = table.get(item?.kind as string)?.(writer.bytes, writer.at, item) ?? -1;
    if (at >= 0) {
      writer.at = at;
    } else {
      writer.path = `items[${i}].`;
      writeItem(writer, item);
      writer.path = "";
    }
  }
};

/** The interpreters, as references. */
export const REFERENCE = { readItems: interpretItems, writeItems: interpretItemsWriter } as const;
