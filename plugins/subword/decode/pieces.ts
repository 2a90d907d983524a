/** Token texts on their way back to one text. */
export interface Pieces {
  readonly texts: readonly string[];
  /** More tokens may follow: whatever those could still change is to be left out. */
  readonly growing: boolean;
  /** Growing, and the last text may become longer: tokens were joined to it. */
  readonly open: boolean;
}

/** One step from token texts to text. */
export type Decoder = (pieces: Pieces) => Pieces;
