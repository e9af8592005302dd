import { describe, expect, it } from 'vitest'
import { acceptCharter, signIn } from '../../support/browser.ts'
import { holds, showsRows } from './seen.ts'
import { NATIONAL, type World } from './world.ts'

/** Who is let in, for how long, and what is said of a right that misses. */
export const describeRights = (world: World): void => {
  describe('the session', () => {
    it('begins at the provider, asks for the charter before any data, and comes back to the address that was asked', async () => {
      const { page, answers } = await world.visit()
      const address = `/etablissements/${world.rows[0]!.siret}`
      await signIn(page, NATIONAL, address)
      await page.getByTestId('charte').waitFor()
      await holds(page, 'charte')
      expect([await answers(), await page.getByTestId('charte-continuer').isDisabled()]).toEqual(['', true])
      await acceptCharter(page)
      await page.getByTestId('fiche-niveau').waitFor()
      expect(new URL(page.url())).toMatchObject({ pathname: address, search: '', hash: '' })
      // No token outlives the memory of the page; a reload asks the provider in silence, and the charter no more.
      await page.reload()
      await page.getByTestId('fiche-niveau').waitFor()
      expect(new URL(page.url())).toMatchObject({ pathname: address, search: '' })
      const kept = await page.evaluate<string>('JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie])')
      expect(kept).toContain('sf.charte')
      expect(kept).not.toMatch(/eyJ|token/i)
      expect(await page.title()).not.toContain(world.rows[0]!.raison_sociale)
    })

    it('ends when asked: nothing opens any more without signing in again', async () => {
      const { page } = await world.enter(NATIONAL, '/habilitations')
      await page.getByRole('heading', { name: 'Mes habilitations' }).waitFor()
      await holds(page, 'habilitations')
      await page.getByText('Françoise Entier').click()
      await page.getByTestId('se-deconnecter').click()
      await page.getByRole('button', { name: 'Oui, me déconnecter' }).click()
      await page.getByRole('heading', { name: 'Vous êtes déconnecté' }).waitFor()
      await holds(page, 'deconnecte')
      await page.getByTestId('se-connecter').click()
      await page.getByText('choisissez qui vous êtes').waitFor()
    })

    it('that the provider refuses to renew is said, keeps what was typed, and goes on at the same page', async () => {
      const { page } = await world.enter(NATIONAL, `/etablissements/${world.rows[1]!.siret}`, { expected: [/status of 40[01]/] })
      await page.getByTestId('suivre').click()
      await page.getByTestId('suivi-autre').check()
      await page.getByLabel('Commentaire').fill('Un partenaire local nous a appelés.')
      const headers = { 'access-control-allow-origin': world.platform.stack.edge, 'content-type': 'application/json' }
      await page.route(`${world.platform.stack.issuer}/token`, (route) => route.fulfill({ status: 400, headers, body: '{"error":"invalid_grant"}' }))
      await page.route('**/api/follow/*', (route) => route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{}' }))
      await page.getByTestId('suivi-valider').click()
      await page.getByRole('heading', { name: 'Votre session a pris fin' }).waitFor()
      await holds(page, 'session-finie')
      await page.unrouteAll()
      await page.getByTestId('se-connecter').click()
      await page.getByTestId('suivre').click()
      expect(new URL(page.url()).pathname).toBe(`/etablissements/${world.rows[1]!.siret}`)
      expect(await page.getByLabel('Commentaire').inputValue()).toBe('Un partenaire local nous a appelés.')
    })
  })

  describe('an agent who misses a right', () => {
    it('reads which one, in the list and on the fiche, and no figure of it reaches the browser', async () => {
      const { page, answers } = await world.enter('agent.bdf')
      await page.getByTestId('tout-afficher').click()
      await showsRows(page, world.rows)
      expect((await page.getByTestId('ligne').first().textContent())?.match(/Non accessible/g)).toHaveLength(2)
      await holds(page, 'liste-verrous')
      await page.getByTestId('lien-fiche').first().click()
      const texts = page.getByTestId('masque')
      await texts.nth(1).waitFor()
      const said = (await texts.allTextContents()).join('\n')
      expect(said).toContain('Votre habilitation ne comprend pas les données Urssaf.')
      expect(said).toContain('Votre habilitation ne comprend pas les données d’activité partielle.')
      expect(said).toContain('Voir mes habilitations')
      await page.getByTestId('facteurs').waitFor()
      await holds(page, 'fiche-sans-urssaf')
      expect(await answers()).not.toMatch(/partPatronale|partSalariale|"cotisation":\[|detteUrssaf|apConso|apDemande/)
    })

    it('« score » sees no list and is told why, and still searches', async () => {
      const { page, answers } = await world.enter('agent.sans.score')
      await page.getByTestId('recherche').waitFor()
      await page.getByRole('link', { name: 'Listes de détection' }).click()
      const mask = page.getByTestId('masque')
      await mask.waitFor()
      expect(await mask.textContent()).toMatch(
        /Données non accessibles\s*Votre habilitation ne comprend pas les données de détection\.\s*Voir mes habilitations/,
      )
      expect([await page.getByTestId('ligne').count(), (await answers()).includes('Alerte')]).toEqual([0, false])
      await holds(page, 'liste-masquee')
    })

    it('at all is told so', async () => {
      const { page } = await world.enter('agent.sans.role')
      await page.getByRole('heading', { name: 'Votre compte n’ouvre aucune page' }).waitFor()
      await holds(page, 'sans-droit')
    })
  })
}
