/** The built pages on the whole platform, as agents and partners use them (web §7). One platform for all: starting it is what takes time. */
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { tokenOf } from '../../localstack/pipeline.ts'
import { buildPages } from '../../localstack/web-build.ts'
import { acceptCharter, accessibilityFaults, fitsNarrowScreen, signIn, startChromium, startVisit, type Visit, type VisitOptions } from '../support/browser.ts'
import { type Platform, sampleMonths, startPlatform } from '../support/platform.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const NATIONAL = 'agent.france.entiere'
const LEVELS: Record<string, string> = { 'Alerte seuil F1': 'eleve', 'Alerte seuil F2': 'modere' }
/** Directory that receives a picture of every state of the pages, for a person to look at. */
const PICTURES = process.env.PAGES_PICTURES

type Row = { siren: string; siret: string; departement: string; raison_sociale: string; alert: string; dernier_effectif_entreprise: number }
type Fiche = { periodeUrssaf: { periodes: string[]; cotisation?: number[]; partPatronale?: number[]; partSalariale?: number[] }; scores: { score: number }[] }

let sample: Awaited<ReturnType<typeof sampleMonths>>
let platform: Platform
let browser: Browser
let files: string
/** The list without filter, as the agent who may see everything reads it from the API. */
let rows: Row[]
let visits: Visit[] = []

beforeAll(async () => {
  const building = buildPages(ROOT)
  const launching = startChromium()
  files = await mkdtemp(path.join(tmpdir(), 'pages-'))
  sample = await sampleMonths({ companies: 40 })
  await building
  platform = await startPlatform({ pages: path.join(ROOT, 'web/dist') })
  browser = await launching
  const month = sample.months[0]!
  const { idle } = await platform.deposit(month.batch, month.files)
  expect(idle.stuck).toBe(false)
  rows = await listOf(NATIONAL)
  expect(rows.length).toBeGreaterThan(4)
})
afterAll(async () => {
  await browser?.close()
  await platform?.close()
  await sample?.remove()
  if (files !== undefined) await rm(files, { recursive: true, force: true })
})

beforeEach(() => {
  visits = []
})
afterEach(async ({ task }) => {
  for (const { page, troubles, close } of visits) {
    if (task.result?.state === 'fail' && PICTURES !== undefined) await page.screenshot({ path: path.join(PICTURES, `failed-${task.id}.png`) })
    await close()
    expect(troubles).toEqual([])
  }
})

const visit = async (options: Partial<VisitOptions> = {}): Promise<Visit> => {
  const started = await startVisit(browser, { edge: platform.stack.edge, issuer: platform.stack.issuer, ...options })
  visits.push(started)
  return started
}

const enter = async (account: string, address = '/', options: Partial<VisitOptions> = {}): Promise<Visit> => {
  const started = await visit(options)
  await signIn(started.page, account, address)
  await acceptCharter(started.page)
  return started
}

