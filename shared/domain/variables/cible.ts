import { documented } from './documentation-types.ts'
import { type Columns, type Frame, fill, write } from './frame.ts'

export const CIBLE_VARIABLES = documented('cibleApprentissage', [
  ['outcome', 'boolean', '-', 'always', '-', 'an event (tag_failure or tag_default) at most 18 months away'],
  ['time_til_outcome', 'integer', 'months', 'an event in the window', '-', 'months to the next event; else minus the months since the last one'],
  ['time_til_default', 'integer', 'months', 'tag_default at the month or later', '-', 'months to the next tag_default'],
  ['time_til_failure', 'integer', 'months', 'tag_failure at the month or later', '-', 'months to the next tag_failure'],
])

/** Months within which an event makes a target. */
const HORIZON = 18

/** Learning targets; a next event hides a past one (refine §3.12). They look at the whole window: never inputs. */
export const writeCibles = (columns: Columns, frame: Frame, horizon = HORIZON): void => {
  const isDefault = (place: number): boolean => columns['tag_default']?.[place] === true
  const isFailure = (place: number): boolean => columns['tag_failure']?.[place] === true
  fill(columns, frame, 'outcome', false)
  const toDefault = distances(frame.count, isDefault)
  const toFailure = distances(frame.count, isFailure)
  const toEvent = distances(frame.count, (place) => isDefault(place) || isFailure(place))
  let last: number | undefined
  for (let place = 0; place < frame.count; place++) {
    if (isDefault(place) || isFailure(place)) last = place
    const next = toEvent[place]
    const away = next ?? (last === undefined ? undefined : place - last)
    if (away !== undefined) {
      write(columns, frame, 'time_til_outcome', place, next ?? -away)
      write(columns, frame, 'outcome', place, away <= horizon)
    }
    if (toDefault[place] !== undefined) write(columns, frame, 'time_til_default', place, toDefault[place])
    if (toFailure[place] !== undefined) write(columns, frame, 'time_til_failure', place, toFailure[place])
  }
}

/** Places to the next event, itself included; nothing when there is none ahead. */
const distances = (count: number, isEvent: (place: number) => boolean): (number | undefined)[] => {
  const found = new Array<number | undefined>(count).fill(undefined)
  let next: number | undefined
  for (let place = count - 1; place >= 0; place--) {
    if (isEvent(place)) next = place
    if (next !== undefined) found[place] = next - place
  }
  return found
}
