// Asks the external simulator: one case a line comes in, one answer a line goes out, in order. The first argument is the
// folder it was installed into. A case is told in `case.rs`.

import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'

const require = createRequire(join(process.argv[2], 'package.json'))
const { anonymousPrincipal, runSimulation } = await import(
  pathToFileURL(require.resolve('@cloud-copilot/iam-simulate')).href
)

const named = (documents, prefix) => (documents ?? []).map((policy, index) => ({ name: `${prefix}${index}`, policy }))
const levels = (list, prefix) =>
  (list ?? []).map((documents, index) => ({ orgIdentifier: `${prefix}-${index}`, policies: named(documents, prefix) }))

const simulation = (asked) => ({
  request: {
    principal: asked.caller.kind === 'anonymous' ? anonymousPrincipal : asked.caller.principal,
    action: asked.action,
    resource: { resource: asked.resource, accountId: asked.owner },
    contextVariables: asked.context ?? {}
  },
  identityPolicies: named(asked.identity, 'identity'),
  permissionBoundaryPolicies: asked.boundary && named(asked.boundary, 'boundary'),
  sessionPolicy: asked.session,
  resourcePolicy: asked.resourcePolicy,
  vpcEndpointPolicies: asked.endpoint && named(asked.endpoint, 'endpoint'),
  serviceControlPolicies: levels(asked.scp, 'scp'),
  resourceControlPolicies: levels(asked.rcp, 'rcp')
})

const words = { Allowed: 'allow', ExplicitlyDenied: 'explicit deny', ImplicitlyDenied: 'implicit deny' }

const answer = async (line) => {
  try {
    const results = await runSimulation(simulation(JSON.parse(line)), {})
    if (results.resultType === 'error') return { refused: JSON.stringify(results.errors) }
    const ignored = results.result?.ignoredContextKeys ?? []
    if (ignored.length) return { refused: `context keys it ignores: ${ignored.join(', ')}` }
    return { decision: words[results.overallResult] ?? results.overallResult }
  } catch (error) {
    return { refused: String(error?.message ?? error) }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await answer(line)) + '\n')
}
