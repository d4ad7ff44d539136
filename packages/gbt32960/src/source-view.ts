/**
 * The view that the fast paths read frames through, made once per chunk: the frames of a chunk follow each other, and
 * asking a typed array for its buffer costs as much as 16 cells.
 */

let viewedBytes: Uint8Array | undefined;
let viewedBuffer: ArrayBufferLike | undefined;
let view: DataView = new DataView(new ArrayBuffer(0));

/** A view of the whole buffer of `bytes`: byte i of `bytes` is at `bytes.byteOffset + i`. */
export function viewOf(bytes: Uint8Array): DataView {
  if (bytes !== viewedBytes) {
    const { buffer } = bytes;
    if (buffer !== viewedBuffer) {
      view = new DataView(buffer);
      viewedBuffer = buffer;
    }
    viewedBytes = bytes;
  }
  return view;
}
