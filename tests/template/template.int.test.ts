import { describeAlarms } from './alarms.ts'
import { describeBucket } from './bucket.ts'
import { describeConnections } from './connections.ts'
import { packageOnce } from './deployed.ts'
import { describeFunctions, describeSecretsAndSchedules } from './functions.ts'
import { describeHttpApi, describePages } from './http.ts'
import { describeQueues } from './queues.ts'
import { describeRoles } from './roles.ts'
import { describeStorage } from './storage.ts'

/** The template is packaged once, which takes most of the time; each subject has its file. */
packageOnce()
describeFunctions()
describeQueues()
describeAlarms()
describeHttpApi()
describePages()
describeStorage()
describeBucket()
describeRoles()
describeConnections()
describeSecretsAndSchedules()
