// The other protocols: who calls, networks, and what is not built.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeVerifiedAccessInstancesCommand,
  EC2Client,
  paginateDescribeSubnets,
  waitUntilVpcAvailable,
} from "@aws-sdk/client-ec2";
import { CreateBucketCommand, GetObjectTorrentCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeOpsItemsCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { client, refused, settings } from "./clients.js";
import { Server } from "./server.js";

test("the caller is the account's root", async (t) => {
  const sts = client(t, STSClient, settings((await Server.start(t)).endpoint));
  const caller = await sts.send(new GetCallerIdentityCommand({}));
  assert.deepEqual([caller.Account, caller.Arn], ["000000000000", "arn:aws:iam::000000000000:root"]);
});

test("the environment alone leads a client here", async (t) => {
  const { endpoint } = await Server.start(t);
  const variables = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "123456789012",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  Object.assign(process.env, variables);
  t.after(() => Object.keys(variables).forEach((name) => delete process.env[name]));
  assert.equal((await client(t, STSClient, {}).send(new GetCallerIdentityCommand({}))).Account, "123456789012");
  await client(t, S3Client, {}).send(new CreateBucketCommand({ Bucket: "bkt" }));
});

test("a network is made, waited for and paged through", async (t) => {
  const ec2 = client(t, EC2Client, settings((await Server.start(t)).endpoint));
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  await waitUntilVpcAvailable({ client: ec2, maxWaitTime: 60 }, { VpcIds: [Vpc.VpcId] });
  const want = [];
  for (let number = 0; number < 7; number++) {
    const made = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc.VpcId, CidrBlock: `10.0.${number}.0/24` }));
    want.push(made.Subnet.SubnetId);
  }
  const Filters = [{ Name: "vpc-id", Values: [Vpc.VpcId] }];
  const found = [];
  for await (const page of paginateDescribeSubnets({ client: ec2, pageSize: 5 }, { Filters }))
    found.push(...page.Subnets.map((subnet) => subnet.SubnetId));
  assert.deepEqual(found.sort(), want.sort());
});

// Operations that no service answers yet; whoever builds one takes another. STS, which speaks awsQuery, answers all of its,
// and so does every API that speaks restJson1.
test("what is not built says so in each protocol", async (t) => {
  const options = settings((await Server.start(t)).endpoint);
  for (const [protocol, Kind, command] of [
    ["ec2Query", EC2Client, new DescribeVerifiedAccessInstancesCommand({})],
    ["restXml", S3Client, new GetObjectTorrentCommand({ Bucket: "bkt", Key: "k" })],
    ["awsJson1.1", SSMClient, new DescribeOpsItemsCommand({})],
  ])
    await t.test(protocol, (t) => refused(client(t, Kind, options).send(command), "NotImplemented", 501));
});
