import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const pages = ['README.md', 'CHANGELOG.md', ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((page) => path.join('docs', page))].filter(
  (page) => page.endsWith('.md'),
)

const LINK = /\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)/g
const CODE = /```[\s\S]*?```/g

/** As the sites that show Markdown make them. */
const anchorsOf = (text: string): string[] =>
  [...text.replace(CODE, '').matchAll(/^#+ (.+)$/gm)].map(
    ([, title = '']) =>
      `#${title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-')}`,
  )

/** Files and folders of the repository that a page names; `a/{b,c}.ts` names two. What holds a placeholder names none. */
const namesOf = (text: string): string[] =>
  [...text.replace(CODE, '').matchAll(/`([^`\n]+)`/g)]
    .flatMap(([, code = '']) => code.split(/\s+/))
    .filter((word) => /^(bench|cli|docs|functions|infrastructure|localstack|models|scripts|shared|tests|web)\/[\w./{},-]+$/.test(word))
    .flatMap((word) => {
      const [, before = '', choices = '', after = ''] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(word) ?? []
      return choices === '' ? [word] : choices.split(',').map((choice) => `${before}${choice}${after}`)
    })

describe('what pages name and tell to run', () => {
  test.each(pages)('%s: files and folders are there', (page) => {
    expect(namesOf(readFileSync(page, 'utf8')).filter((name) => !existsSync(name) && name !== 'web/dist')).toEqual([])
  })

  test.each([...pages, 'localstack/docker-compose.yml'])('%s: a command that runs TypeScript runs it on the Node of the project', (page) => {
    expect(readFileSync(page, 'utf8').match(/(?<!npx )\bnode [\w./-]+\.ts/g) ?? []).toEqual([])
  })
})

describe('links between pages', () => {
  test.each(pages)('%s leads somewhere', (page) => {
    const text = readFileSync(page, 'utf8')
    for (const [, file = '', anchor] of text.replace(CODE, '').matchAll(LINK)) {
      const target = file === '' ? page : path.join(path.dirname(page), file)
      expect(existsSync(target), `${page}: ${file}`).toBe(true)
      if (anchor !== undefined && target.endsWith('.md')) expect(anchorsOf(readFileSync(target, 'utf8')), `${page}: ${file}`).toContain(anchor)
    }
  })

  test('every page is linked from another', () => {
    const links = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').replace(CODE, '').matchAll(LINK)].map(([, file = '']) => path.join(path.dirname(page), file)),
    )
    expect(pages.filter((page) => page !== 'README.md' && !links.includes(page))).toEqual([])
  })
})
