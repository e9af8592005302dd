import { describeCreation } from './conformance/creation.ts'
import { describePieces } from './conformance/pieces.ts'
import { describeProtocol } from './conformance/protocol.ts'
import { describeRules } from './conformance/rules.ts'
import { describeStorage } from './conformance/storage.ts'
import { describeTokens } from './conformance/tokens.ts'
import { clientOf, type Target } from './support/target.ts'

/** Every case of upload §8, by its id, and what else follows from the rules, on a service that runs in two instances on one storage. */
export const describeConformance = (running: () => Target): void => {
  // Cases are described before the service runs: what they know of it is read when they run.
  const target = new Proxy({} as Target, { get: (_, name) => Reflect.get(running(), name) })
  const subject = { target, client: clientOf(target) }
  describeProtocol(subject)
  describeCreation(subject)
  describePieces(subject)
  describeTokens(subject)
  describeStorage(subject)
  describeRules(subject)
}
