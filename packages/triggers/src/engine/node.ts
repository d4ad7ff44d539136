/** What compiled conditions and numbers look like, and the builder that gives them room in the state. */
import type { Source } from "../lang/names.ts";
import type { Guard } from "./guard.ts";
import {
  APART,
  CELL,
  EXPIRED,
  EXPIRY,
  INPUT_SLOTS,
  NEVER,
  REF,
  SAMPLE,
  SubjectState,
  VALUE,
  type InputsApart,
  type Verdict,
} from "./state.ts";
import type { CondShape, NumShape } from "./shape.ts";
import { Packer } from "./pack.ts";
import { growQueues, Queue, QUEUE_SLOTS } from "./queue.ts";

export type WitnessRole = "first" | "last" | "extreme" | "event";

/** A stored sample that shows why a condition holds. Resolvable in the archive by subject, time and ref. */
export interface Witness {
  readonly node: string;
  readonly signal: string;
  /** Event time, UTC ms. */
  readonly time: number;
  /** Ingest sequence number. */
  readonly ref: number;
  readonly value: number | undefined;
  readonly role: WitnessRole;
}

export type WitnessSink = (
  node: string,
  input: number,
  time: number,
  ref: number,
  value: number,
  role: WitnessRole,
) => void;

/**
 * Limits of a number that cost less than the number. Comparisons with constants that they decide need neither the
 * number nor its timers: a healthy vehicle's windows are written, seldom read.
 */
export interface Bound {
  /**
   * Takes the sample of cell k in, as `value` would. True if the number is known and stays within the limits until the
   * next sample, or until the timer that it asks for.
   */
  take(s: SubjectState, k: number): boolean;
  low(n: Float64Array): number;
  high(n: Float64Array): number;
  /** The number, with a timer only for when it may come to the other side of the constant. Otherwise `value`. */
  decide?(s: SubjectState, k: number, constant: number): number;
  /** Whether the number stays strictly between the limits under the guard, which it narrows. Call after `take`. */
  keep(s: SubjectState, k: number, guard: Guard, low: number, high: number): boolean;
}

/** Rows of a log: cells at `from`, `from + width` …, values `column` behind. */
export interface Log {
  rows: Float64Array;
  from: number;
  width: number;
  column: number;
  count: number;
}

/** Takes in samples of an input that came while nothing was evaluated. NaN is an invalid one. */
export interface Absorber {
  readonly input: number;
  /**
   * Told of a log before it is absorbed: how many of its oldest rows matter no longer at its last one. If there are
   * any, nothing that was known before matters either: it is forgotten. Without it every row is absorbed.
   */
  skip?(n: Float64Array, log: Log): number;
  /** Takes rows in until there are no more or a queue wants more room; says how many. */
  absorb(n: Float64Array, log: Log): number;
}

/** For absorbers that take one sample at a time. */
export function oneByOne(
  context: Context,
  take: (n: Float64Array, k: number, value: number) => void,
): Absorber["absorb"] {
  return (n, log) => {
    for (let r = 0, at = log.from; r < log.count; at += log.width) {
      take(n, log.rows[at] as number, log.rows[at + log.column] as number);
      r++;
      if (context.tight) return r;
    }
    return log.count;
  };
}

export interface NumNode {
  readonly inputs: readonly number[];
  /** Offset of the input's value when the number is a plain signal: windows read it without a call. */
  readonly slot?: number;
  /** For the generator; a plain signal needs none. */
  readonly shape?: NumShape | undefined;
  /** NaN is unknown. */
  value(s: SubjectState, k: number): number;
  readonly bound?: Bound;
  /** Keeps a number without memory within `spread` of its present value, by limits of its inputs. */
  hold?(s: SubjectState, guard: Guard, spread: number): boolean;
  /** What takes samples in when evaluations are left out; empty: it has no memory. Without it none may be left out. */
  readonly absorbers?: readonly Absorber[];
  /** Values are only known backwards from a sample (rate). Gives the cell up to which they are known, and from which. */
  readonly backward?: { upTo(s: SubjectState): number; since(s: SubjectState): number };
}

export interface CondNode {
  readonly text: string;
  readonly inputs: readonly number[];
  /** For the generator. */
  readonly shape?: CondShape | undefined;
  /** Evaluates at cell k and moves the node's own state on; called once or more per cell, never backwards. */
  eval(s: SubjectState, k: number): Verdict;
  /** Signed distance from the other verdict, positive when true; NaN when there is none. Call after `eval` of the same cell. */
  margin(s: SubjectState, k: number): number;
  /** Cell since which the condition, now true, has been becoming true; not finite when it has no memory of that. */
  since(s: SubjectState, k: number): number;
  /** Samples that show the present verdict. */
  witnesses(s: SubjectState, k: number, sink: WitnessSink): void;
  readonly backward?: NumNode["backward"];
  readonly absorbers?: readonly Absorber[];
  /** Its margin does not change while it stays true and none of its inputs crosses a constant. */
  readonly steady?: boolean;
  /** Without memory but for what absorbers keep: its evaluation may be left out whatever its verdict. */
  readonly pure?: boolean;
  /**
   * Whether verdict and state stay as they are under the guard, which it narrows; absorbers still take samples in. Call
   * after `eval` of the same cell, with its verdict. A guard that was narrowed in vain is narrower than need be.
   */
  guard?(s: SubjectState, k: number, verdict: Verdict, guard: Guard): boolean;
  /** Of a comparison of a rate with a constant. */
  readonly rate?: RateLimit | undefined;
  /** Of a `for`: whether its operand holds now, although perhaps not yet for long enough. */
  holding?(s: SubjectState): boolean;
}

