/** Conditions in plain words. English knows the tense of what it says, Chinese puts its adverb behind the subject. */
import type { Comparison, Cond } from "../lang/core.ts";
import { label, longDuration } from "./describe-number.ts";
import { BE, simpleOf, type Simple, type Tense } from "./describe-simple.ts";
import { formatDuration, percentOf, type Language, type NameBook } from "./format.ts";

const EN_QUANTITY: Readonly<Record<Comparison, string>> = {
  lt: "fewer than",
  le: "at most",
  gt: "more than",
  ge: "at least",
  eq: "exactly",
  ne: "not",
};
const ZH_QUANTITY: Readonly<Record<Comparison, string>> = {
  lt: "少于",
  le: "至多",
  gt: "超过",
  ge: "至少",
  eq: "恰好",
  ne: "非",
};

export function describeCond(cond: Cond, language: Language, names: NameBook): string {
  return new Speaker(language, names).say(cond);
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

class Speaker {
  private readonly language: Language;
  private readonly names: NameBook;
  private readonly zh: boolean;

  constructor(language: Language, names: NameBook) {
    this.language = language;
    this.names = names;
    this.zh = language === "zh";
  }

  private label(id: string): string {
    return label(id, this.language, this.names);
  }

  private simple(cond: Cond): Simple | undefined {
    return simpleOf(cond, this.language, this.names);
  }

  /** Names of events are nouns and sentences: English marks them as names. */
  private event(id: string): string {
    return this.zh ? this.label(id) : `the event "${this.label(id)}"`;
  }

  say(cond: Cond, tense: Tense = "present"): string {
    const simple = this.simple(cond);
    if (simple !== undefined) return this.zh ? simple.subject + simple.zh : `${simple.subject} ${simple.en(tense)}`;
    return this.zh ? this.inChinese(cond) : this.inEnglish(cond, tense);
  }

  private inEnglish(cond: Cond, tense: Tense): string {
    const dur = longDuration;
    switch (cond.op) {
      case "true":
        return "it holds always";
      case "false":
        return "it holds never";
      case "event":
        return `${this.event(cond.id)} ${tense === "present" ? "occurs" : "occurred"}`;
      case "offline":
        return `nothing ${tense === "present" ? "was" : "had been"} received for ${dur(cond.ms)}`;
      case "noData":
        return `no ${this.label(cond.id)} ${tense === "present" ? "was" : "had been"} received for ${dur(cond.ms)}`;
      case "not":
        return this.deny(cond.of, tense);
      case "and":
      case "or":
        return `${this.group(cond.left, tense, cond.op)} ${cond.op} ${this.group(cond.right, tense, cond.op)}`;
      case "implies":
        return `it holds that if ${this.group(cond.left, tense)}, then ${this.group(cond.right, tense)}`;
      case "since":
        return `${this.group(cond.left, "perfect")} ever since${agoInEnglish(cond, dur)} ${this.group(cond.right, "past")}`;
      case "once":
        return `at some instant ${spanInEnglish(cond, dur)}, ${this.say(cond.of, "past")}`;
      case "historically":
        return `throughout ${spanInEnglish(cond, dur).replace(/^of /, "")}, ${this.say(cond.of, "past")}`;
      case "within":
        return `at some instant of the last ${ofOne(dur(cond.ms))}, ${this.say(cond.of, "past")}`;
      case "rising":
        return `it ${tense === "present" ? "becomes" : "became"} true that ${this.say(cond.of, tense)}`;
      case "falling":
        return `it ${tense === "present" ? "ceases" : "ceased"} to be true that ${this.say(cond.of, tense)}`;
      case "previous":
        return `at the previous sample ${this.say(cond.of, "past")}`;
      case "for":
        return `${this.group(cond.of, tense)} for ${dur(cond.ms)}`;
      case "count": {
        const often = `${EN_QUANTITY[cond.cmp]} ${times(cond.n)} in ${dur(cond.ms)}`;
        // How often comes before what: "it becomes true at least once in 1 hour that …".
        if (cond.of.op === "rising") return `it becomes true ${often} that ${this.say(cond.of.of)}`;
        if (cond.of.op === "falling") return `it ceases to be true ${often} that ${this.say(cond.of.of)}`;
        return cond.of.op === "event"
          ? `${this.say(cond.of)} ${often}`
          : `it happens ${often} that ${this.say(cond.of)}`;
      }
      case "share":
        return `in ${EN_QUANTITY[cond.cmp]} ${percentOf(cond.fraction)} % of the ${cond.per} of the last ${ofOne(dur(cond.ms))}, ${this.say(cond.of, "past")}`;
      case "samples":
        return `in ${EN_QUANTITY[cond.cmp]} ${cond.n} ${cond.n === 1 ? "sample" : "samples"} of the last ${ofOne(dur(cond.ms))}, ${this.say(cond.of, "past")}`;
      case "response": {
        const after = cond.after.op === "event" ? this.event(cond.after.id) : this.say(cond.after);
        return `within ${dur(cond.ms)} after ${after}, ${cond.negated ? this.missing(cond.expect) : this.say(cond.expect)}`;
      }
      default:
        throw new Error(`no words for ${cond.op}`);
    }
  }

  private inChinese(cond: Cond): string {
    const dur = (ms: number): string => formatDuration(ms, "zh");
    switch (cond.op) {
      case "true":
        return "恒成立";
      case "false":
        return "恒不成立";
      case "event":
        return `发生${this.label(cond.id)}`;
      case "offline":
        return `已离线${dur(cond.ms)}`;
      case "noData":
        return `已有${dur(cond.ms)}未收到${this.label(cond.id)}`;
      case "not":
        return this.deny(cond.of, "present");
      case "and":
      case "or":
        return `${this.group(cond.left, "present", cond.op)}，${cond.op === "and" ? "且" : "或"}${this.group(cond.right, "present", cond.op)}`;
      case "implies":
        return `“若${this.group(cond.left, "present")}，则${this.group(cond.right, "present")}”成立`;
      case "since":
        return `自${this.group(cond.right, "present")}时起${agoInChinese(cond, dur)}，${this.always(cond.left, "一直")}`;
      case "once":
        return `${spanInChinese(cond, dur)}${this.ever(cond.of)}`;
      case "within":
        return `过去${dur(cond.ms)}内${this.ever(cond.of)}`;
      case "historically":
        return `${spanInChinese(cond, dur)}${this.always(cond.of, "始终")}`;
      case "rising":
        return this.changed(cond.of, (simple) => simple.zh, "开始成立");
      case "falling":
        return this.changed(cond.of, (simple) => simple.denied.zh, "不再成立");
      case "previous":
        return `前一样本${this.say(cond.of)}`;
      case "for":
        return `${this.group(cond.of, "present")}持续${dur(cond.ms)}`;
      case "count":
        return `过去${dur(cond.ms)}内${cond.of.op === "event" ? this.say(cond.of) : `出现“${this.say(cond.of.op === "rising" ? cond.of.of : cond.of)}”`}${ZH_QUANTITY[cond.cmp]}${cond.n}次`;
      case "share":
        return `过去${dur(cond.ms)}内${ZH_QUANTITY[cond.cmp]}${percentOf(cond.fraction)}%的${cond.per === "samples" ? "样本" : "时间"}满足“${this.say(cond.of)}”`;
      case "samples":
        return `过去${dur(cond.ms)}内${ZH_QUANTITY[cond.cmp]}${cond.n}个样本满足“${this.say(cond.of)}”`;
      case "response":
        return `${this.say(cond.after)}之后${dur(cond.ms)}内${cond.negated ? this.missing(cond.expect) : this.say(cond.expect)}`;
      default:
        throw new Error(`no words for ${cond.op}`);
    }
  }

  /** Of simple conditions the denial is a sentence of its own: "speed is at most 60 km/h". */
  private deny(of: Cond, tense: Tense): string {
    const simple = this.simple(of);
    if (simple !== undefined)
      return this.zh ? simple.subject + simple.denied.zh : `${simple.subject} ${simple.denied.en(tense)}`;
    return this.zh ? `并非（${this.say(of)}）` : `it ${BE[tense]} not the case that ${this.group(of, tense)}`;
  }

  /** Parts of one list of alternatives, or of one list of requirements, need no parentheses. */
  private group(cond: Cond, tense: Tense, around?: Cond["op"]): string {
    const said = this.say(cond, tense);
    if (cond.op === around || this.simple(cond) !== undefined) return said;
    if (cond.op !== "or" && cond.op !== "implies" && cond.op !== "and") return said;
    return this.zh ? `（${said}）` : `(${said})`;
  }

  /** 曾: at some instant of a time. */
  private ever(of: Cond): string {
    if (of.op === "event") return `曾${this.say(of)}`;
    const simple = this.simple(of);
    return simple === undefined ? `曾出现“${this.say(of)}”` : `${simple.subject}曾${simple.zh}`;
  }

  private always(of: Cond, adverb: "一直" | "始终"): string {
    const simple = this.simple(of);
    return simple === undefined ? `${adverb}满足“${this.say(of)}”` : `${simple.subject}${adverb}${simple.zh}`;
  }

  private changed(of: Cond, to: (simple: Simple) => string, general: string): string {
    const simple = this.simple(of);
    return simple === undefined ? `“${this.say(of)}”${general}` : `${simple.subject}变为${to(simple)}`;
  }

  /** An occurrence that does not come. */
  private missing(cond: Cond): string {
    if (this.zh) return cond.op === "event" ? `未${this.say(cond)}` : `未出现“${this.say(cond)}”`;
    switch (cond.op) {
      case "event":
        return `${this.event(cond.id)} does not occur`;
      case "rising":
        return `it does not become true that ${this.say(cond.of)}`;
      case "falling":
        return `it does not cease to be true that ${this.say(cond.of)}`;
      case "or":
        return `${this.missing(cond.left)} and ${this.missing(cond.right)}`;
      default:
        return `it never holds that ${this.say(cond)}`;
    }
  }
}

/** When the condition that opens a `since` must have held. */
type Between = { readonly from: number; readonly to: number | null };

function agoInEnglish({ from, to }: Between, dur: (ms: number) => string): string {
  if (from === 0 && to === null) return "";
  if (to === null) return `, at least ${dur(from)} ago,`;
  return from === 0 ? `, at most ${dur(to)} ago,` : `, between ${dur(from)} and ${dur(to)} ago,`;
}

function agoInChinese({ from, to }: Between, dur: (ms: number) => string): string {
  if (from === 0 && to === null) return "";
  if (to === null) return `（至少${dur(from)}前）`;
  return from === 0 ? `（至多${dur(to)}前）` : `（${dur(from)}至${dur(to)}前）`;
}

function spanInEnglish({ from, to }: Between, dur: (ms: number) => string): string {
  if (to === null) return from === 0 ? "of history" : `of history up to ${dur(from)} ago`;
  return from === 0 ? `of the last ${ofOne(dur(to))}` : `of the time from ${dur(to)} to ${dur(from)} ago`;
}

function spanInChinese({ from, to }: Between, dur: (ms: number) => string): string {
  if (to === null) return from === 0 ? "有史以来" : `${dur(from)}前的全部历史中`;
  return from === 0 ? `过去${dur(to)}内` : `在${dur(to)}前至${dur(from)}前之间`;
}

/** "the last hour", not "the last 1 hour". */
export function ofOne(duration: string): string {
  return duration.replace(/^1 /, "");
}
