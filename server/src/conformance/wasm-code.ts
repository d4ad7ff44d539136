/**
 * Words of WebAssembly (core specification 2.0), for the few loops over columns that pay for eight lanes at a time. A
 * module is written out as numbers: no compiler, no file beside the code, and a test holds it against a plain loop.
 */

export const I32 = 0x7f;
export const V128 = 0x7b;
export const PAGE_BYTES = 65_536;

/** Opcodes; vector ones stand behind the prefix 0xFD. */
export const OP = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  if: [0x04, 0x40],
  end: [0x0b],
  select: [0x1b],
  load: [0x28, 2, 0],
  store: (offset: number) => [0x36, 2, offset],
  store8: [0x3a, 0, 0],
  eqz: [0x45],
  lessSigned: [0x48],
  lessUnsigned: [0x49],
  add: [0x6a],
  sub: [0x6b],
  or: [0x72],
  xor: [0x73],
  shiftLeft: [0x74],
  shiftRightSigned: [0x75],
  shiftRight: [0x76],
  vectorLoad: (offset: number) => [0xfd, 0x00, 0, offset],
  vectorStore: [0xfd, 0x0b, 0, 0],
  vectorOr: [0xfd, 0x50],
  vectorXor: [0xfd, 0x51],
  anyTrue: [0xfd, 0x53],
  vectorAdd32: [0xfd, 0xae, 0x01],
  pairwiseUnsigned: [0xfd, 0x7f],
  shuffle: (lanes: readonly number[]) => [0xfd, 0x0d, ...lanes],
  lane32: [0xfd, 0x1b, 0],
} as const;

export const get = (local: number): number[] => [0x20, local];
export const set = (local: number): number[] => [0x21, local];
export const constant = (value: number): number[] => [0x41, ...signedLeb(value)];
export const branch = (depth: number): number[] => [0x0c, depth];
export const branchIf = (depth: number): number[] => [0x0d, depth];

/** Repeats `body` while `condition` leaves something other than 0. */
export function whileTrue(condition: readonly number[], body: readonly number[]): number[] {
  return [
    ...OP.block,
    ...OP.loop,
    ...condition,
    ...OP.eqz,
    ...branchIf(1),
    ...body,
    ...branch(0),
    ...OP.end,
    ...OP.end,
  ];
}

function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

const named = (name: string, kind: number, index: number) => [name.length, ...Buffer.from(name, "latin1"), kind, index];

export interface WasmFunction {
  readonly name: string;
  /** Variables behind the parameters: how many of 32 bits, then how many vectors. */
  readonly locals: readonly [numbers: number, vectors: number];
  readonly code: readonly number[];
}

/**
 * A module with a memory of so many pages and functions that all take `parameters` numbers.
 * @param result whether they return a number
 */
export function wasmModule(
  pages: number,
  parameters: number,
  result: boolean,
  functions: readonly WasmFunction[],
): WebAssembly.Module {
  const type = [0x60, parameters, ...Array<number>(parameters).fill(I32), ...(result ? [1, I32] : [0])];
  const bodies = functions.flatMap(({ locals: [numbers, vectors], code }) => {
    const body = [2, numbers, I32, vectors, V128, ...code, ...OP.end];
    return [...leb(body.length), ...body];
  });
  return new WebAssembly.Module(
    Uint8Array.from([
      0,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0,
      ...section(1, [1, ...type]),
      ...section(3, [functions.length, ...functions.map(() => 0)]),
      ...section(5, [1, 0, pages]),
      ...section(7, [
        functions.length + 1,
        ...named("memory", 2, 0),
        ...functions.flatMap(({ name }, index) => named(name, 0, index)),
      ]),
      ...section(10, [functions.length, ...bodies]),
    ]),
  );
}