/** A rate that is compared with a constant: it stays below it (`rising`) or above, or is so for a short time only. */
export interface RateLimit {
  readonly trigger: number;
  readonly input: number;
  readonly limit: number;
  readonly rising: boolean;
  /** Cells, where only a `for` asks: so long it may be beyond the limit and the verdict stays. Otherwise 0 or undefined. */
  brief: number | undefined;
  /** Makes that `for` stand as after a sample at cell k that follows one with the rate within its limit. */
  settle: ((s: SubjectState, k: number) => void) | undefined;
}

export interface Context {
  /** Earliest cell at which a node of the trigger being evaluated may change by itself. */
  due: number;
  /** Set by a node that is collecting witnesses: every sample matters until it is done. */
  awake: boolean;
  /** Set by a queue that needs more room before the next evaluation. */
  tight: boolean;
}

/** How conditions see time. */
export interface TimeModel {
  /** Evaluate at samples only; windows select samples (`clock samples`, `clock every`). */
  readonly pointwise?: boolean;
  /** Before the first sample operators see their neutral value instead of the unknown (published semantics). */
  readonly neutral?: boolean;
}

/** Room of a node: what it means, within its trigger, and where its numbers are. */
export interface Holding {
  readonly trigger: number;
  readonly name: string;
  /** Offset and count. */
  readonly slots: (readonly [number, number])[];
  /** Indices of the builder's queues. */
  readonly queues: number[];
}

export interface QuietRoom {
  /** Numbers at most, and how many of them are saved while the log is empty. */
  readonly most: number;
  readonly kept: number;
  /** Those of a subject, new without `saved`. */
  create(saved?: Float64Array): Float64Array;
}

export class Builder {
  pointwise = false;
  neutral = false;
  /** Keep every run of a window, however many: for conformance and analysis of given traces, never for live subjects. */
  exact = false;
  readonly context: Context = { due: Infinity, awake: false, tight: false };
  /** Comparisons of a rate with a constant; what is skipped must stay on the side that is not true. */
  readonly rates: RateLimit[] = [];
  /** Whether operators keep the samples that show their verdict. */
  witness = true;
  readonly inputs: Source[] = [];
  readonly initial: number[] = [];
  readonly queues: Queue[] = [];
  /** Conditions on silence: their own slots and the slot with the cell of the reception that they wait for. */
  readonly silences: { readonly at: number; readonly source: number }[] = [];
  /** Slots with a last known verdict that is kept however long nothing is known; −1 as long as nothing was. */
  readonly memories: { readonly at: number; readonly trigger: number }[] = [];
  /** Slot with the cell of the last observation of any kind, if a condition asks for it. */
  heardAt: number | undefined;
  /** Conditions that ask for it. */
  listening = 0;
  /** Shortest silence that such a condition waits for, in cells. */
  shortestSilence = Infinity;
  /** Equal parts of one trigger are one node: a new map for each trigger. Without it nothing is shared. */
  shared: Map<string, NumNode | CondNode> | undefined;
  /** Index of the trigger that is being compiled. */
  trigger = 0;
  /** Who has which slots and queues, for handing state from one set to another (carry.ts). */
  readonly holdings: Holding[] = [];
  private holding: Holding | undefined;
  private readonly indexOf = new Map<string, number>();
  private shelf: Packer | undefined;
  private bits: readonly Int32Array[] | undefined;
  /** Queues of triggers that want every sample of an input: they may be left out (quiet.ts). */
  windows: ReadonlySet<number> = new Set();
  inputsApart: InputsApart = { leaveOut: () => {}, bringBack: () => {} };
  /** The numbers that quiet subjects have apart (quiet.ts). */
  quiet: QuietRoom | undefined;

  /** Slot number of an input signal, giving it its room at the first use. All inputs are declared before nodes. */
  declareInput(source: Source): number {
    let index = this.indexOf.get(source.id);
    if (index === undefined) {
      index = this.inputs.length;
      this.inputs.push(source);
      this.indexOf.set(source.id, index);
      this.initial.push(NaN, Infinity, NaN, NaN, NEVER);
    }
    return index;
  }

  input(id: string): number {
    const index = this.indexOf.get(id);
    if (index === undefined) throw new Error(`input ${id} was not declared`);
    return index;
  }

  /** Reserves numbers with their initial values; returns the offset of the first. */
  slots(...initial: number[]): number {
    this.holding?.slots.push([this.initial.length, initial.length]);
    return this.reserve(initial);
  }

