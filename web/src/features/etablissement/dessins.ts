import type { ChartData, ChartOptions } from 'chart.js'
import { COULEURS, type Legende, type Tableau } from '../../charts/figure.ts'
import type { Delai, DemandeActivitePartielle, Seuils } from '../../contracts/datapi.ts'
import { formatMois, moisDeRang } from '../../format/dates.ts'
import { formatEuros } from '../../format/montants.ts'
import { avecUnite, formatDecimal, formatEntier, formatPart, formatPointsSignes, NON_CONNU } from '../../format/nombres.ts'
import type { Marche } from './explication.ts'
import { cotisationAppelee, dette, echeancier, effectifAutorise, type Mois } from './series.ts'

/** Drawings of the fiche: what chart.js draws and the same numbers as a table. Pure: the page only places them. */
export type Dessin = {
  donnees: ChartData
  options: ChartOptions
  legendes: Legende[]
  tableau: Tableau
}

const nomMois = ({ rang }: Mois): string => formatMois(moisDeRang(rang))
const ligne = (label: string, data: (number | null)[], couleur: string, reste: object = {}) => ({
  type: 'line' as const,
  label,
  data,
  borderColor: couleur,
  backgroundColor: couleur,
  borderWidth: 2.5,
  pointRadius: 1.5,
  spanGaps: false,
  order: 0,
  ...reste,
})
const axeMois = {
  grid: { display: false },
  ticks: { maxRotation: 45, autoSkip: true },
}
const axe = (titre: string, ecrire: (valeur: number) => string, reste: object = {}) => ({
  beginAtZero: true,
  title: { display: true, text: titre },
  ticks: { callback: (valeur: number | string) => ecrire(Number(valeur)) },
  ...reste,
})

/** Headcount as a line; short-time work as bars (consumed) and a stepped outline (authorised), only with the right. */
export const dessinEffectif = (
  mois: readonly Mois[],
  etp: ReadonlyMap<number, number> | null,
  demandes: readonly DemandeActivitePartielle[] | undefined,
): Dessin => {
  const effectifs = mois.map(({ effectif }) => effectif)
  const consommes = mois.map(({ rang }) => etp?.get(rang) ?? null)
  const autorises = mois.map(({ rang }) => (etp === null ? null : effectifAutorise(demandes, rang)))
  const avecConso = consommes.some((valeur) => valeur !== null)
  const avecDemande = autorises.some((valeur) => valeur !== null)
  return {
    donnees: {
      labels: mois.map(nomMois),
      datasets: [
        ligne('Effectif', effectifs, COULEURS.serie1),
        ...(avecConso
          ? [
              {
                type: 'bar' as const,
                label: 'Activité partielle consommée (ETP)',
                data: consommes,
                backgroundColor: COULEURS.serie5,
                order: 2,
              },
            ]
          : []),
        ...(avecDemande
          ? [
              ligne('Effectif autorisé en activité partielle', autorises, COULEURS.serie4, {
                stepped: 'middle',
                borderDash: [6, 4],
                pointRadius: 0,
                order: 1,
              }),
            ]
          : []),
      ],
    },
    options: {
      interaction: { mode: 'index', intersect: false },
      scales: { x: axeMois, y: axe('Salariés', formatEntier) },
    },
    legendes: [
      { nom: 'Effectif', couleur: COULEURS.serie1, forme: 'ligne' },
      ...(avecConso
        ? [
            {
              nom: 'Activité partielle consommée (ETP)',
              couleur: COULEURS.serie5,
              forme: 'barre' as const,
            },
          ]
        : []),
      ...(avecDemande
        ? [
            {
              nom: 'Effectif autorisé en activité partielle',
              couleur: COULEURS.serie4,
              forme: 'tirets' as const,
            },
          ]
        : []),
    ],
    tableau: {
      entetes: ['Mois', 'Effectif', ...(avecConso ? ['Activité partielle consommée (ETP)'] : []), ...(avecDemande ? ['Effectif autorisé'] : [])],
      lignes: mois.map((courant, index) => [
        nomMois(courant),
        formatEntier(courant.effectif),
        ...(avecConso ? [formatDecimal(consommes[index] ?? 0)] : []),
        ...(avecDemande ? [autorises[index] == null ? '–' : formatEntier(autorises[index])] : []),
      ]),
    },
  }
}

