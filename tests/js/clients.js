// Clients of one server, and what tests say about answers.

import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import http from "node:http";
import https from "node:https";

import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";

/** Reaches 127.0.0.1 whatever name is called: not every machine resolves <bucket>.localhost. */
export function lookup(_name, options, done) {
  if (options.all) done(null, [{ address: "127.0.0.1", family: 4 }]);
  else done(null, "127.0.0.1", 4);
}

/** Points a client at an endpoint, with keys that any angae accepts. */
export function settings(endpoint, authority) {
  return {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      httpAgent: new http.Agent({ keepAlive: true, lookup }),
      httpsAgent: new https.Agent({ keepAlive: true, lookup, ca: authority }),
    }),
  };
}

/** A client that is closed with its test, so that no connection outlives it. */
export function client(test, Kind, options) {
  const made = new Kind(options);
  test.after(() => made.destroy());
  return made;
}

/** An S3 client and a new bucket of that name. */
export async function bucket(test, options, Bucket) {
  const s3 = client(test, S3Client, options);
  await s3.send(new CreateBucketCommand({ Bucket }));
  return s3;
}

export const put = (s3, Bucket, Key, Body, more) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

export async function get(s3, Bucket, Key, more) {
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from(await answer.Body.transformToByteArray());
}

/** Expects a refusal by this name and status. */
export const refused = (call, name, status) =>
  assert.rejects(call, (error) => {
    assert.deepEqual([error.name, error.$metadata?.httpStatusCode], [name, status], error);
    return true;
  });

/** Content that repeats itself nowhere, the same in every run. */
export const noise = (size) =>
  createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(size));

/** Compares content without printing it. */
export const same = (got, want) =>
  assert.ok(Buffer.compare(got, want) === 0, `${got.length} bytes came back, other than the ${want.length} sent`);
