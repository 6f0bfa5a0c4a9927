// The SDK's own chain of providers on an instance, where policies are enforced.

import assert from "node:assert/strict";
import { test } from "node:test";

import { DescribeVpcsCommand, EC2Client, RunInstancesCommand } from "@aws-sdk/client-ec2";
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { client, refused, settings } from "./clients.js";
import { Server } from "./server.js";

const allow = (members) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...members }] });

/** An instance with a role that may do everything with S3. */
async function instance(test, options) {
  const iam = client(test, IAMClient, options);
  const [RoleName, InstanceProfileName] = ["web", "web"];
  const trust = allow({ Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  const PolicyDocument = allow({ Action: "s3:*", Resource: "*" });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "may", PolicyDocument }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
  await iam.send(new AddRoleToInstanceProfileCommand({ RoleName, InstanceProfileName }));
  const run = {
    ImageId: "ami-03c3da4cfa8e8943a",
    InstanceType: "t3.micro",
    MinCount: 1,
    MaxCount: 1,
    IamInstanceProfile: { Name: "web" },
  };
  const { Instances } = await client(test, EC2Client, options).send(new RunInstancesCommand(run));
  return Instances[0].InstanceId;
}

test("the default chain finds the role of an instance", async (t) => {
  const server = await Server.start(t, "--iam", "enforce", "--bootstrap-key", "test:test");
  const id = await instance(t, settings(server.endpoint));
  const opened = await fetch(`${server.endpoint}/_angae/instances/${id}/address`, { method: "POST" });
  const { address } = await opened.json();
  const kept = { ...process.env };
  t.after(() => Object.assign(process.env, kept));
  Object.keys(process.env)
    .filter((name) => name.startsWith("AWS_"))
    .forEach((name) => delete process.env[name]);
  const variables = {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_REGION: "us-east-1",
    AWS_EC2_METADATA_SERVICE_ENDPOINT: address,
    AWS_CONFIG_FILE: "/nowhere/config",
    AWS_SHARED_CREDENTIALS_FILE: "/nowhere/credentials",
  };
  Object.assign(process.env, variables);
  t.after(() => Object.keys(variables).forEach((name) => delete process.env[name]));

  const made = (Kind) => client(t, Kind, { maxAttempts: 1 });
  const { Arn } = await made(STSClient).send(new GetCallerIdentityCommand({}));
  assert.equal(Arn, `arn:aws:sts::000000000000:assumed-role/web/${id}`);
  await made(S3Client).send(new CreateBucketCommand({ Bucket: "photos" }));
  await refused(made(EC2Client).send(new DescribeVpcsCommand({})), "UnauthorizedOperation", 403);
});
