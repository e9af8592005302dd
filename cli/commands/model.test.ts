import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { guardsOf } from '../../shared/domain/detection/guards.ts'
import { encodeArtefact } from '../../shared/domain/detection/index.ts'
import { tinyArtefact } from '../../shared/domain/detection/tiny-artefact.ts'
import { activeModel, MODELS, readModel } from '../model-folder.ts'
import { modelCommand } from './model.ts'

test('the committed model loads, passes the guards, and its card names it', async () => {
  const pointer = await activeModel(MODELS)
  const { artefact } = (await readModel(MODELS, pointer?.id ?? '')).loaded
  expect(artefact.sha256).toBe(pointer?.sha256)
  expect(guardsOf(artefact, artefact.metrics as Parameters<typeof guardsOf>[1]).filter(({ ok }) => !ok)).toEqual([])
  expect(await readFile(join(MODELS, `${artefact.id}.md`), 'utf8')).toContain(artefact.sha256)
})

describe('sf model', () => {
  let folder: string
  let printed: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'models-'))
    await cp(MODELS, folder, { recursive: true })
    printed = ''
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text)
      return true
    })
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    process.exitCode = undefined
    await rm(folder, { recursive: true })
  })

  const run = (...args: string[]): Promise<unknown> => modelCommand().parseAsync(args, { from: 'user' })
  const fileOf = async (artefact: ReturnType<typeof tinyArtefact>): Promise<string> => {
    const file = join(folder, 'incoming.sfm.json.gz')
    await writeFile(file, encodeArtefact(artefact))
    return file
  }

  test('activate copies the artefact and moves the pointer', async () => {
    const before = (await activeModel(folder))?.id
    await run('activate', await fileOf(tinyArtefact('forest')), '--models', folder, '--json')
    expect(JSON.parse(printed)).toMatchObject({ id: 'essai-foret', previous: before, forced: false })
    expect((await activeModel(folder))?.id).toBe('essai-foret')
    expect((await readModel(folder, 'essai-foret')).loaded.artefact.model.type).toBe('forest')
  })

  test('a model below the guards is not activated, unless forced', async () => {
    const { artefact } = (await readModel(folder, (await activeModel(folder))?.id ?? '')).loaded
    const metrics = structuredClone(artefact.metrics) as Parameters<typeof guardsOf>[1]
    metrics.test.drop.auc = 0.6
    const { artefactDigest } = await import('../../shared/domain/detection/load.ts')
    const worse = { ...artefact, id: 'moins-bon', metrics }
    const file = await fileOf({ ...worse, sha256: artefactDigest(worse) })
    await expect(run('activate', file, '--models', folder)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    expect((await activeModel(folder))?.id).toBe(artefact.id)
    await run('activate', file, '--models', folder, '--force', '--json')
    expect(await activeModel(folder)).toMatchObject({ id: 'moins-bon', forced: true })
  })

  test('check tells a damaged file and ends with 2', async () => {
    const file = await fileOf({ ...tinyArtefact('logistic'), base: 0.5 })
    await run('check', file, '--json')
    expect(JSON.parse(printed)).toMatchObject({ ok: false, checks: [{ check: 'sha256' }] })
    expect(process.exitCode).toBe(2)
  })

  test('list and inspect show what is active', async () => {
    await run('list', '--models', folder, '--json')
    const { models } = JSON.parse(printed) as { models: { id: string; active: boolean }[] }
    expect(models.filter(({ active }) => active)).toHaveLength(1)
    printed = ''
    await run('inspect', models[0]?.id ?? '', '--models', folder, '--json')
    expect(JSON.parse(printed)).toMatchObject({ id: models[0]?.id, kind: 'logistic', size: { trees: 0 } })
  })
})
