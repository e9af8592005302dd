import { hash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import type { Entry, EntryValue } from './entity.ts'

/**
 * The legacy hash of an entry (raw-formats §1.12 and appendix A): MD5 of `{Name:value,…}`, names in byte order. It decides which entries are
 * the same from one batch to the next, so that an existing base can be taken over.
 */

type Kind = 'text' | 'integer' | 'decimal' | 'boolean' | 'date' | 'optional-date' | 'interval'

/** One written field: `field` of the value, `''` for the key of the entity, nothing for a field that is always empty. */
type Part = { name: string; field?: string; kind: Kind }
/** The same with what goes before its value: the name, after a comma but for the first. */
type Written = Part & { readonly before: string }

/** `Name`, `Name=field` (the name in snake case when not said), `Name=` for the key, `Name=!` for an always empty text. */
const parts = (kind: Kind, names: string): Part[] =>
  names.split(' ').map((item) => {
    const [name = '', field] = item.split('=')
    if (field === '!') return { name, kind }
    return { name, field: field ?? snake(name), kind }
  })

const snake = (name: string): string => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase()

const sorted = (...lists: Part[][]): readonly Written[] =>
  lists
    .flat()
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((part, rank) => ({ ...part, before: rank === 0 ? `{${part.name}:` : `,${part.name}:` }))

const SIRENE = [
  ...parts(
    'text',
    'APE Cedex CodeActivite CodeCedex CodeCommune CodePaysEtranger CodePostal Commune CommuneEtranger ComplementAdresse Departement DistributionSpeciale IndRep=indrep Nic NomenActivite NumVoie=numero_voie PaysEtranger Siren TypeVoie Voie',
  ),
  ...parts('optional-date', 'Creation=date_creation'),
  ...parts('decimal', 'Latitude Longitude'),
  ...parts('boolean', 'Siege'),
]
const SIRENE_UL = [
  ...parts(
    'text',
    'CodeStatutJuridique=statut_juridique Nic=! NomUniteLegale NomUsageUniteLegale Prenom1UniteLegale=prenom1_unite_legale Prenom2UniteLegale=prenom2_unite_legale Prenom3UniteLegale=prenom3_unite_legale Prenom4UniteLegale=prenom4_unite_legale RaisonSociale Siren',
  ),
  ...parts('optional-date', 'Creation=date_creation'),
]
const DIANE_TEXTS = 'NomEntreprise NumeroSiren StatutJuridique'
const DIANE_INTEGERS = 'Annee=exercice_diane EffectifConsolide NombreEtabSecondaire NombreFiliale TailleCompoGroupe NombreMois'
const DIANE_DECIMALS =
  'DetteFiscaleEtSociale FraisDeRetD=frais_de_RetD ConcesBrevEtDroitsSim ConcoursBancaireCourant EquilibreFinancier IndependanceFinanciere Endettement AutonomieFinanciere DegreImmoCorporelle FinancementActifCirculant LiquiditeGenerale LiquiditeReduite RotationStocks CreditClient CreditFournisseur CAparEffectif=ca_par_effectif TauxInteretFinancier TauxInteretSurCA=taux_interet_sur_ca EndettementGlobal TauxEndettement CapaciteRemboursement CapaciteAutofinancement CouvertureCaFdr CouvertureCaBesoinFdr PoidsBFRExploitation=poids_bfr_exploitation Exportation EfficaciteEconomique ProductivitePotentielProduction=productivite_potentiel_production ProductiviteCapitalFinancier ProductiviteCapitalInvesti TauxDInvestissementProductif=taux_d_investissement_productif RentabiliteEconomique Performance RendementBrutFondsPropres RentabiliteNette RendementCapitauxPropres RendementRessourcesDurables TauxMargeCommerciale TauxValeurAjoutee PartSalaries PartEtat PartPreteur PartAutofinancement CA=ca CAExportation=ca_exportation AchatMarchandises AchatMatieresPremieres Production MargeCommerciale Consommation AutresAchatsChargesExternes ValeurAjoutee ChargePersonnel ImpotsTaxes SubventionsDExploitation=subventions_d_exploitation ExcedentBrutDExploitation=excedent_brut_d_exploitation AutresProduitsChargesReprises DotationAmortissement ResultatExpl OperationsCommun ProduitsFinanciers ChargesFinancieres Interets ResultatAvantImpot ProduitExceptionnel ChargeExceptionnelle ParticipationSalaries ImpotBenefice BeneficeOuPerte'

/** What is written of each tuple type (appendix A). */
const WRITTEN: Readonly<Record<string, readonly Written[]>> = {
  compte: sorted(parts('text', 'NumeroCompte Siret'), parts('date', 'Periode')),
  cotisation: sorted(parts('decimal', 'Du Encaisse'), parts('text', 'NumeroCompte'), parts('interval', 'Periode')),
  debit: sorted(
    parts('text', 'CodeMotifEcartNegatif CodeOperationEcartNegatif CodeProcedureCollective DebitSuivant=! NumeroCompte NumeroEcartNegatif'),
    parts('date', 'DateTraitement'),
    parts('integer', 'EtatCompte NumeroHistoriqueEcartNegatif=numero_historique'),
    parts('decimal', 'PartOuvriere PartPatronale'),
    parts('interval', 'Periode'),
    parts('boolean', 'Recours=recours_en_cours'),
  ),
  delai: sorted(
    parts('text', 'Action Denomination Indic6m=indic_6m NumeroCompte NumeroContentieux Stade'),
    parts('integer', 'AnneeCreation DureeDelai'),
    parts('date', 'DateCreation DateEcheance'),
    parts('decimal', 'MontantEcheancier'),
  ),
  ccsf: sorted(parts('text', 'Action NumeroCompte=# Stade'), parts('date', 'DateTraitement')),
  procol: sorted(parts('text', 'ActionProcol Siret= StadeProcol'), parts('date', 'DateEffet')),
  effectif: sorted(parts('integer', 'Effectif'), parts('text', 'NumeroCompte Siret='), parts('date', 'Periode')),
  effectif_ent: sorted(parts('integer', 'EffectifEnt=effectif'), parts('text', 'Siren='), parts('date', 'Periode')),
  apconso: sorted(
    parts('text', 'ID=id_conso Siret='),
    parts('integer', 'Effectif'),
    parts('decimal', 'HeureConsommee=heure_consomme Montant'),
    parts('date', 'Periode'),
  ),
  apdemande: sorted(
    parts('text', 'ID=id_demande Siret='),
    parts('date', 'DateStatut'),
    parts('integer', 'Effectif EffectifAutorise EffectifConsomme EffectifEntreprise MotifRecoursSE=motif_recours_se Perimetre'),
    parts('decimal', 'HTA HeureConsommee MTA MontantConsomme=montant_consommee'),
    parts('interval', 'Periode'),
  ),
  bdf: sorted(
    parts('integer', 'Annee=annee_bdf'),
    parts('date', 'ArreteBilan=arrete_bilan_bdf'),
    parts('text', 'RaisonSociale Secteur Siren'),
    parts('decimal', 'DelaiFournisseur DetteFiscale FinancierCourtTerme FraisFinancier PoidsFrng TauxMarge'),
  ),
  ellisphere: sorted(
    parts(
      'text',
      'AdresseGroupe CodeFiliere CodeGroupe PersonnePouMFiliere=personne_pou_m_filiere PersonnePouMGroupe=personne_pou_m_groupe RaisocGroupe=raison_sociale_groupe RefIDFiliere=refid_filiere RefIDGroupe=refid_groupe Siren= SirenGroupe',
    ),
    parts('integer', 'NiveauDetention'),
    parts('decimal', 'PartFinanciere'),
  ),
  paydex: sorted(parts('text', 'Siren='), parts('date', 'DateValeur'), parts('integer', 'NbJours')),
  sirene: sorted(SIRENE),
  sirene_ul: sorted(SIRENE_UL),
  sirene_histo: sorted(parts('boolean', 'ChangementStatutActif EstActif'), parts('optional-date', 'DateDebut DateFin'), parts('text', 'Siret')),
  diane: sorted(
    parts('integer', DIANE_INTEGERS),
    parts('text', DIANE_TEXTS),
    parts('boolean', 'ProcedureCollective'),
    parts('date', 'ArreteBilan=arrete_bilan_diane'),
    parts('decimal', DIANE_DECIMALS),
  ),
}

/** The same with the fields that the switch `extensions` adds (§3.2). */
const EXTENDED: Readonly<Record<string, readonly Written[]>> = {
  ...WRITTEN,
  sirene: sorted(SIRENE, parts('boolean', 'EstActif')),
  sirene_ul: sorted(SIRENE_UL, parts('text', 'APE APENaf25=ape_naf25'), parts('boolean', 'EstActif')),
}

/**
 * The hash of an entry of the type, in lower-case hexadecimal. `aside` gives the fields that are hashed and not stored, by their names in the hash
 * (`NumeroCompte` of `ccsf`). A type that the reference did not know is hashed by its canonical JSON.
 */
export const contentHash = (type: string, key: string, value: Entry, options: { extensions: boolean; aside?: Readonly<Record<string, string>> }): string =>
  hash('md5', contentText(type, key, value, options))

/** The text that is hashed. */
export const contentText = (
  type: string,
  key: string,
  value: Entry,
  { extensions, aside }: { extensions: boolean; aside?: Readonly<Record<string, string>> },
): string => {
  const written = (extensions ? EXTENDED : WRITTEN)[type]
  if (written === undefined) return canonicalJson(value)
  let text = ''
  for (const { name, field, kind, before } of written) {
    text += before
    if (field === undefined) text += '""'
    else if (field === '') text += `"${key}"`
    else if (field === '#') text += `"${aside?.[name] ?? ''}"`
    else text += write(kind, value[field])
  }
  return `${text}}`
}

const write = (kind: Kind, value: EntryValue | undefined): string => {
  switch (kind) {
    case 'text':
      return `"${typeof value === 'string' ? value : ''}"`
    case 'integer':
      return String(typeof value === 'number' ? value : 0)
    case 'decimal':
      return scientific(typeof value === 'number' ? value : 0)
    case 'boolean':
      return value === true ? 't' : 'f'
    case 'date':
      return date(value instanceof Date ? value : ZERO_DATE)
    case 'optional-date':
      return value instanceof Date ? date(value) : '<invalid Value>'
    case 'interval':
      return interval(value)
  }
}

/** 0001-01-01T00:00:00Z, the date that a Go program has when it has none. */
const ZERO_DATE = new Date('0001-01-01T00:00:00Z')
const ZERO = ZERO_DATE.getTime()

/** Files repeat few distinct dates and periods: their texts are remembered. */
const date = (value: Date): string => {
  const time = value.getTime()
  const known = DATES.get(time)
  if (known !== undefined) return known
  const text = `{ext:${(time - ZERO) / 1000},loc:<invalid Value>,wall:0}`
  if (DATES.size < MEMORY) DATES.set(time, text)
  return text
}
const DATES = new Map<number, string>()
const MEMORY = 10_000

const interval = (value: EntryValue | undefined): string => {
  const bounds = value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date) ? value : NO_BOUNDS
  const known = INTERVALS.get(bounds)
  if (known !== undefined) return known
  const text = `{End:${write('date', bounds.end)},Start:${write('date', bounds.start)}}`
  INTERVALS.set(bounds, text)
  return text
}
const NO_BOUNDS: Readonly<Record<string, EntryValue>> = {}
/** By the interval itself, which a conversion that remembers gives again: entries never change once they are made. */
const INTERVALS = new WeakMap<object, string>()

