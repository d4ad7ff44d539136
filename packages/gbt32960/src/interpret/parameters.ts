/** Terminal parameters, {id, value} pairs, of commands 80 and 81 (tables B.9–B.13). */
import { parameterEdition } from "../dialect.ts";
import { code } from "../layout/element.ts";
import { findParameter, parameterSize, type Parameter } from "../parameters.ts";
import { terminalParameters } from "../terminal-commands.ts";
import { decodeText, toHex } from "../text.ts";
import { readUnsigned, type Reader } from "./reader.ts";

/** Reads `count` parameters, or up to the first one whose length is not known: it takes the rest. */
export function readParameters(reader: Reader, count: number, name: string): readonly Parameter[] {
  const edition = parameterEdition(reader.dialect, reader.edition);
  const { clause } = reader;
  const list: Parameter[] = [];
  const numbers = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const id = reader.bytes[reader.take(1, name)];
    const layout = findParameter(edition, id);
    const about = reader.trace && terminalParameters(edition).find((parameter) => parameter.id === id);
    reader.clause = about?.clause ?? clause;
    const path = `${name}[${i}]`;
    reader.note(reader.at - 1, `${path}.id`, "参数ID", layout === undefined ? id : `${id} ${layout.name}`);
    const size = parameterSize(layout, numbers);
    if (layout === undefined || size === undefined) {
      const from = reader.take(reader.end - reader.at, name);
      const value = { hex: toHex(reader.bytes, from, reader.end) };
      if (value.hex !== "") reader.note(from, `${path}.${layout?.name ?? "unknown"}`, "参数值", value);
      list.push(layout === undefined ? { id, value } : { id, name: layout.name, value });
      break;
    }
    const from = reader.take(size, layout.name);
    if (layout.text) {
      const value = decodeText(reader.bytes, from, from + size, "ascii");
      if (size > 0) reader.note(from, `${path}.${layout.name}`, about?.title.zh ?? "", value);
      list.push({ id, name: layout.name, value });
      continue;
    }
    const value = readUnsigned(reader.bytes, from, size as 1 | 2 | 4);
    numbers.set(id, value);
    if (about !== undefined) {
      const { min, max, unit, title } = about;
      const meaning = about.values?.[value];
      const element = code(`${path}.${layout.name}`, size as 1 | 2, max, title.zh, { min, unit: unit ?? "" });
      reader.noteNumber(from, element, value, meaning === undefined ? value : `${value} ${meaning.en}`);
    }
    list.push({ id, name: layout.name, value });
  }
  reader.clause = clause;
  return list;
}
