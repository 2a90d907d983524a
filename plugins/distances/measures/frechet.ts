import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { covariance, type Moments } from './moments.ts';

/**
 * The Fréchet distance between the Gaussians of two sets of moments: |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½), Dowson and Landau (1982);
 * on features of a network it is the FID of Heusel et al. (2017).
 */
export const frechet = (one: Moments, other: Moments): number => {
  const [first, second] = [one, other].map((moments) => new Matrix(covariance(moments))) as [Matrix, Matrix];
  let gap = 0;
  for (let i = 0; i < one.mean.length; i++) gap += (one.mean[i]! - other.mean[i]!) ** 2;
  return Math.max(0, gap + first.trace() + second.trace() - 2 * traceOfRoot(first, second));
};

/** tr (AB)^½, which is the trace of the root of A^½ B A^½: that one is symmetric, so that its eigenvalues are real. */
const traceOfRoot = (one: Matrix, other: Matrix): number => {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(one, { assumeSymmetric: true });
  const scaled = eigenvectorMatrix.clone();
  for (const [column, value] of realEigenvalues.entries()) scaled.mulColumn(column, Math.sqrt(Math.max(0, value)));
  const root = scaled.mmul(eigenvectorMatrix.transpose());
  const inner = root.mmul(other).mmul(root);
  inner.add(inner.transpose()).mul(0.5);
  const values = new EigenvalueDecomposition(inner, { assumeSymmetric: true }).realEigenvalues;
  return values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
};
