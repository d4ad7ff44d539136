/** Where counts of the row at hand go. */
export interface Tally {
  /** A rule is broken. */
  hit(rule: number): void;
  /** Adds to a counter of BASE. */
  add(counter: number, value: number): void;
  /** A battery watch was judged, or none: WATCH. */
  watched(watch: number): void;
  /** Bits of PRECISE seen on the day. */
  precise(): number;
  setPrecise(bits: number): void;
}
