import { add, concat, multiply, type Node, split, subtract } from '../../toolkit/index.ts';

/** Each head of x [batch, positions, heads, width] turned by cosines and sines [positions, 1, turned/2]: of what turns, value i with value i + turned/2; the rest of a head stays. Su et al. (2021). */
export const rotate = (x: Node, turned: number, [cosine, sine]: readonly [Node, Node]): Node => {
  const rest = Number(x.shape.at(-1)) - turned;
  const [first, second, still] = split(x, -1, [turned / 2, turned / 2, ...(rest > 0 ? [rest] : [])]) as readonly [Node, Node, Node?];
  return concat(
    [
      subtract(multiply(first, cosine), multiply(second, sine)),
      add(multiply(second, cosine), multiply(first, sine)),
      ...(still ? [still] : []),
    ],
    -1,
  );
};
