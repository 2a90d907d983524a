/** A token of the parser. */
export interface Token {
  readonly type: string;
  readonly value: string;
}

/** What is open: a tag or a bracket. */
interface Open {
  readonly kind: 'tag' | 'tuple' | 'call' | 'list' | 'part' | 'map';
  readonly statement: string;
  /** Whether a value has to come next. */
  wants: boolean;
  /** Whether a comparison came already: none, or the `in` of a loop. */
  compared: boolean;
}

const opens: Readonly<Record<string, readonly [wanted: Open['kind'], else_: Open['kind'] | undefined]>> = {
  OpenParen: ['tuple', 'call'],
  OpenSquareBracket: ['list', 'part'],
  OpenCurlyBracket: ['map', undefined],
};
const closes = new Set(['CloseParen', 'CloseSquareBracket', 'CloseCurlyBracket']);
const operators = new Set([
  'ComparisonBinaryOperator',
  'AdditiveBinaryOperator',
  'MultiplicativeBinaryOperator',
  'ExponentiationBinaryOperator',
]);
/** Words that stand between two values. */
const joins = new Set(['and', 'or', 'in', 'if', 'else', 'is']);
/** Statements that hold an expression. */
const told = new Set(['set', 'if', 'elif', 'for', 'macro', 'call', 'filter']);

const misplaced = ({ value }: Token): Error => new Error(`"${value}" stands where a value is to be`);

const apart = (token: Token, before: Token): Error => {
  const spelt = ({ type, value }: Token) => (type === 'StringLiteral' ? JSON.stringify(value) : `"${value}"`);
  return new Error(`${spelt(token)} follows ${spelt(before)} with no comma and no operator between them`);
};

const tag = (statement: string): Open => ({ kind: 'tag', statement, wants: statement === '', compared: false });

/** Goes through the tokens of a template, one by one. */
class Reader {
  readonly #open: Open[] = [];
  #before: Token = { type: 'Text', value: '' };

  read(token: Token, after: Token | undefined): void {
    const open = this.#open.at(-1);
    let as = token;
    if (token.type === 'OpenExpression') this.#open.push(tag(''));
    else if (token.type === 'OpenStatement') {
      if (after && told.has(after.value)) this.#open.push(tag(after.value));
    } else if (token.type === 'CloseStatement' || token.type === 'CloseExpression') {
      if (open?.wants) throw misplaced(token);
      this.#open.length = 0;
    } else if (open && this.#before.type === 'OpenStatement') open.wants = true;
    else if (open) as = this.#inside(open, token, after);
    this.#before = as;
  }

  /** Tells what the token is to the next one: a name where it is no word of the language. */
  #inside(open: Open, token: Token, after: Token | undefined): Token {
    const { type, value } = token;
    const before = this.#before;
    const name = { type: 'Name', value };
    if (before.type === 'Dot' || before.type === 'Pipe') return name;
    if (type === 'Identifier') {
      if (before.type === 'Identifier' && before.value === 'is' && value !== 'not') return name;
      if (before.type === 'Identifier' && before.value === 'is not') return name;
      return this.#word(open, token, after) ?? name;
    }
    if (type === 'NumericLiteral' || type === 'StringLiteral') {
      if (!open.wants && !(type === 'StringLiteral' && before.type === type)) throw apart(token, before);
      open.wants = false;
    } else if (Object.hasOwn(opens, type)) this.#bracket(open, token);
    else if (closes.has(type)) this.#close(open, token);
    else if (type === 'Comma' || type === 'Colon' || type === 'Equals') {
      if (open.wants && !(type === 'Colon' && open.kind === 'part')) throw misplaced(token);
      open.wants = true;
      open.compared = false;
    } else if (operators.has(type)) {
      if (type === 'ComparisonBinaryOperator') compare(open, value);
      open.wants = true;
    }
    return token;
  }

