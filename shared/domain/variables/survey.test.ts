import * as fc from 'fast-check'
import { BSON } from 'mongodb'
import { expect, test } from 'vitest'
import { ACTIONS } from './procol-siren.ts'
import { decodeSurvey, encodeSurvey, type Survey } from './survey.ts'

const sums = fc.array(fc.option(fc.double(), { nil: undefined }), { minLength: 3, maxLength: 3 })
const event = fc.record({ action: fc.constantFrom(...ACTIONS), stade: fc.string(), date: fc.date({ noInvalidDate: true }) })

test('a survey comes back whole from a store: unknown, infinite and impossible sums included', () => {
  return fc.assert(
    fc.property(sums, sums, sums, fc.nat(), fc.array(event), fc.boolean(), (effectif, apart, debit, etablissements, events, hasSiege) => {
      const procols: Survey['procols'] = new Map(events.map((one) => [`${one.date.getTime()}|${one.action}|${one.stade}`, one]))
      const survey: Survey = { sommes: { effectif, apart, debit, etablissements }, procols, hasSiege }
      const stored = BSON.deserialize(BSON.serialize(encodeSurvey(survey), { ignoreUndefined: true }))
      expect(decodeSurvey(stored)).toEqual(survey)
    }),
  )
})
