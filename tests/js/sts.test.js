// Profiles that name a role, as the SDK's own chain of providers reads them, where policies are enforced.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { client, refused, settings } from "./clients.js";
import { Server } from "./server.js";

const ENFORCED = ["--iam", "enforce", "--bootstrap-key", "test:test"];
const SESSION = "arn:aws:sts::000000000000:assumed-role/reader/reading";

const allow = (members) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...members }] });

/** A role that may look at networks, with an external id, and the key of a user that may assume it and nothing else. */
async function assumable(test, options) {
  const iam = client(test, IAMClient, options);
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: "reader",
      AssumeRolePolicyDocument: allow({
        Principal: { AWS: "000000000000" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": "c-17" } },
      }),
    }),
  );
  const may = { PolicyName: "may", PolicyDocument: allow({ Action: "ec2:DescribeVpcs", Resource: "*" }) };
  await iam.send(new PutRolePolicyCommand({ RoleName: "reader", ...may }));
  await iam.send(new CreateUserCommand({ UserName: "anna" }));
  may.PolicyDocument = allow({ Action: "sts:AssumeRole", Resource: Role.Arn });
  await iam.send(new PutUserPolicyCommand({ UserName: "anna", ...may }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "anna" }));
  return { role: Role.Arn, key: AccessKey };
}

/** Makes profiles of the user and its role the ones that clients find. */
async function profiles(test, server, { role, key }) {
  const path = (name) => join(server.folder, name);
  const pair = `aws_access_key_id=${key.AccessKeyId}\naws_secret_access_key=${key.SecretAccessKey}\n`;
  await writeFile(path("credentials"), `[anna]\n${pair}`);
  const named = `role_arn=${role}\nsource_profile=anna\nrole_session_name=reading\nduration_seconds=900\n`;
  await writeFile(
    path("config"),
    `[profile work]\n${named}external_id=c-17\n[profile other]\n${named}external_id=c-18\n`,
  );
  const variables = {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_REGION: "us-east-1",
    AWS_CONFIG_FILE: path("config"),
    AWS_SHARED_CREDENTIALS_FILE: path("credentials"),
  };
  Object.assign(process.env, variables);
  test.after(() => Object.keys(variables).forEach((name) => delete process.env[name]));
}

/** Clients of one set of credentials, or of a profile. */
function clients(test, options) {
  const [ec2, sts] = [EC2Client, STSClient].map((Kind) => client(test, Kind, { maxAttempts: 1, ...options }));
  return {
    look: () => ec2.send(new DescribeVpcsCommand({})),
    who: async () => (await sts.send(new GetCallerIdentityCommand({}))).Arn,
    held: () => sts.config.credentials(),
  };
}

test("a profile's session is renewed when it ends", async (t) => {
  const server = await Server.start(t, "--clock", "stepped", ...ENFORCED);
  await profiles(t, server, await assumable(t, settings(server.endpoint)));
  // The SDK's clock is stepped as the world's is. Signatures are judged by the machine's, which has gone on: within 15 minutes.
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  const work = clients(t, { profile: "work" });
  await work.look();
  assert.equal(await work.who(), SESSION);
  const first = await work.held();
  assert.equal((await work.held()).accessKeyId, first.accessKeyId);

  const clock = { method: "POST", headers: { "content-type": "application/json" }, body: '{"advance":"900s"}' };
  assert.equal((await fetch(`${server.endpoint}/_angae/clock`, clock)).status, 200);
  t.mock.timers.tick(900_000);
  const { accessKeyId, secretAccessKey, sessionToken } = first;
  const stale = clients(t, { credentials: { accessKeyId, secretAccessKey, sessionToken } });
  await refused(stale.look(), "RequestExpired", 400);
  await assert.rejects(stale.who(), { message: "The security token included in the request is expired" });
  await work.look();
  assert.equal(await work.who(), SESSION);
  assert.notEqual((await work.held()).accessKeyId, first.accessKeyId);
});

test("a profile that is not trusted is told so", async (t) => {
  const server = await Server.start(t, ...ENFORCED);
  await profiles(t, server, await assumable(t, settings(server.endpoint)));
  await refused(clients(t, { profile: "other" }).look(), "AccessDenied", 403);
});
