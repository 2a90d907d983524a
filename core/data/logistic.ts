/**
 * The price, in nats, of one of `levels` ids under a discretised logistic (Salimans et al. 2017): id k owns the values from k − ½ to k + ½,
 * the first and the last id also all beyond. `mean` and the scale are in ids.
 */
export const logisticPrice = (id: number, mean: number, logScale: number, levels: number): number => {
  const inverse = Math.exp(-logScale);
  const high = (id + 0.5 - mean) * inverse;
  const low = (id - 0.5 - mean) * inverse;
  if (id === 0) return softplus(-high);
  if (id === levels - 1) return softplus(low);
  // σ(high) − σ(low) = σ(high) · σ(−low) · (1 − e^(low − high))
  return softplus(-high) + softplus(low) - Math.log(-Math.expm1(low - high));
};

const softplus = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
