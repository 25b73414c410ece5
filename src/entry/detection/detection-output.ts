/** The forms in which `trailhound detect` prints alerts. */
export const detectionOutputs = ['table', 'ndjson', 'csv', 'summary'] as const;

export type DetectionOutput = (typeof detectionOutputs)[number];
