/** How long an encoder may look for a smaller file. */
export type Effort = "fast" | "default" | "max";

/** Names of the efforts. */
export const EFFORTS: readonly Effort[] = ["fast", "default", "max"];

/** What an effort means. */
export interface IEffortPlan {
    /** Splats of a cluster that moves together, about; 0: none is looked for. */
    clusterSize: number;
    /** Splats that a coding is tried on before one is chosen. */
    samples: number;
    /** Shifts that are tried for key frames and for residuals, from the coarsest on. */
    shifts: number;
    /** Whether latent decoders are learned, not only fitted by least squares. */
    learnsDecoders: boolean;
}

/** What each effort means. */
export const EFFORT_PLANS: Readonly<Record<Effort, IEffortPlan>> = {
    fast: { clusterSize: 0, samples: 300, shifts: 2, learnsDecoders: false },
    default: { clusterSize: 48, samples: 1000, shifts: 3, learnsDecoders: true },
    max: { clusterSize: 40, samples: 20000, shifts: 4, learnsDecoders: true },
};