  private reserve(initial: readonly number[]): number {
    const base = this.initial.length;
    this.initial.push(...initial);
    return base;
  }

  /** Slot with the cell of the last observation of any kind. `span`: the silence that is waited for, in cells. */
  reception(span: number): number {
    this.listening++;
    this.shortestSilence = Math.min(this.shortestSilence, span);
    return (this.heardAt ??= this.reserve([NaN]));
  }

  /** The node of the trigger with this key, made at the first use. Conditions that keep witnesses are others; numbers keep none. */
  share<Node extends NumNode | CondNode>(key: string, isNumber: boolean, make: () => Node, meaning = key): Node {
    if (this.shared === undefined) return make();
    const full = isNumber ? `n${key}` : `${this.witness ? "w" : "-"}${key}`;
    const known = this.shared.get(full) as Node | undefined;
    if (known !== undefined) {
      if ("rate" in known && known.rate !== undefined) known.rate.brief = 0;
      return known;
    }
    const node = this.held(`${full[0]}${meaning}`, make);
    this.shared.set(full, node);
    return node;
  }

  /** What is made has its room under this name. */
  private held<Node>(name: string, make: () => Node): Node {
    const around = this.holding;
    const own: Holding = { trigger: this.trigger, name, slots: [], queues: [] };
    this.holding = own;
    const node = make();
    this.holding = around;
    if (own.slots.length > 0 || own.queues.length > 0) this.holdings.push(own);
    return node;
  }

  queue(width: number, limit: number): Queue {
    const meta = this.reserve(Array.from({ length: QUEUE_SLOTS }, () => 0));
    const queue = new Queue(meta, width, limit, this.context);
    this.holding?.queues.push(this.queues.length);
    this.queues.push(queue);
    return queue;
  }

  /** Worst case of one subject in bytes, at work. */
  bytes(): number {
    return this.queues.reduce(
      (sum, q) => sum + q.width * q.mostRoom * 8,
      8 * (this.initial.length + (this.quiet?.most ?? APART)),
    );
  }

  /** A subject, new without `numbers`; call when everything is compiled. */
  createState(subject: string, numbers?: Float64Array, saved?: Float64Array): SubjectState {
    this.shelf ??= new Packer(
      this.initial,
      this.inputs.length,
      { leaveOut: (h, n) => this.inputsApart.leaveOut(h, n), bringBack: (h, n) => this.inputsApart.bringBack(h, n) },
      this.queues,
      this.windows,
      this.bytes() / 8 - (this.quiet?.most ?? APART),
    );
    this.bits ??= [0, 1].map(() => new Int32Array(Math.max(1, Math.ceil(this.inputs.length / 32))));
    return new SubjectState(
      subject,
      numbers,
      this.quiet?.create(saved) ?? new Float64Array(APART),
      this.shelf,
      this.bits,
    );
  }

  /** To be called after every evaluation of a subject. */
  settle(s: SubjectState): void {
    if (!this.context.tight) return;
    this.context.tight = false;
    s.openWhole();
    growQueues(s, this.initial.length, this.queues);
  }
}

/** Remembers one sample of each input of a node: (value, cell, ref) per input from `base` on. */
export function rememberSamples(s: SubjectState, inputs: readonly number[], base: number): void {
  const n = s.numbers;
  for (let i = 0; i < inputs.length; i++) {
    const from = (inputs[i] as number) * INPUT_SLOTS;
    const to = base + i * 3;
    n[to] = n[from + VALUE] as number;
    n[to + 1] = n[from + CELL] === EXPIRED ? NaN : (n[from + SAMPLE] as number);
    n[to + 2] = n[from + REF] as number;
  }
}

export function tellSamples(
  s: SubjectState,
  inputs: readonly number[],
  base: number,
  node: string,
  role: WitnessRole,
  sink: WitnessSink,
): void {
  const n = s.numbers;
  for (let i = 0; i < inputs.length; i++) {
    const at = base + i * 3;
    const cell = n[at + 1] as number;
    if (!Number.isNaN(cell)) sink(node, inputs[i] as number, cell / 2, n[at + 2] as number, n[at] as number, role);
  }
}

/** Tells the present sample of each input. */
export function tellCurrent(
  s: SubjectState,
  inputs: readonly number[],
  node: string,
  role: WitnessRole,
  sink: WitnessSink,
): void {
  const n = s.numbers;
  for (const input of inputs) {
    const at = input * INPUT_SLOTS;
    const cell = n[at + SAMPLE] as number;
    if (!Number.isNaN(cell) && n[at + CELL] !== EXPIRED)
      sink(node, input, cell / 2, n[at + REF] as number, n[at + VALUE] as number, role);
  }
}

/** Is any of these inputs' last sample at cell k? */
export function isFresh(s: SubjectState, inputs: readonly number[], k: number): boolean {
  for (let i = 0; i < inputs.length; i++)
    if (s.numbers[(inputs[i] as number) * INPUT_SLOTS + SAMPLE] === k) return true;
  return false;
}

export { CELL, EXPIRY, INPUT_SLOTS, REF, SAMPLE, VALUE };