const ask = async (account: string, method: string, route: string, body?: unknown): Promise<Response> =>
  fetch(`${platform.stack.edge}/api${route}`, {
    method,
    headers: { authorization: `Bearer ${await tokenOf(platform.stack, account)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const listOf = async (account: string, body = {}): Promise<Row[]> => {
  const answer = await ask(account, 'POST', `/scores/liste/${sample.months[0]!.batch}`, body)
  return answer.status === 204 ? [] : ((await answer.json()) as { scores: Row[] }).scores
}

const sirets = (page: Page): Promise<(string | null)[]> =>
  page.getByTestId('ligne').evaluateAll((found) => found.map((row) => (row as { getAttribute(name: string): string | null }).getAttribute('data-siret')))

/** The pages move by themselves: waits until what is asked holds. */
const eventually = <Value>(read: () => Promise<Value>) => expect.poll(read, { timeout: 60_000 })

/** Waits for the rows, since the pages ask for them by themselves. */
const showsRows = (page: Page, expected: readonly Row[]): Promise<void> => eventually(() => sirets(page)).toEqual(expected.map(({ siret }) => siret))

/** What must hold in every state of every page: the accessibility rules, and the narrowest screen. */
const holds = async (page: Page, state: string): Promise<void> => {
  if (PICTURES !== undefined) await page.screenshot({ path: path.join(PICTURES, `${state}.png`), fullPage: true })
  expect([state, await accessibilityFaults(page)]).toEqual([state, []])
  const look = async (): Promise<void> => {
    if (PICTURES !== undefined) await page.screenshot({ path: path.join(PICTURES, `${state}-320.png`), fullPage: true })
  }
  expect([state, await fitsNarrowScreen(page, look)]).toEqual([state, true])
}

const chart = async (page: Page, name: string): Promise<string[][]> => {
  const figure = page.getByTestId(name)
  await figure.locator('canvas').waitFor()
  await figure.locator('summary').click()
  const lines = await figure.locator('tbody tr').all()
  return Promise.all(lines.map((line) => line.locator('th, td').allTextContents()))
}

/** The number that a text of the pages shows, whatever separates its thousands. */
const numberIn = (text = ''): number =>
  Number(
    text
      .replace('−', '-')
      .replace(',', '.')
      .replace(/[^\d.-]/g, ''),
  )

describe('what is served', () => {
  it('has the headers of web/headers.json on pages, assets and configuration, and no page hides an answer of the API', async () => {
    const { edge, issuer } = platform.stack
    const { all } = JSON.parse((await readFile(path.join(ROOT, 'web/headers.json'), 'utf8')).replaceAll('{issuer}', issuer)) as { all: Record<string, string> }
    const html = await (await fetch(edge)).text()
    const asset = /src="(\/assets\/[^"]+)"/.exec(html)![1]!
    for (const [address, cache] of [
      ['/', 'no-cache'],
      [`/etablissements/${rows[0]!.siret}`, 'no-cache'],
      ['/config.json', 'no-store'],
      [asset, 'public, max-age=31536000, immutable'],
    ]) {
      const { status, headers } = await fetch(`${edge}${address}`)
      expect([address, status, headers.get('cache-control')]).toEqual([address, 200, cache])
      for (const [name, value] of Object.entries(all)) expect([address, name, headers.get(name)]).toEqual([address, name, value])
    }
    expect(all['Content-Security-Policy']).toMatch(/^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'.*require-trusted-types-for 'script'$/)
    expect((await fetch(`${edge}/api/etablissement/get/${rows[0]!.siret}`)).status).toBe(401)
    expect((await fetch(`${edge}/assets/none.js`)).status).toBe(404)
  })
})

describe('the session', () => {
  it('begins at the provider, asks for the charter before any data, and comes back to the address that was asked', async () => {
    const { page, answers } = await visit()
    const address = `/etablissements/${rows[0]!.siret}`
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
    expect(await page.title()).not.toContain(rows[0]!.raison_sociale)
  })

  it('ends when asked: nothing opens any more without signing in again', async () => {
    const { page } = await enter(NATIONAL, '/habilitations')
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
    const { page } = await enter(NATIONAL, `/etablissements/${rows[1]!.siret}`, { expected: [/status of 40[01]/] })
    await page.getByTestId('suivre').click()
    await page.getByTestId('suivi-autre').check()
    await page.getByLabel('Commentaire').fill('Un partenaire local nous a appelés.')
    const headers = { 'access-control-allow-origin': platform.stack.edge, 'content-type': 'application/json' }
    await page.route(`${platform.stack.issuer}/token`, (route) => route.fulfill({ status: 400, headers, body: '{"error":"invalid_grant"}' }))
    await page.route('**/api/follow/*', (route) => route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{}' }))
    await page.getByTestId('suivi-valider').click()
    await page.getByRole('heading', { name: 'Votre session a pris fin' }).waitFor()
    await holds(page, 'session-finie')
    await page.unrouteAll()
    await page.getByTestId('se-connecter').click()
    await page.getByTestId('suivre').click()
    expect(new URL(page.url()).pathname).toBe(`/etablissements/${rows[1]!.siret}`)
    expect(await page.getByLabel('Commentaire').inputValue()).toBe('Un partenaire local nous a appelés.')
  })
})

describe('an agent with every right', () => {
  it('reads the list in the order of the API, narrows it, and lifts every filter', async () => {
    const { page } = await enter(NATIONAL)
    await page.getByTestId('ligne').first().waitFor()
    expect(await page.getByTestId('filtre-actif').count()).toBeGreaterThan(2)
    await page.getByTestId('tout-afficher').click()
    await showsRows(page, rows)
    expect(await page.getByTestId('filtre-actif').count()).toBe(0)
    const levels = await page
      .getByTestId('ligne')
      .getByTestId('niveau')
      .evaluateAll((found) => found.map((one) => (one as { dataset: { niveau?: string } }).dataset.niveau))
    expect(levels).toEqual(rows.map(({ alert }) => LEVELS[alert]))
    const high = rows.filter(({ alert }) => LEVELS[alert] === 'eleve').length
    await eventually(() => page.getByTestId('compteurs').textContent()).toMatch(
      new RegExp(`${high}\\srisques? élevés?\\s*${rows.length - high}\\srisques? modérés?`),
    )
    await holds(page, 'liste')

    const least = Math.max(...rows.map(({ dernier_effectif_entreprise: count }) => count))
    await page.getByLabel('Effectif minimum de l’entreprise').fill(String(least))
    await page.getByLabel('Effectif minimum de l’entreprise').press('Enter')
    await showsRows(
      page,
      rows.filter(({ dernier_effectif_entreprise: count }) => count >= least),
    )
    // Filters are in the address, so they survive a reload.
    await page.reload()
    await showsRows(
      page,
      rows.filter(({ dernier_effectif_entreprise: count }) => count >= least),
    )
    await page.getByTestId('filtre-actif').click()
    await showsRows(page, rows)
    const { siret, siren } = rows.at(-1)!
    await page.getByTestId('filtre-rapide').pressSequentially(siren.replace(/(...)(...)(...)/, '$1 $2 $3'))
    await showsRows(page, [rows.at(-1)!])
    await page.getByTestId('filtre-rapide').fill('aucune entreprise de ce nom')
    await page.getByTestId('vide').waitFor()
    await holds(page, 'liste-vide')
    await page.getByTestId('tout-afficher').click()
    await showsRows(page, rows)
    // Coming back from a fiche finds the same rows and the focus where it was.
    await page.locator(`[data-lien="${siret}"]`).click()
    await page.getByTestId('fiche-niveau').waitFor()
    await page.goBack()
    await showsRows(page, rows)
    await eventually(() => page.locator(':focus').getAttribute('data-lien')).toBe(siret)
  })

  it('opens a fiche whose charts and explanation say what the API says, in the months of Paris wherever the agent is', async () => {
    const { siret, siren, alert } = rows[0]!
    const fiche = (await (await ask(NATIONAL, 'GET', `/etablissement/get/${siret}`)).json()) as Fiche
    const { page } = await enter(NATIONAL, `/etablissements/${siret}`, { timezoneId: 'America/Cayenne' })
    expect(await page.getByTestId('fiche-niveau').getAttribute('data-niveau')).toBe(LEVELS[alert])
    await page.getByTestId('graphe-radar').locator('canvas').waitFor()
    await page.getByTestId('graphe-effectif').locator('canvas').waitFor()
    await page.getByTestId('graphe-cotisations').locator('canvas').waitFor()
    await holds(page, 'fiche')
    expect(await page.getByTestId('detection-phrase').textContent()).toMatch(/Risque estimé : élevé/)
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
    const { page } = await enter(NATIONAL, '/recherche', { expected: [/status of 404/] })
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
    await search(rows[0]!.raison_sociale)
    await page.getByTestId('ligne').first().waitFor()
    expect(await sirets(page)).toContain(rows[0]!.siret)
    await holds(page, 'recherche')
    await search(rows[0]!.siret.replace(/(...)(...)(...)/, '$1 $2 $3 '))
    await page.getByTestId('fiche-niveau').waitFor()
    expect(new URL(page.url()).pathname).toBe(`/etablissements/${rows[0]!.siret}`)
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
    const { page, answers } = await enter(AGENT)
    await page.getByTestId('tout-afficher').click()
    const mine = await listOf(AGENT)
    expect(mine.length).toBeGreaterThan(0)
    await showsRows(page, mine)
    for (const { departement } of mine) expect(['02', '59', '60', '62', '80']).toContain(departement)
    const seen = await answers()
    for (const { siret } of rows) expect([siret, seen.includes(siret)]).toEqual([siret, mine.some((row) => row.siret === siret)])
  })

  it('reads why a fiche of elsewhere is masked, opens it by following, finds it in the follow-ups, and closes it again', async () => {
    const elsewhere = rows.find(({ departement }) => !['02', '59', '60', '62', '80'].includes(departement))!
    const { page, answers } = await enter(AGENT, `/etablissements/${elsewhere.siret}`)
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

describe('an agent who misses a right', () => {
  it('reads which one, in the list and on the fiche, and no figure of it reaches the browser', async () => {
    const { page, answers } = await enter('agent.bdf')
    await page.getByTestId('tout-afficher').click()
    await showsRows(page, rows)
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
    const { page, answers } = await enter('agent.sans.score')
    await page.getByTestId('recherche').waitFor()
    await page.getByRole('link', { name: 'Listes de détection' }).click()
    const mask = page.getByTestId('masque')
    await mask.waitFor()
    expect(await mask.textContent()).toMatch(/Données non accessibles\s*Votre habilitation ne comprend pas les données de détection\.\s*Voir mes habilitations/)
    expect([await page.getByTestId('ligne').count(), (await answers()).includes('Alerte')]).toEqual([0, false])
    await holds(page, 'liste-masquee')
  })

  it('at all is told so', async () => {
    const { page } = await enter('agent.sans.role')
    await page.getByRole('heading', { name: 'Votre compte n’ouvre aucune page' }).waitFor()
    await holds(page, 'sans-droit')
  })
})

describe('a partner', () => {
  const sent = (page: Page, name: string) => page.locator(`[data-testid="envoi"][data-fichier="${name}"]`)
  const deposit = (page: Page, name: string) => page.locator(`[data-testid="depot"][data-fichier="${name}"]`)
  const inState = (page: Page, name: string, state: string) => page.locator(`[data-testid="depot"][data-fichier="${name}"][data-etat="${state}"]`)

  it('deposits a file, follows it until it is imported, and reads the report; other partners see nothing of it', async () => {
    const name = 'consommation_ap.csv'
    const file = path.join(files, name)
    const line = (siret: string, hours: string): string => `"A1","${siret}",${hours},1200.5,3,"2025-09-01"`
    await writeFile(
      file,
      [
        'ID_DA,ETAB_SIRET,HEURES,MONTANTS,EFFECTIFS,MOIS',
        line(rows[0]!.siret, '151.67'),
        line('00000000000000', '10'),
        line(rows[1]!.siret, 'beaucoup'),
        '',
      ].join('\n'),
    )
    const { page } = await enter('partner1')
    await page.getByTestId('depot').first().waitFor()
    expect([new URL(page.url()).pathname, await page.getByTestId('diffusion-privee').isChecked()]).toEqual(['/depots', true])
    await page.getByTestId('fichiers').setInputFiles(file)
    await sent(page, name).waitFor()
    await holds(page, 'depot-pret')
    await page.getByTestId('envoyer').click()
    await inState(page, name, 'imported').waitFor()
    expect(await sent(page, name).getAttribute('data-etat')).toBe('envoye')
    expect(await deposit(page, name).getByTestId('depot-etat').textContent()).toMatch(
      /^Importé : 1\sligne prise en compte, 1\shors périmètre ou écartée, 1\srejetée, 0\ssans objet$/,
    )
    expect(await deposit(page, name).getByTestId('depot-analyse').textContent()).toMatch(/Non analysé|Analysé/)
    await deposit(page, name).getByText('Détail de l’import').click()
    await deposit(page, name)
      .getByText(/Ligne 4, colonne « HEURES »/)
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

    const other = await enter('partner2')
    await other.page.getByTestId('depot').first().waitFor()
    expect((await other.answers()).includes(name)).toBe(false)
  })

  it('reads in French why a file is refused: nothing in it, or not what it is said to be', async () => {
    const [empty, wrong] = ['vide.csv', 'faux.csv']
    await writeFile(path.join(files, empty), '')
    await writeFile(path.join(files, wrong), 'colonne;autre\n1;2\n')
    const { page } = await enter('partner1')
    await page.getByTestId('source').selectOption('debit')
    await page.getByTestId('fichiers').setInputFiles([path.join(files, empty), path.join(files, wrong)])
    expect(await page.getByTestId('refus').textContent()).toBe('« vide.csv » est vide : il n’a pas été ajouté.')
    await page.getByTestId('envoyer').click()
    await inState(page, wrong, 'rejected').waitFor()
    expect(await deposit(page, wrong).getByTestId('depot-etat').textContent()).toMatch(
      /^Fichier refusé : Ce n’est pas un fichier « debit » : la colonne « .+ » est absente/,
    )
    expect(await deposit(page, wrong).textContent()).toContain('Envoyer une version corrigée')
    await holds(page, 'depot-refuse')
  })

  it('pauses, reloads, chooses the same file again: it goes on where it was, and arrives identical', async () => {
    const name = 'sigfaible_delais.csv'
    const file = path.join(files, name)
    const header =
      'Urssaf_gestion;Dep;Numero_compte_externe;Numero_structure;Date_creation;Date_echeance;Duree_delai;Denomination_premiere_ligne;Indic_6M;Annee_creation;Montant_global_echeancier;Code_externe_stade;Code_externe_action'
    // Wide rows: three pieces to send, few rows to read.
    const row = (rank: number): string =>
      `117;33;${100_000_000_000_000_000n + BigInt(rank)};C${rank};28/02/2025;30/06/2025;122;${'SOCIETE '.repeat(1000)};INF;2025;4200,75;APPROB;SUR PO`
    const bytes = Buffer.from([header, ...Array.from({ length: 1150 }, (_, rank) => row(rank)), ''].join('\n'))
    const piece = 4_194_304
    expect(bytes.length).toBeGreaterThan(2 * piece)
    await writeFile(file, bytes)

    const { page } = await enter('partner1')
    const { promise: second, resolve: secondBegins } = Promise.withResolvers<void>()
    await page.route('**/files/*', async (route) => {
      if (route.request().method() === 'PATCH' && route.request().headers()['upload-offset'] !== '0') return secondBegins()
      await route.continue()
    })
    await page.getByTestId('lot').fill(sample.months[0]!.batch)
    await page.getByTestId('fichiers').setInputFiles(file)
    await page.getByTestId('envoyer').click()
    await second
    await eventually(() => sent(page, name).getByTestId('envoi-pourcent').textContent()).toMatch(/^4\d\s%$/)
    await holds(page, 'depot-envoi')
    await sent(page, name).getByTestId('pause').click()
    await eventually(() => sent(page, name).getByTestId('envoi-etat').textContent()).toMatch(/^En pause à 4\d\s%$/)
    await holds(page, 'depot-pause')
    await page.unrouteAll({ behavior: 'ignoreErrors' })

    const requests: string[] = []
    page.on('request', (request) => {
      if (new URL(request.url()).pathname.startsWith('/files') && request.method() !== 'OPTIONS')
        requests.push(`${request.method()} ${request.headers()['upload-offset'] ?? ''}`.trim())
    })
    await page.reload()
    await page.getByTestId('lot').fill(sample.months[0]!.batch)
    await page.getByTestId('fichiers').setInputFiles(file)
    await page.getByTestId('envoyer').click()
    await inState(page, name, 'imported').waitFor()
    expect(requests).toEqual(['HEAD', `PATCH ${piece}`, `PATCH ${2 * piece}`])
    await deposit(page, name).getByText('Détail de l’import').click()
    await deposit(page, name).getByText(createHash('sha256').update(bytes).digest('hex')).waitFor()
    await holds(page, 'depot-repris')
  })
})
