/** What the legacy hash of an entry is made of (raw-formats §1.12 and appendix A): names in byte order, and how each value is written. */

export type Kind = 'text' | 'integer' | 'decimal' | 'boolean' | 'date' | 'optional-date' | 'interval'

/** One written field: `field` of the value, `''` for the key of the entity, `#` for a text given aside, nothing for a field that is always empty. */
type Part = { name: string; field?: string; kind: Kind }
/** The same with what goes before its value: the name, after a comma but for the first. */
export type Written = Part & { readonly before: string }

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
export const WRITTEN: Readonly<Record<string, readonly Written[]>> = {
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
export const EXTENDED: Readonly<Record<string, readonly Written[]>> = {
  ...WRITTEN,
  sirene: sorted(SIRENE, parts('boolean', 'EstActif')),
  sirene_ul: sorted(SIRENE_UL, parts('text', 'APE APENaf25=ape_naf25'), parts('boolean', 'EstActif')),
}

const DECIMALS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(WRITTEN).map(([type, written]) => [type, written.flatMap(({ kind, field }) => (kind === 'decimal' && field !== undefined ? [field] : []))]),
)

/** The fields of a type that are decimals, whole or not; none for a type that the reference did not know. */
export const decimalFieldsOf = (type: string): readonly string[] => DECIMALS.get(type) ?? NO_FIELDS
const NO_FIELDS: readonly string[] = []
