import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { eventually, holds } from './seen.ts'
import type { World } from './world.ts'

/** A partner deposits files and watches them. */
export const describePartner = (world: World): void => {
  describe('a partner', () => {
    const sent = (page: Page, name: string) => page.locator(`[data-testid="envoi"][data-fichier="${name}"]`)
    const deposit = (page: Page, name: string) => page.locator(`[data-testid="depot"][data-fichier="${name}"]`)
    const inState = (page: Page, name: string, state: string) => page.locator(`[data-testid="depot"][data-fichier="${name}"][data-etat="${state}"]`)

    it('deposits a file, follows it until it is imported, and reads the report; other partners see nothing of it', async () => {
      const name = 'consommation_ap.csv'
      const file = path.join(world.files, name)
      const line = (siret: string, hours: string): string => `"A1","${siret}",${hours},1200.5,3,"2025-09-01"`
      await writeFile(
        file,
        [
          'ID_DA,ETAB_SIRET,HEURES,MONTANTS,EFFECTIFS,MOIS',
          line(world.rows[0]!.siret, '151.67'),
          line('00000000000000', '10'),
          line(world.rows[1]!.siret, 'beaucoup'),
          '',
        ].join('\n'),
      )
      const { page } = await world.enter('partner1')
      await page.getByTestId('depot').first().waitFor()
      expect([new URL(page.url()).pathname, await page.getByTestId('diffusion-privee').isChecked()]).toEqual(['/depots', true])
      await page.getByTestId('fichiers').setInputFiles(file)
      await sent(page, name).waitFor()
      await holds(page, 'depot-pret')
      await page.getByTestId('envoyer').click()
      await inState(page, name, 'imported').waitFor()
      expect(await sent(page, name).getAttribute('data-etat')).toBe('envoye')
      expect(await deposit(page, name).getByTestId('depot-etat').textContent()).toMatch(
        /^Importé\u00a0: 1\sligne prise en compte, 1\shors périmètre ou écartée, 1\srejetée, 0\ssans objet$/,
      )
      expect(await deposit(page, name).getByTestId('depot-analyse').textContent()).toMatch(/Non analysé|Analysé/)
      await deposit(page, name).getByText('Détail de l’import').click()
      await deposit(page, name)
        .getByText(/Ligne 4, colonne «\u00a0HEURES\u00a0»/)
        .waitFor()
      expect(await deposit(page, name).getByTestId('depot-rapport').textContent()).toMatch(/^3 lignes lues/)
      expect(await deposit(page, name).textContent()).toContain(
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex'),
      )
      await holds(page, 'depot-importe')
      await page.goto('/listes')
      await page.getByTestId('acces-refuse').waitFor()

      const other = await world.enter('partner2')
      await other.page.getByTestId('depot').first().waitFor()
      expect((await other.answers()).includes(name)).toBe(false)
    })

    it('sends several files at once, and reads in French why one is refused: nothing in it, or not what it is said to be', async () => {
      const [empty, wrong, other] = ['vide.csv', 'faux.csv', 'faux-aussi.csv']
      await writeFile(path.join(world.files, empty), '')
      for (const name of [wrong, other]) await writeFile(path.join(world.files, name), 'colonne;autre\n1;2\n')
      const { page } = await world.enter('partner1')
      await page.getByTestId('source').selectOption('debit')
      await page.getByTestId('fichiers').setInputFiles([empty, wrong, other].map((name) => path.join(world.files, name)))
      expect(await page.getByTestId('refus').textContent()).toBe('«\u00a0vide.csv\u00a0» est vide\u00a0: il n’a pas été ajouté.')
      expect(await page.getByTestId('envoyer').textContent()).toBe('Envoyer les 2 fichiers')
      await page.getByTestId('envoyer').click()
      for (const name of [wrong, other]) await inState(page, name, 'rejected').waitFor()
      expect(await deposit(page, wrong).getByTestId('depot-etat').textContent()).toMatch(
        /^Fichier refusé\u00a0: Ce n’est pas un fichier « debit » : la colonne « .+ » est absente/,
      )
      expect(await deposit(page, wrong).textContent()).toContain('Envoyer une version corrigée')
      await holds(page, 'depot-refuse')
    })

    it('pauses and resumes; pauses, reloads, chooses the same file again: it goes on where it was each time, and arrives identical', async () => {
      const name = 'sigfaible_delais.csv'
      const file = path.join(world.files, name)
      const header =
        'Urssaf_gestion;Dep;Numero_compte_externe;Numero_structure;Date_creation;Date_echeance;Duree_delai;Denomination_premiere_ligne;Indic_6M;Annee_creation;Montant_global_echeancier;Code_externe_stade;Code_externe_action'
      // Wide rows: three pieces to send, few rows to read.
      const row = (rank: number): string =>
        `117;33;${100_000_000_000_000_000n + BigInt(rank)};C${rank};28/02/2025;30/06/2025;122;${'SOCIETE '.repeat(1000)};INF;2025;4200,75;APPROB;SUR PO`
      const bytes = Buffer.from([header, ...Array.from({ length: 1150 }, (_, rank) => row(rank)), ''].join('\n'))
      const piece = 4_194_304
      expect(bytes.length).toBeGreaterThan(2 * piece)
      await writeFile(file, bytes)

      const { page } = await world.enter('partner1')
      const requests: string[] = []
      page.on('request', (request) => {
        if (new URL(request.url()).pathname.startsWith('/files') && request.method() !== 'OPTIONS')
          requests.push(`${request.method()} ${request.headers()['upload-offset'] ?? ''}`.trim())
      })
      /** Position of the piece that hangs on its way. */
      let hanging = piece
      await page.route('**/files/*', async (route) => {
        if (route.request().headers()['upload-offset'] !== `${hanging}`) await route.continue()
      })
      const pauses = async (): Promise<void> => {
        await sent(page, name).getByTestId('pause').click()
        await eventually(() => sent(page, name).getByTestId('envoi-etat').textContent()).toMatch(/^En pause à \d\d\s%$/)
        requests.length = 0
      }
      await page.getByTestId('lot').fill(world.batch)
      await page.getByTestId('fichiers').setInputFiles(file)
      await page.getByTestId('envoyer').click()
      await eventually(() => sent(page, name).getByTestId('envoi-pourcent').textContent()).toMatch(/^4\d\s%$/)
      await holds(page, 'depot-envoi')
      await pauses()
      await holds(page, 'depot-pause')

      hanging = 2 * piece
      await sent(page, name).getByTestId('reprendre').click()
      await eventually(async () => [...requests]).toEqual(['HEAD', `PATCH ${piece}`, `PATCH ${hanging}`])
      expect(await sent(page, name).getByTestId('envoi-etat').textContent()).toMatch(/^Reprise, /)
      await pauses()
      await page.unrouteAll({ behavior: 'ignoreErrors' })

      await page.reload()
      await page.getByTestId('lot').fill(world.batch)
      await page.getByTestId('fichiers').setInputFiles(file)
      await page.getByTestId('envoyer').click()
      await inState(page, name, 'imported').waitFor()
      expect(requests).toEqual(['HEAD', `PATCH ${2 * piece}`])
      await deposit(page, name).getByText('Détail de l’import').click()
      await deposit(page, name).getByText(createHash('sha256').update(bytes).digest('hex')).waitFor()
      await holds(page, 'depot-repris')
    })
  })
}
