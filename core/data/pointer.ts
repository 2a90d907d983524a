const BEGINNING = /^version https:\/\/(git-lfs|hawser)\.github\.com\/spec\//;

/** How many bytes of a file must be there for `isPointer`. */
export const POINTER_BYTES = 64;

/** Whether bytes are a pointer of Git LFS: what stands for a file that a clone did not fetch. */
export const isPointer = (bytes: Uint8Array): boolean =>
  BEGINNING.test(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, POINTER_BYTES)).toString('latin1'));
