/** Texts as Chinese input methods write them mean what their half-width twins mean, and errors point into them alike. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers } from "../mod.ts";
import { halfWidth } from "./full-width.ts";

const TEXT = `触发器 A-1 版本 3 "Hot; 60 %" / "过热，（单体）" {
  适用于 车辆 其中 动力类型 属于 ["BEV", "PHEV"] 且 级别 >= 3 ;
  当 (最高单体温度 > 60.5 °C 且 单体压差 >= 0.3 V) 持续 30 秒 或 曾[10 秒, 5 分钟](荷电状态 < 10 %) 或 最大值(车速 于过去 1 分钟) != 5 km/h ;
  等级 2 ;
  解除当 时刻 介于 22:00 与 06:00 ; // 注释；不变
}`;
const compile = (text: string) => compileTriggers([{ text }], CATALOGUE, { declarations: true });
const identity = (text: string): string => {
  const result = compile(text);
  assert.ok(result.ok, result.ok ? "" : `${text}\n${JSON.stringify(result.errors.map((e) => e.message))}`);
  return result.set.hash;
};
/** Changes what is outside of quotes, and comments. */
const outside = (change: (part: string) => string): string =>
  TEXT.replace(/("[^"]*"|\/\/.*)|[^"/]+|\//g, (part, kept: string | undefined) => kept ?? change(part));
const wide = (c: string): string => String.fromCharCode(c.charCodeAt(0) + 0xfee0);

describe("full-width writing", () => {
  for (const mark of ";,()[]{}<>=%:!.")
    it(`of ${mark} is read as ${mark}`, () => {
      const text = outside((part) => part.replaceAll(mark, wide(mark)));
      assert.notEqual(text, TEXT);
      assert.equal(identity(text), identity(TEXT));
    });
  it("of digits, signs and blanks too, all at once", () => {
    const all = outside((part) =>
      part.replace(/[!-.0-~](?![-\w]*[A-Za-z])(?<![A-Za-z]\S*)/g, wide).replaceAll(" ", "\u3000"),
    );
    assert.equal(identity(all), identity(TEXT));
  });
  it("of Chinese marks: 【】、。≧≦ and every kind of quotes", () => {
    const marks = outside((part) =>
      part
        .replaceAll("[", "【")
        .replaceAll("]", "】")
        .replaceAll(",", "、")
        .replaceAll(" ;", "。")
        .replaceAll(">=", "≧"),
    );
    assert.equal(identity(marks), identity(TEXT));
    for (const [open, close] of ["“”", "”“", "””", "＂＂", "「」", "『』"])
      assert.equal(identity(TEXT.replace(/"([^"]*)"/g, `${open}$1${close}`)), identity(TEXT));
  });
  it("stays in texts and comments", () => {
    const result = compile(TEXT);
    assert.ok(result.ok);
    assert.deepEqual(result.set.triggers[0]?.title, { en: "Hot; 60 %", zh: "过热，（单体）" });
    assert.equal(halfWidth("/* ；*/ // ，\n# （"), "/* ；*/ // ，\n# （");
  });
  it("keeps every character in its place", () => {
    const text = `触发器　Ａ　版本　１　｛　当　车素　＞　５　ｋｍ／ｈ　；　｝`;
    assert.equal(halfWidth(text).length, text.length);
    const result = compile(text);
    assert.ok(!result.ok);
    assert.deepEqual([result.errors[0]?.column, result.errors[0]?.suggestionZh], [16, "车速"]);
  });
  it("needs no blanks between Chinese words, also behind attributes and subjects", () => {
    const text = `触发器 A 版本 1 {适用于车辆其中动力类型属于["BEV"]且级别>=3；当车速>50km/h且荷电状态<10%持续30秒；}`;
    assert.equal(
      identity(text),
      identity(
        'trigger A version 1 { applies to vehicle where powertrain in ["BEV"] and ads_level >= 3 ; when speed > 50 km/h and soc < 10 % for 30 s ; }',
      ),
    );
  });
});