/** Employer and employee debt stacked (what remains due), contributions called as a line, the schedule of a running plan as dashed steps. */
export const dessinDette = (mois: readonly Mois[], delais: readonly Delai[] | undefined): Dessin => {
  const aire = (label: string, data: (number | null)[], couleur: string) =>
    ligne(label, data, couleur, {
      fill: true,
      stack: 'dette',
      pointRadius: 0,
      backgroundColor: `${couleur}b3`,
      yAxisID: 'y',
      order: 2,
    })
  const echeances = mois.map(({ rang }) => echeancier(delais, rang))
  const avecDelai = echeances.some((valeur) => valeur !== null)
  return {
    donnees: {
      labels: mois.map(nomMois),
      datasets: [
        aire(
          'Dette, part patronale',
          mois.map(({ partPatronale }) => partPatronale),
          COULEURS.serie2,
        ),
        aire(
          'Dette, part ouvrière',
          mois.map(({ partSalariale }) => partSalariale),
          COULEURS.serie3,
        ),
        ligne('Cotisations appelées', mois.map(cotisationAppelee), COULEURS.serie1, { stack: 'cotisation' }),
        ...(avecDelai
          ? [
              ligne('Échéancier accordé', echeances, COULEURS.serie4, {
                stack: 'delai',
                stepped: 'middle',
                borderDash: [6, 4],
                pointRadius: 0,
              }),
            ]
          : []),
      ],
    },
    options: {
      interaction: { mode: 'index', intersect: false },
      scales: { x: axeMois, y: axe('Euros', formatEntier, { stacked: true }) },
      plugins: {
        tooltip: {
          callbacks: {
            label: ({ dataset, parsed }) => `${dataset.label ?? ''}\u00a0: ${formatEuros(parsed.y)}`,
          },
        },
      },
    },
    legendes: [
      { nom: 'Dette, part patronale', couleur: COULEURS.serie2, forme: 'aire' },
      { nom: 'Dette, part ouvrière', couleur: COULEURS.serie3, forme: 'aire' },
      { nom: 'Cotisations appelées', couleur: COULEURS.serie1, forme: 'ligne' },
      ...(avecDelai
        ? [
            {
              nom: 'Échéancier accordé',
              couleur: COULEURS.serie4,
              forme: 'tirets' as const,
            },
          ]
        : []),
    ],
    tableau: {
      entetes: ['Mois', 'Cotisations appelées', 'Dette, part patronale', 'Dette, part ouvrière', 'Dette totale', ...(avecDelai ? ['Échéancier accordé'] : [])],
      lignes: mois.map((courant, index) => [
        nomMois(courant),
        formatEuros(cotisationAppelee(courant)),
        formatEuros(courant.partPatronale),
        formatEuros(courant.partSalariale),
        formatEuros(dette(courant)),
        ...(avecDelai ? [echeances[index] == null ? '–' : formatEuros(echeances[index])] : []),
      ]),
    },
  }
}

const COULEUR_MARCHE: Readonly<Record<Marche['sorte'], string>> = {
  base: COULEURS.discret,
  hausse: COULEURS.eleve,
  baisse: COULEURS.aucun,
  total: COULEURS.primaire,
}

/** Horizontal waterfall of the contributions; the two thresholds are dashed lines. */
export const dessinCascade = (marches: readonly Marche[], seuils: Seuils | undefined): Dessin => {
  const barres = marches.map(({ debut, fin }): [number, number] => [debut * 100, fin * 100])
  const maximum = Math.min(100, Math.ceil((Math.max(...marches.map(({ debut, fin }) => Math.max(debut, fin)), seuils?.f1 ?? 0) * 100 + 5) / 10) * 10)
  const limites =
    seuils === undefined
      ? []
      : [
          {
            nom: `Seuil du risque modéré (${formatPart(seuils.f2)})`,
            valeur: seuils.f2,
            couleur: COULEURS.modere,
          },
          {
            nom: `Seuil du risque élevé (${formatPart(seuils.f1)})`,
            valeur: seuils.f1,
            couleur: COULEURS.eleve,
          },
        ]
  return {
    donnees: {
      labels: marches.map(({ nom }) => enLignes(nom)),
      datasets: [
        ...limites.map(({ nom, valeur, couleur }) => ({
          type: 'line' as const,
          label: nom,
          data: marches.map(() => valeur * 100),
          borderColor: couleur,
          borderWidth: 2,
          borderDash: [6, 4],
          pointRadius: 0,
          pointHitRadius: 0,
          order: 0,
        })),
        {
          type: 'bar' as const,
          label: 'Contribution',
          data: barres,
          backgroundColor: marches.map(({ sorte }) => COULEUR_MARCHE[sorte]),
          borderSkipped: false,
          order: 1,
        },
      ],
    },
    options: {
      indexAxis: 'y',
      scales: {
        x: {
          min: Math.min(0, ...barres.flat()),
          max: maximum,
          title: { display: true, text: 'Risque estimé (%)' },
        },
        y: { grid: { display: false }, ticks: { autoSkip: false } },
      },
      plugins: {
        tooltip: {
          callbacks: {
            label: ({ dataIndex, dataset }) => (dataset.label === 'Contribution' ? formatPointsSignes(marches[dataIndex]?.valeur ?? 0) : (dataset.label ?? '')),
          },
        },
      },
    },
    legendes: [
      { nom: 'Aggrave', couleur: COULEURS.eleve, forme: 'barre' },
      { nom: 'Atténue', couleur: COULEURS.aucun, forme: 'barre' },
      { nom: 'Risque estimé', couleur: COULEURS.primaire, forme: 'barre' },
      ...limites.map(({ nom, couleur }) => ({
        nom,
        couleur,
        forme: 'tirets' as const,
      })),
    ],
    tableau: {
      entetes: ['Thème', 'Contribution', 'Cumul'],
      lignes: marches.map(({ nom, valeur, fin, sorte }) => [nom, sorte === 'total' ? '–' : formatPointsSignes(valeur), formatPart(fin)]),
    },
  }
}

