import { hash } from 'node:crypto'
import { EXTENDED, WRITTEN } from './content-fields.ts'
import { ContentForm } from './content-form.ts'
import { contentText, type Hashing } from './content-text.ts'
import type { Entry } from './entity.ts'

/**
 * The legacy hash of an entry (raw-formats §1.12 and appendix A), in lower-case hexadecimal: MD5 of `{Name:value,…}`, names in byte order. It decides
 * which entries are the same from one batch to the next, so that an existing base can be taken over. A type that the reference did not know is hashed
 * by its canonical JSON.
 */
export const contentHash = (type: string, key: string, value: Entry, { extensions, aside }: Hashing): string =>
  contentHasher(type, extensions)(key, value, aside)

/** The same for the entries of one type, one after the other. */
export const contentHasher = (type: string, extensions: boolean): ((key: string, value: Entry, aside: Hashing['aside']) => string) => {
  const form = formOf(type, extensions)
  return (key, value, aside) =>
    form?.hash(key, value, aside) ?? hash('md5', contentText(type, key, value, aside === undefined ? { extensions } : { extensions, aside }))
}

/** One form per type, for the life of the process; made at its first entry. */
const formOf = (type: string, extensions: boolean): ContentForm | undefined => {
  const forms = extensions ? EXTENDED_FORMS : FORMS
  const known = forms.get(type)
  if (known !== undefined) return known
  const written = (extensions ? EXTENDED : WRITTEN)[type]
  if (written === undefined) return undefined
  const form = new ContentForm(written)
  forms.set(type, form)
  return form
}
const FORMS = new Map<string, ContentForm>()
const EXTENDED_FORMS = new Map<string, ContentForm>()