/** Shortest digits that round-trip, `E`, a sign and two exponent digits at least: 1959.07 is `1.95907E+03`. */
const scientific = (value: number): string => {
  if (value === 0) return Object.is(value, -0) ? '-0E+00' : '0E+00'
  const cents = Math.round(value * 100)
  return Math.abs(cents) < 1e9 && cents / 100 === value ? scientificCents(cents) : scientificOf(value)
}

/** An amount of a whole number of cents: nine digits at most, so that they are the shortest ones. A third of the time of the general way. */
const scientificCents = (cents: number): string => {
  const digits = String(Math.abs(cents))
  let end = digits.length
  while (end > 1 && digits.charCodeAt(end - 1) === 48) end--
  const exponent = digits.length - 3
  const sign = cents < 0 ? '-' : ''
  const mantissa = end > 1 ? `${digits[0]}.${digits.slice(1, end)}` : digits[0]
  return `${sign}${mantissa}E${exponent < 0 ? '-' : '+'}0${Math.abs(exponent)}`
}

const scientificOf = (value: number): string => {
  const text = value.toExponential()
  const mark = text.lastIndexOf('e')
  const exponent = text.slice(mark + 2)
  return `${text.slice(0, mark)}E${text[mark + 1]}${exponent.length < 2 ? '0' : ''}${exponent}`
}
