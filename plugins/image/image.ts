/** A picture: 8 bits a value, `data` is [height, width, channels], 0 is black; 1 channel is grey, 3 are red, green and blue. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
  /** Where it was read, for errors. */
  readonly name?: string;
}

/** A picture's sides and colours. */
export type Form = Pick<Image, 'width' | 'height' | 'channels'>;

/** Whether a value is a picture, whole and without contradiction. */
export const isImage = (value: unknown): value is Image => {
  const { width, height, channels, data } = Object(value) as Partial<Image>;
  return (
    data instanceof Uint8Array && (channels === 1 || channels === 3) && Number(width) > 0 && data.length === width! * height! * channels
  );
};

/** Bytes as pictures hold them: the same memory, and no Buffer. */
export const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);

/** A picture's measures in words: `28 × 28 grey`. */
export const measures = ({ width, height, channels }: Form): string => `${width} × ${height} ${channels === 1 ? 'grey' : 'coloured'}`;

/** The same picture in grey (by the luma of Rec. 601) or in three equal channels. */
export const withChannels = (image: Image, channels: 1 | 3): Image => {
  if (image.channels === channels) return image;
  const pixels = image.width * image.height;
  const data = new Uint8Array(pixels * channels);
  for (let at = 0; at < pixels; at++) {
    if (channels === 3) data.fill(image.data[at]!, 3 * at, 3 * at + 3);
    else data[at] = Math.round(0.299 * image.data[3 * at]! + 0.587 * image.data[3 * at + 1]! + 0.114 * image.data[3 * at + 2]!);
  }
  return { ...image, channels, data };
};
