import * as z from 'zod'

/** `active.json` of the folder of artefacts: which one new lists are frozen on. Activating a model is replacing this file, not a deployment. */
export const POINTER_NAME = 'active.json'

const pointerSchema = z.strictObject({
  id: z.string(),
  file: z.string().regex(/^[a-z0-9-]+\.sfm\.json\.gz$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  forced: z.boolean().optional(),
  description: z.string().optional(),
})

export type Pointer = z.infer<typeof pointerSchema>

/** Throws zod's error when the text is no pointer. */
export const parsePointer = (text: string): Pointer => pointerSchema.parse(JSON.parse(text))

export const artefactFile = (id: string): string => `${id}.sfm.json.gz`
