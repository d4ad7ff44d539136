import assert from "node:assert/strict";
import { test } from "node:test";
import { AddressList } from "./address-list.ts";

test("addresses and subnets of both versions are found, mapped ones too", () => {
  const list = AddressList.parse("192.0.2.7, 10.0.0.0/8 2001:db8::/32");
  for (const inside of ["192.0.2.7", "10.255.0.1", "::ffff:10.1.2.3", "2001:db8:1::5"])
    assert.ok(list.contains(inside), inside);
  for (const outside of ["192.0.2.8", "11.0.0.1", "::ffff:11.0.0.1", "2001:db9::1", "", "nonsense"])
    assert.equal(list.contains(outside), false, outside);
});

test("an empty list contains every address", () => {
  assert.ok(AddressList.parse(" ").contains("203.0.113.9"));
});

test("an entry that is no subnet is refused by name", () => {
  for (const entry of ["10.0.0.0/33", "10.0.0/8", "host.example", "10.0.0.0/", "10.0.0.0/8/9", "2001:db8::/129"])
    assert.throws(() => new AddressList([entry]), { code: "SG_ADDRESS_LIST" });
});
