import type { Company } from './company.ts'
import { type Delivery, urssafDate, urssafPeriod } from './rows.ts'

/** The dirt of real files: rows that the import must reject, filter or ignore without stopping. Keyed by source, one set per call. */
export type Faults = Record<'admin_urssaf' | 'cotisation' | 'debit' | 'procol' | 'effectif' | 'effectif_ent' | 'sirene' | 'sirene_ul', string[]>

/** `near` is the entreprise whose identifiers the faulty rows borrow, so that they are about somebody of the perimeter. */
export const faultsNear = (near: Company, delivery: Delivery): Faults => {
  const { world, known, form } = delivery
  const seat = near.etablissements[0]
  const siret = seat?.siret ?? ''
  const compte = seat?.compte ?? ''
  const orphan = `9${compte.slice(1)}`
  const column = form === '2026' ? `;${siret}` : ''
  const short = form === '2026' ? ';' : ''
  const period = urssafPeriod(world, known - 2)
  const treated = urssafDate(world, known - 1, 12)
  const empty = ';'.repeat(known - 1)
  const debit = (compteOf: string, periode: string, date: string, ouvriere: string, rest: string): string =>
    `117;75;${compteOf};${near.siren}${column};20120101;1;0;${periode};301;1;${date};${ouvriere};${rest}`
  return {
    // Accounts without SIRET and provisional ones: ignored by the mapping.
    admin_urssaf: [`117;75;${orphan};1;${near.siren};;1150101;`, `117;75;8${compte.slice(1)};1;${near.siren};${near.siren}A0012;1150101;`],
    cotisation: [
      ...(form === '2023' ? [`117;75;${orphan};${period};0;120;120`] : [`117;75${short};${orphan};${period};0;120;120`]),
      `117;75${column};${compte};${period}1;0;120;120`,
      `117;75${column};${compte};${period};0;1.250,50;1.250,50`,
    ],
    debit: [
      debit(compte, period, treated, '12,5', '4500;1;2;0'),
      debit(compte, period, '11A0203', '1200', '4500;1;2;0'),
      debit(compte, period, treated, '1200', '4500;1;2;peut-être'),
      `117;75;${compte};${near.siren}`,
      debit(compte, period, treated, '12"00', '4500;1;2;0'),
    ],
    procol: [`${siret};${near.siren};31FEB2024;PCL;ouverture_redressement`, `${siret.slice(1)};${near.siren};12MAR2024;PCL;ouverture_liquidation`],
    effectif: [`${compte};${near.siren}B0034;;${near.ape};75;${empty}12;${known};117`, `${compte};${siret.slice(2)};;${near.ape};75;${empty}12;${known};117`],
    effectif_ent: [`${near.siren.slice(1)};12${empty};SIREN TRONQUE`],
    sirene: [
      `${near.siren},123,,O,2019-05-01,,false,1,,1,,RUE,DE LA FRONTIERE,,,BRUXELLES,,,,,99131,BELGIQUE,2019-05-01,A,46.90Z,NAFRev2,O,,,`,
      `${near.siren},88888,,O,2019-05-01,,false,1,,1,,RUE,SANS COORDONNEES,75011,PARIS 11,,,75111,,,,,2019-05-01,A,46.90Z,NAFRev2,O,[ND],[ND],`,
    ],
    sirene_ul: [`${near.siren.slice(2)},O,2010-01-01,,,,,,,,,"SOCIETE ""TRONQUEE"", ANCIENNE",,PME,A,5499,46.90Z,NAFRev2,00011`],
  }
}