/** What the waterfall says, in one sentence. */
export const resumeCascade = (marches: readonly Marche[]): string => {
  const total = marches.at(-1)
  if (total === undefined) return ''
  const hausses = marches.filter(({ sorte, valeur }) => sorte === 'hausse' && valeur > 0)
  const premier = hausses[0]
  return `Risque estimé\u00a0: ${formatPart(total.fin)}.${premier === undefined ? ' Aucun thème ne l’aggrave.' : ` Ce qui pèse le plus\u00a0: ${premier.nom.toLowerCase()} (${formatPointsSignes(premier.valeur)}).`}`
}

const LARGEUR_NOM = 18
/** Around a radar on a phone there is room for the longest words, no more. */
const LARGEUR_AXE = 12
/** A long name on several lines, so that a drawing keeps its room. */
const enLignes = (nom: string, largeur = LARGEUR_NOM): string[] => {
  const lignes: string[] = []
  for (const mot of nom.split(' ')) {
    const derniere = lignes.pop()
    if (derniere === undefined) lignes.push(mot)
    else if (`${derniere} ${mot}`.length > largeur) lignes.push(derniere, mot)
    else lignes.push(`${derniere} ${mot}`)
  }
  return lignes
}

/** Themes on a scale of 0 (reassuring) to 1 (worrying), 0.5 neutral. */
export const dessinRadar = (axes: readonly { nom: string; valeur: number }[]): Dessin => ({
  donnees: {
    labels: axes.map(({ nom }) => enLignes(nom, LARGEUR_AXE)),
    datasets: [
      {
        type: 'radar' as const,
        label: 'Cet établissement',
        data: axes.map(({ valeur }) => valeur),
        borderColor: COULEURS.serie2,
        backgroundColor: `${COULEURS.serie2}33`,
        borderWidth: 2.5,
        pointRadius: 4,
      },
      {
        type: 'radar' as const,
        label: 'Neutre',
        data: axes.map(() => 0.5),
        borderColor: COULEURS.discret,
        borderDash: [5, 4],
        borderWidth: 1.5,
        pointRadius: 0,
        fill: false,
      },
    ],
  },
  options: {
    scales: {
      r: {
        min: 0,
        max: 1,
        // No axis lies flat: a name beside the drawing would be cut on a phone.
        startAngle: axes.length % 4 === 0 ? 180 / axes.length : 0,
        ticks: { display: false, stepSize: 0.25 },
        pointLabels: { font: { size: 13 } },
      },
    },
  },
  legendes: [
    { nom: 'Cet établissement', couleur: COULEURS.serie2, forme: 'ligne' },
    { nom: 'Neutre', couleur: COULEURS.discret, forme: 'tirets' },
  ],
  tableau: {
    entetes: ['Thème', 'Intensité (0 = rassurant, 1 = inquiétant)'],
    lignes: axes.map(({ nom, valeur }) => [nom, formatDecimal(valeur * 10) === NON_CONNU ? NON_CONNU : avecUnite(formatDecimal(valeur * 10), '/ 10')]),
  },
})
