/**
 * What an entry of each type must be (raw-formats §5): stricter than the parsers, which let odd values in so that the validation can list them. No other
 * property is allowed; fields of the switch `extensions` (raw-formats §3.2) are.
 */
import * as z from 'zod'

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const text = z.string()
/** The driver of MongoDB reads most numbers as such; a long beyond 2^53 and a decimal come as objects of its own. */
const plainNumber = (value: unknown): unknown => (isObject(value) && (value._bsontype === 'Long' || value._bsontype === 'Decimal128') ? Number(value) : value)
const atLeast = (min: number): z.ZodType => z.preprocess(plainNumber, z.number().min(min))
const number = z.preprocess(plainNumber, z.number())
const date = z.date()
const siren = z.string().regex(/^[0-9]{9}$/)
const periode = z.strictObject({ start: date, end: date })
const numberOrNull = number.nullable()

const optional = (fields: Record<string, z.ZodType>): Record<string, z.ZodType> =>
  Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, type.optional()]))
const all = (names: string, type: z.ZodType): Record<string, z.ZodType> => Object.fromEntries(names.split(' ').map((name) => [name, type]))

/** Fields of `diane` by kind (raw-formats §2.12); every other field of it is a number. */
const DIANE_TEXTS = 'nom_entreprise numero_siren statut_juridique'
const DIANE_NUMBERS =
  'exercice_diane effectif_consolide dette_fiscale_et_sociale frais_de_RetD conces_brev_et_droits_sim nombre_etab_secondaire nombre_filiale taille_compo_groupe ' +
  'nombre_mois concours_bancaire_courant equilibre_financier independance_financiere endettement autonomie_financiere degre_immo_corporelle ' +
  'financement_actif_circulant liquidite_generale liquidite_reduite rotation_stocks credit_client credit_fournisseur ca_par_effectif taux_interet_financier ' +
  'taux_interet_sur_ca endettement_global taux_endettement capacite_remboursement capacite_autofinancement couverture_ca_fdr couverture_ca_besoin_fdr ' +
  'poids_bfr_exploitation exportation efficacite_economique productivite_potentiel_production productivite_capital_financier productivite_capital_investi ' +
  'taux_d_investissement_productif rentabilite_economique performance rendement_brut_fonds_propres rentabilite_nette rendement_capitaux_propres ' +
  'rendement_ressources_durables taux_marge_commerciale taux_valeur_ajoutee part_salaries part_etat part_preteur part_autofinancement ca ca_exportation ' +
  'achat_marchandises achat_matieres_premieres production marge_commerciale consommation autres_achats_charges_externes valeur_ajoutee charge_personnel ' +
  'impots_taxes subventions_d_exploitation excedent_brut_d_exploitation autres_produits_charges_reprises dotation_amortissement resultat_expl ' +
  'operations_commun produits_financiers charges_financieres interets resultat_avant_impot produit_exceptionnel charge_exceptionnelle ' +
  'participation_salaries impot_benefice benefice_ou_perte'

