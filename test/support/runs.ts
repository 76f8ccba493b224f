// How often a law is tried: seldom by default, since every run tries other inputs; with ISONAPSE_LAW_RUNS,
// as `npm run test:slow` sets it, that often, and `most` at the most where a single try is dear.
const LONG = process.env['ISONAPSE_LAW_RUNS']

export const runs = (usual: number, most = Infinity): number =>
  LONG === undefined ? usual : Math.max(usual, Math.min(Number(LONG), most))
