import { errors, isAbort, StagewrightError } from '../errors.ts';
import { show } from '../settings/wording.ts';
import type { RawItem, Reader } from '../stages/read.ts';
import { openSource } from './files.ts';

/** A reader with the name to blame in errors. */
export interface NamedReader {
  readonly name: string;
  readonly reader: Reader;
}

/** Reads a file. Throws WRONG_SHAPE where what comes is no stream. */
export const reading = ({ name, reader }: NamedReader, file: string): AsyncIterable<RawItem> => {
  const items = reader.read(openSource(file)) as AsyncIterable<RawItem> & Partial<Iterable<RawItem>>;
  if (typeof items !== 'object' || items === null || !(items[Symbol.asyncIterator] ?? items[Symbol.iterator]))
    throw errors.WRONG_SHAPE('read', name, `of ${file} ${show(items)} is answered, where a stream of items is due, as of "async *read"`);
  return items;
};

/** Throws WRONG_SHAPE where an item, counted from 1, is none. */
export const checkItem = (item: RawItem, count: number, { name }: NamedReader, file: string): void => {
  if (typeof item !== 'object' || item === null || item.raw === undefined)
    throw errors.WRONG_SHAPE('read', name, `item ${count} of ${file} is ${show(item)}, where { raw } is due`);
};

/** What a reader threw, as an error that names it and the file; our own errors and aborts pass as they are. */
export const unread = (error: unknown, { name }: NamedReader, file: string): unknown =>
  error instanceof StagewrightError || isAbort(error) ? error : errors.READING_FAILED(name, file, error).because(error);
