import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { parse } from 'vue/compiler-sfc'

/** Texts of the pages: what stands between tags, in attributes that are read aloud or shown, and in the strings of the code. */
const SRC = import.meta.dirname
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name) && !/\.test\.ts$|\.d\.ts$/.test(name) && !name.includes('generated'))
  .map((name) => name.replaceAll(path.sep, '/'))
  .sort()

const textsOfCode = (code: string): string[] => {
  const texts: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) texts.push(node.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('texts.ts', code, ts.ScriptTarget.Latest))
  return texts
}

type Root = NonNullable<NonNullable<ReturnType<typeof parse>['descriptor']['template']>['ast']>
type Content = { content: string } | { content: { content: string } }

const textsOfExpression = (expression: object): string[] =>
  'content' in expression && typeof expression.content === 'string' ? textsOfCode(`(${expression.content})`) : []

const textsOfNode = (node: Root['children'][number]): string[] => {
  if ('props' in node) {
    const props = node.props.flatMap((prop) => ('value' in prop ? [prop.value?.content ?? ''] : textsOfExpression(prop.exp ?? {})))
    return [...props, ...node.children.flatMap(textsOfNode)]
  }
  const { content } = node as Content
  return typeof content === 'string' ? [content] : textsOfExpression(content)
}

const textsOf = (name: string): string[] => {
  const source = readFileSync(path.join(SRC, name), 'utf8')
  if (name.endsWith('.ts')) return textsOfCode(source)
  const { descriptor } = parse(source)
  return [...(descriptor.template?.ast?.children ?? []).flatMap(textsOfNode), ...textsOfCode(descriptor.scriptSetup?.content ?? '')]
}

/** A line may break at an ordinary space, and would then begin with the sign. */
const BREAKS = / [:;!?](?=\s|$)| »|« /

describe('French typography', () => {
  test('texts are read from pages and from code', () => {
    expect(textsOf('app/PiedDePage.vue').join(' ')).toContain('Accessibilité')
    expect(textsOf('features/etablissement/resumes.ts').join(' ')).toContain('Cotisations appelées')
  })

  test.each(files)('%s: a no-break space stands before : ; ! ? » and after «', (name) => {
    expect(textsOf(name).filter((text) => BREAKS.test(text))).toEqual([])
  })
})
