import { describe, expect, it } from 'vitest'
import { connectPostgres } from '../../../shared/adapters/postgres/connect.ts'
import { chart, eventually, holds, numberIn, showsRows, sirets } from './seen.ts'
import { NATIONAL, type World } from './world.ts'

type Fiche = { periodeUrssaf: { periodes: string[]; cotisation?: number[]; partPatronale?: number[]; partSalariale?: number[] }; scores: { score: number }[] }

const LEVELS: Record<string, string> = { 'Alerte seuil F1': 'eleve', 'Alerte seuil F2': 'modere' }

/** Agents read the list and the fiches of their zone, search and follow. */
export const describeAgents = (world: World): void => {
  describe('an agent with every right', () => {
    it('reads the list in the order of the API, narrows it, and lifts every filter', async () => {
      const { page } = await world.enter(NATIONAL)
      await page.getByTestId('ligne').first().waitFor()
      expect(await page.getByTestId('filtre-actif').count()).toBeGreaterThan(2)
      await page.getByTestId('tout-afficher').click()
      await showsRows(page, world.rows)
      expect(await page.getByTestId('filtre-actif').count()).toBe(0)
      const levels = await page
        .getByTestId('ligne')
        .getByTestId('niveau')
        .evaluateAll((found) => found.map((one) => (one as { dataset: { niveau?: string } }).dataset.niveau))
      expect(levels).toEqual(world.rows.map(({ alert }) => LEVELS[alert]))
      const high = world.rows.filter(({ alert }) => LEVELS[alert] === 'eleve').length
      await eventually(() => page.getByTestId('compteurs').textContent()).toMatch(
        new RegExp(`${high}\\srisques? élevés?\\s*${world.rows.length - high}\\srisques? modérés?`),
      )
      await holds(page, 'liste')

      const least = Math.max(...world.rows.map(({ dernier_effectif_entreprise: count }) => count))
      await page.getByLabel('Effectif minimum de l’entreprise').fill(String(least))
      await page.getByLabel('Effectif minimum de l’entreprise').press('Enter')
      await showsRows(
        page,
        world.rows.filter(({ dernier_effectif_entreprise: count }) => count >= least),
      )
      // Filters are in the address, so they survive a reload.
      await page.reload()
      await showsRows(
        page,
        world.rows.filter(({ dernier_effectif_entreprise: count }) => count >= least),
      )
      await page.getByTestId('filtre-actif').click()
      await showsRows(page, world.rows)
      const { siret, siren } = world.rows.at(-1)!
      await page.getByTestId('filtre-rapide').pressSequentially(siren.replace(/(...)(...)(...)/, '$1 $2 $3'))
      await showsRows(page, [world.rows.at(-1)!])
      await page.getByTestId('filtre-rapide').fill('aucune entreprise de ce nom')
      await page.getByTestId('vide').waitFor()
      await holds(page, 'liste-vide')
      await page.getByTestId('tout-afficher').click()
      await showsRows(page, world.rows)
      // Coming back from a fiche finds the same rows and the focus where it was.
      await page.locator(`[data-lien="${siret}"]`).click()
      await page.getByTestId('fiche-niveau').waitFor()
      await page.goBack()
      await showsRows(page, world.rows)
      await eventually(() => page.locator(':focus').getAttribute('data-lien')).toBe(siret)
    })

    it('reads beside the name of a list what is to be known of it', async () => {
      const pool = connectPostgres(world.platform.stack.postgres)
      try {
        await pool.query('update liste set description = $2 where batch = $1', [world.batch, 'Liste recalculée le 2 décembre 2025.'])
      } finally {
        await pool.end()
      }
      const { page } = await world.enter(NATIONAL)
      expect(await page.getByTestId('description').textContent()).toBe('Liste recalculée le 2 décembre 2025.')
      await page.getByTestId('ligne').first().waitFor()
      await holds(page, 'liste-decrite')
    })

    it('opens a fiche whose charts and explanation say what the API says, in the months of Paris wherever the agent is', async () => {
      const { siret, siren, alert } = world.rows[0]!
      const fiche = (await (await world.ask(NATIONAL, 'GET', `/etablissement/get/${siret}`)).json()) as Fiche
      const { page } = await world.enter(NATIONAL, `/etablissements/${siret}`, { timezoneId: 'America/Cayenne' })
      expect(await page.getByTestId('fiche-niveau').getAttribute('data-niveau')).toBe(LEVELS[alert])
      await page.getByTestId('graphe-radar').locator('canvas').waitFor()
      await page.getByTestId('graphe-effectif').locator('canvas').waitFor()
      await page.getByTestId('graphe-cotisations').locator('canvas').waitFor()
      await holds(page, 'fiche')
      expect(await page.getByTestId('detection-phrase').textContent()).toMatch(/Risque estimé\u00a0: élevé/)
      expect(await page.getByTestId('facteurs-inquietent').locator('li').count()).toBeGreaterThan(0)
      expect(await page.getByTestId('historique').locator('tbody tr').count()).toBe(fiche.scores.length)

      const steps = await chart(page, 'graphe-explication')
      expect(numberIn(steps.at(-1)?.at(-1))).toBe(Math.round(fiche.scores[0]!.score * 1000) / 10)
      const { periodes, cotisation, partPatronale, partSalariale } = fiche.periodeUrssaf
      const month = new Intl.DateTimeFormat('fr', { month: 'short', year: 'numeric', timeZone: 'UTC' })
      expect(await chart(page, 'graphe-cotisations').then((lines) => lines.map(([when, ...amounts]) => [when, ...amounts.map(numberIn)]))).toEqual(
        periodes.map((periode, rank) => {
          const [called, employer, employee] = [cotisation![rank]!, partPatronale![rank]!, partSalariale![rank]!]
          return [month.format(new Date(periode)), Math.round(called), Math.round(employer), Math.round(employee), Math.round(employer + employee)]
        }),
      )
      await chart(page, 'graphe-effectif')
      await holds(page, 'fiche-donnees')
      await page.getByTestId('lien-entreprise').click()
      await page.getByTestId('totaux').waitFor()
      await page.getByTestId('graphe-cotisations').locator('canvas').waitFor()
      expect(await page.getByTestId('fiche-entreprise').getAttribute('data-siren')).toBe(siren)
      await holds(page, 'entreprise')
    })

    it('searches by name, by SIREN and by SIRET, and is told when two letters are not enough or nothing is found', async () => {
      const { page } = await world.enter(NATIONAL, '/recherche', { expected: [/status of 404/] })
      const search = async (text: string): Promise<void> => {
        await page.getByTestId('recherche').fill(text)
        await page.getByTestId('rechercher').click()
      }
      await search('ab')
      await page
        .getByText(/3 caractères/)
        .first()
        .waitFor()
      await holds(page, 'recherche-courte')
      await search('aucune entreprise de ce nom')
      await page.getByTestId('vide').waitFor()
      await search(world.rows[0]!.raison_sociale)
      await page.getByTestId('ligne').first().waitFor()
      expect(await sirets(page)).toContain(world.rows[0]!.siret)
      await holds(page, 'recherche')
      await search(world.rows[0]!.siret.replace(/(...)(...)(...)/, '$1 $2 $3 '))
      await page.getByTestId('fiche-niveau').waitFor()
      expect(new URL(page.url()).pathname).toBe(`/etablissements/${world.rows[0]!.siret}`)
      await page.goto('/etablissements/00000000000000')
      await page.getByTestId('introuvable').waitFor()
      await holds(page, 'etablissement-inconnu')
      await page.goto('/nulle-part')
      await page.getByRole('heading', { name: /introuvable/i }).waitFor()
      await holds(page, 'page-inconnue')
      await page.goto('/depots')
      await page.getByTestId('acces-refuse').waitFor()
      await holds(page, 'acces-refuse')
    })
  })

  describe('an agent of one region', () => {
    const AGENT = 'agent.hauts.de.france'

    it('sees the rows of the region alone', async () => {
      const { page, answers } = await world.enter(AGENT)
      await page.getByTestId('tout-afficher').click()
      const mine = await world.listOf(AGENT)
      expect(mine.length).toBeGreaterThan(0)
      await showsRows(page, mine)
      for (const { departement } of mine) expect(['02', '59', '60', '62', '80']).toContain(departement)
      const seen = await answers()
      for (const { siret } of world.rows) expect([siret, seen.includes(siret)]).toEqual([siret, mine.some((row) => row.siret === siret)])
    })

    it('reads why a fiche of elsewhere is masked, opens it by following, finds it in the follow-ups, and closes it again', async () => {
      const elsewhere = world.rows.find(({ departement }) => !['02', '59', '60', '62', '80'].includes(departement))!
      const { page, answers } = await world.enter(AGENT, `/etablissements/${elsewhere.siret}`)
      const masks = page.getByTestId('masque')
      await masks.nth(1).waitFor()
      expect(await page.getByTestId('fiche-niveau').getAttribute('data-niveau')).toBe('verrou')
      for (const text of await masks.allTextContents())
        expect(text).toMatch(/Données non accessibles pour l’instant\s*Votre habilitation le permet si vous suivez cet établissement\.\s*Suivre/)
      expect(await answers()).not.toMatch(/partPatronale|macroExpl|Alerte seuil/)
      await holds(page, 'fiche-masquee')

      await page.getByTestId('suivre').click()
      await page.getByTestId('suivi-valider').click()
      await page.getByRole('alert').filter({ hasText: 'Choisissez une raison.' }).waitFor()
      await page.getByTestId('suivi-autre').check()
      await page.getByRole('alert').filter({ hasText: '10 caractères' }).waitFor()
      await holds(page, 'suivre')
      await page.getByTestId('suivi-detection').check()
      await page.getByTestId('suivi-valider').click()
      await page.getByTestId('ne-plus-suivre').waitFor()
      await page.getByTestId('graphe-cotisations').locator('canvas').waitFor()
      expect([await masks.count(), await page.getByTestId('fiche-niveau').getAttribute('data-niveau')]).toEqual([0, LEVELS[elsewhere.alert]])

      await page.getByRole('link', { name: 'Mes suivis' }).click()
      await showsRows(page, [elsewhere])
      await holds(page, 'suivis')
      await page.getByTestId('lien-fiche').click()
      await page.getByTestId('ne-plus-suivre').click()
      await page.getByTestId('fin-valider').waitFor()
      await holds(page, 'ne-plus-suivre')
      await page.getByTestId('fin-aucune_action').check()
      await page.getByTestId('fin-valider').click()
      await masks.nth(1).waitFor()
      await page.getByRole('link', { name: 'Mes suivis' }).click()
      await page.getByTestId('vide').waitFor()
      await holds(page, 'suivis-vides')
    })
  })
}