  #word(open: Open, token: Token, after: Token | undefined): Token | undefined {
    const { value } = token;
    const before = this.#before;
    if (open.wants) {
      if (joins.has(value) || (value === 'not' && operators.has(before.type))) throw misplaced(token);
      if (value === 'not') return token;
      open.wants = false;
      return undefined;
    }
    if (value === 'is') return token;
    if (value === 'not' && before.type === 'Identifier' && before.value === 'is') return { type: 'Identifier', value: 'is not' };
    if (value === 'not' && after?.value === 'in') return token;
    if (!joins.has(value)) {
      if (open.statement === 'call') return undefined; // {% call(user) show(users) %}
      throw apart(token, before);
    }
    open.wants = true;
    if (value !== 'in') open.compared = false;
    else if (open.statement === 'for' && !open.compared) open.compared = true;
    else compare(open, before.value === 'not' ? 'not in' : 'in');
    return token;
  }

  #bracket(open: Open, token: Token): void {
    const [wanted, otherwise] = opens[token.type]!;
    const kind = open.wants && open.statement !== 'call' ? wanted : otherwise;
    if (!kind) throw apart(token, this.#before);
    open.wants = false;
    this.#open.push({ kind, statement: '', wants: true, compared: false });
  }

  #close({ kind, wants }: Open, token: Token): void {
    const comma = this.#before.type === 'Comma';
    if (wants && kind === 'tuple')
      throw new Error(comma ? 'a tuple that ends with a comma, as in (1,), is not known here' : 'an empty tuple, (), is not known here');
    if (wants && (kind === 'part' ? this.#before.type !== 'Colon' : !comma && !Object.hasOwn(opens, this.#before.type)))
      throw misplaced(token);
    if (this.#open.length > 1) this.#open.pop();
  }
}

const compare = (open: Open, sign: string): void => {
  if (open.compared) throw new Error(`"${sign}" follows another comparison, which is not known here; join two with "and"`);
  open.compared = true;
};

/** Throws at what the parser takes and Jinja does not, or not so: values with nothing between them, `1 < a < 3` as `(1 < a) < 3`. */
export const checkSyntax = (tokens: readonly Token[]): void => {
  const reader = new Reader();
  for (const [i, token] of tokens.entries()) reader.read(token, tokens[i + 1]);
};

const signs: Readonly<Record<string, string>> = {
  Text: 'text',
  NumericLiteral: 'a number',
  StringLiteral: 'a text in quotes',
  Identifier: 'a name',
  Equals: '"="',
  OpenParen: '"("',
  CloseParen: '")"',
  OpenStatement: '"{%"',
  CloseStatement: '"%}"',
  OpenExpression: '"{{"',
  CloseExpression: '"}}"',
  OpenSquareBracket: '"["',
  CloseSquareBracket: '"]"',
  OpenCurlyBracket: '"{"',
  CloseCurlyBracket: '"}"',
  Comma: 'a comma',
  Dot: 'a point',
  Colon: 'a colon',
  Pipe: '"|"',
  AdditiveBinaryOperator: '"+", "-" or "~"',
  MultiplicativeBinaryOperator: '"*", "/", "//" or "%"',
  ExponentiationBinaryOperator: '"**"',
  ComparisonBinaryOperator: 'a comparison',
  UnaryOperator: 'a sign',
};

/** What the parser says, in other words than the names of its parts. */
export const plainly = (message: string): string => {
  const [, found, wanted] = /(\w+) !== (\w+)/.exec(message) ?? [];
  if (found && wanted) return `${signs[found] ?? found} stands where ${signs[wanted] ?? wanted} is to be`;
  const unexpected = /^Unexpected token(?: type)?: (\w+)$/.exec(message)?.[1];
  if (unexpected) return `${signs[unexpected] ?? unexpected} stands where a value is to be`;
  return message.startsWith('Cannot read properties') ? 'it ends before all that it opens is closed' : message;
};
