/** A tone whose pitch tells the time: it rises from a pitch, Hz, by so many Hz a second, and begins anew after so many seconds. A change of speed that keeps the pitch keeps the time. */
export const SWEEP = { from: 1000, perSecond: 1500, seconds: 2 } as const;
