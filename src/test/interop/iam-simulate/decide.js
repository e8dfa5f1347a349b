// Decides authorization cases with iam-simulate: node decide.js <cases> <decisions>
//
// Each line of the first file is a case in JSON; the same line of the second file gets its decision:
// Allowed, ImplicitlyDenied or ExplicitlyDenied.

import { createReadStream, createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { createInterface } from "node:readline";
import {
  createValidatedPolicy,
  validateIdentityPolicy,
  validateResourcePolicy,
} from "@cloud-copilot/iam-policy";
import { runSimulation, runUnsafeSimulation } from "@cloud-copilot/iam-simulate";

const [cases, decisions] = process.argv.slice(2);

function validated(policy, validate, name) {
  const result = createValidatedPolicy(policy, validate, { name });
  if (result.errors.length > 0) {
    throw new Error(JSON.stringify(result.errors));
  }
  return result;
}

async function decide(one) {
  const simulation = {
    request: {
      principal: one.principal,
      action: one.action,
      resource: { resource: one.resource, accountId: one.account },
      contextVariables: one.context,
    },
    identityPolicies: one.identityPolicies.map((policy, i) => ({
      name: `#${i}`,
      policy: validated(policy, validateIdentityPolicy, `#${i}`),
    })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  };
  if (one.keyPolicy) {
    simulation.resourcePolicy = validated(one.keyPolicy, validateResourcePolicy, "key policy");
    // The checked simulation drops the condition keys of encryption contexts.
    return runUnsafeSimulation(simulation, {});
  }
  // Only the checked simulation knows which actions have no resource.
  const result = await runSimulation(simulation, {});
  if (result.resultType === "error") {
    throw new Error(JSON.stringify(result.errors));
  }
  return result.overallResult;
}

const out = createWriteStream(decisions);
for await (const line of createInterface({ input: createReadStream(cases) })) {
  try {
    out.write(`${await decide(JSON.parse(line))}\n`);
  } catch (e) {
    throw new Error(`${e.message} in ${line}`, { cause: e });
  }
}
out.end();
await finished(out);
