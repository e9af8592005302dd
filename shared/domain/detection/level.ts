/** 0 none, 1 orange, 2 red (detect §5.2). */
export type Level = 0 | 1 | 2
export type Thresholds = { F1: number; F2: number }

/** Exact texts: datapi's order relies on their alphabet, and the page on nothing else. */
export const ALERTS = ["Pas d'alerte", 'Alerte seuil F2', 'Alerte seuil F1'] as const
export type Alert = (typeof ALERTS)[number]

/** Thresholds are inclusive. */
export const levelOf = (score: number, { F1, F2 }: Thresholds): Level => (score >= F1 ? 2 : score >= F2 ? 1 : 0)

export const alertOf = (level: Level): Alert => ALERTS[level]