export const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  apconso: z.strictObject({ id_conso: text, heure_consomme: number, montant: number, effectif: number, periode: date }),
  apdemande: z.strictObject({
    id_demande: text,
    periode,
    date_statut: date,
    ...all('hta motif_recours_se effectif_entreprise effectif effectif_autorise perimetre', number),
    ...all('mta heure_consommee montant_consommee effectif_consomme', numberOrNull),
  }),
  bdf: z.strictObject({
    siren,
    arrete_bilan_bdf: date,
    raison_sociale: text,
    secteur: text,
    ...all('annee_bdf poids_frng taux_marge delai_fournisseur dette_fiscale financier_court_terme frais_financier', number),
  }),
  ccsf: z.strictObject({ date_traitement: date, stade: z.enum(['DEBUT', 'REFUS', 'APPROB', 'FIN', 'REJ']), action: z.literal('CCSF') }),
  compte: z.strictObject({ periode: date, siret: text, numero_compte: text }),
  cotisation: z.strictObject({ numero_compte: text, periode, encaisse: number, du: number }),
  debit: z.strictObject({
    ...all('numero_compte numero_ecart_negatif code_procedure_collective code_operation_ecart_negatif code_motif_ecart_negatif', text),
    ...all('part_ouvriere part_patronale numero_historique etat_compte', number),
    date_traitement: date,
    periode,
    recours_en_cours: z.boolean(),
    debit_suivant: text.optional(),
    periode_prise_en_compte: date.optional(),
    debit_id: text.optional(),
  }),
  delai: z.strictObject({
    ...all('numero_compte numero_contentieux denomination indic_6m stade action', text),
    date_creation: date,
    date_echeance: date,
    duree_delai: atLeast(1),
    annee_creation: number,
    montant_echeancier: atLeast(0.01),
  }),
  diane: z.strictObject(optional({ ...all(DIANE_TEXTS, text), ...all(DIANE_NUMBERS, number), procedure_collective: z.boolean(), arrete_bilan_diane: date })),
  effectif: z.strictObject({ numero_compte: text, periode: date, effectif: number }),
  effectif_ent: z.strictObject({ periode: date, effectif: number }),
  ellisphere: z.strictObject(
    optional({
      siren_groupe: siren,
      ...all('personne_pou_m_groupe personne_pou_m_filiere', z.enum(['P', 'M'])),
      ...all('niveau_detention part_financiere', number),
      ...all('code_groupe refid_groupe raison_sociale_groupe adresse_groupe code_filiere refid_filiere', text),
    }),
  ),
  paydex: z.strictObject({ date_valeur: date, nb_jours: number }),
  procol: z.strictObject({
    date_effet: date,
    action_procol: z.enum(['liquidation', 'redressement', 'sauvegarde']),
    stade_procol: z.enum([
      'abandon_procedure',
      'solde_procedure',
      'fin_procedure',
      'plan_continuation',
      'ouverture',
      'inclusion_autre_procedure',
      'cloture_insuffisance_actif',
    ]),
  }),
  sirene: z.strictObject(
    optional({
      siren,
      siege: z.boolean(),
      date_creation: date,
      ...all('longitude latitude', number),
      ...all(
        'nic complement_adresse numero_voie indrep type_voie voie commune commune_etranger distribution_speciale code_commune code_cedex cedex ' +
          'code_pays_etranger pays_etranger code_postal departement ape code_activite nomen_activite',
        text,
      ),
      est_actif: z.boolean(),
    }),
  ),
  sirene_ul: z.strictObject({
    raison_sociale: text,
    statut_juridique: z.string().regex(/^[0-9]{4}$/),
    ...optional({
      siren,
      nic: siren,
      date_creation: date,
      ...all('prenom1_unite_legale prenom2_unite_legale prenom3_unite_legale prenom4_unite_legale nom_unite_legale nom_usage_unite_legale ape ape_naf25', text),
      est_actif: z.boolean(),
    }),
  }),
}

/** One thing that breaks the rules, as the reference prints it (raw-formats §7.1). `problems`: fields and what is expected of them. */
export type InvalidEntry = { _id: string; batchKey: string; dataType: string; dataHash: string; dataObject: unknown; problems: string[] }
export type InvalidType = { _id: string; batchKey: string; dataType: string; dataPerHash: unknown }

/** The types of the batches of a document that have a schema. */
function* checkedTypes(batches: Readonly<Record<string, unknown>>): Generator<{ batchKey: string; dataType: string; schema: z.ZodType; dataPerHash: unknown }> {
  for (const [batchKey, content] of Object.entries(batches)) {
    for (const [dataType, dataPerHash] of Object.entries(isObject(content) ? content : {})) {
      const schema = SCHEMAS[dataType]
      if (schema !== undefined) yield { batchKey, dataType, schema, dataPerHash }
    }
  }
}

/** The types that are no objects, in the batches of a document. */
export const invalidTypesIn = (id: string, batches: Readonly<Record<string, unknown>>): InvalidType[] => {
  const types: InvalidType[] = []
  for (const { batchKey, dataType, dataPerHash } of checkedTypes(batches)) {
    if (!isObject(dataPerHash)) types.push({ _id: id, batchKey, dataType, dataPerHash })
  }
  return types
}

/** The entries that break their schema, in the batches of a document. */
export const invalidEntriesIn = (id: string, batches: Readonly<Record<string, unknown>>): InvalidEntry[] => {
  const entries: InvalidEntry[] = []
  for (const { batchKey, dataType, schema, dataPerHash } of checkedTypes(batches)) {
    if (isObject(dataPerHash)) {
      for (const [dataHash, dataObject] of Object.entries(dataPerHash)) {
        const checked = schema.safeParse(dataObject)
        if (checked.success) continue
        entries.push({
          _id: id,
          batchKey,
          dataType,
          dataHash,
          dataObject,
          problems: checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
        })
      }
    }
  }
  return entries
}
