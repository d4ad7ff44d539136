/** For tests only: inputs that satisfy the guards of a person's request. */
import type { Json } from "../lifecycle/definition.ts";

const INPUTS: { readonly [name: string]: Json } = {
  receiveRequest: {
    request: "delete",
    requester: "C-1001",
    what: "Tracks of the last year",
    receivedAt: "2026-11-20T02:00:00Z",
  },
  verifyPerson: { how: "Signed in to the owner's account" },
  completeRequest: { result: "Deleted", told: true },
  refuseRequest: { ground: "retention", reasons: "Data of operation safety are kept for the life of the product" },
};

/** @returns undefined for an action that a request does not have */
export function acceptedDataRequestInput(name: string): Json | undefined {
  return INPUTS[name];
}
