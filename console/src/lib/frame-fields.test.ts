import assert from "node:assert/strict";
import { test } from "node:test";
import { bccOf, fieldsOf, findBytes } from "@sandglass/gbt32960";
import { describeField, FIELD_PROBLEMS } from "./frame-fields.ts";

/** A frame of edition 2025. */
function frameOf(command: number, flag: number, encryption: number, unit: string): Uint8Array {
  const body = findBytes(unit)!;
  const frame = Uint8Array.from([
    0x24,
    0x24,
    command,
    flag,
    ...Array<number>(17).fill(0x30),
    encryption,
    0,
    body.length,
    ...body,
    0,
  ]);
  frame[frame.length - 1] = bccOf(frame, 2, frame.length - 1);
  return frame;
}

test("bytes without fields are told in Chinese, and which field would be next", () => {
  const TIME = "1a0101000000";
  for (const [frame, name, said] of [
    [frameOf(2, 0xfe, 3, "0011"), "cipher", "密文"],
    [frameOf(2, 1, 1, `${TIME}01`), "rest", "原样返回或厂商自定义"],
    [frameOf(0xc0, 0xfe, 1, "0102"), "data", "该命令无标准结构"],
    [frameOf(4, 0xfe, 1, `${TIME}0001ff`), "trailing", "末字段之后的字节"],
    [frameOf(2, 0xfe, 1, `${TIME}0400`), "damaged", "此处应为 engine.crankshaftSpeed，需 2 字节，仅剩 1 字节"],
    [Uint8Array.of(1, 2), "damaged", "不是报文"],
  ] as const) {
    const field = fieldsOf(frame).find((each) => each.name === name);
    assert.ok(field, name);
    assert.equal(describeField(field, "zh"), said);
    assert.equal(describeField(field, "en"), field.value);
  }
});

test("every problem of a field has its words", () => {
  const cut = fieldsOf(frameOf(2, 0xfe, 1, "1a01010000000201")).find(({ problem }) => problem !== undefined);
  assert.deepEqual([cut?.name, cut?.problem], ["motors.motorCount", "cutOff"]);
  assert.equal(FIELD_PROBLEMS[cut!.problem!]?.zh, "其后数据缺失");
});
