// A program that calls https://kms.us-east-1.amazonaws.com and has no setting for another endpoint:
// the AWS SDK for JavaScript v2 reads no variable for it.

import assert from "node:assert/strict";
import { lookup } from "node:dns/promises";
import { test } from "node:test";
import AWS from "aws-sdk";

const HOST = "kms.us-east-1.amazonaws.com";
const ACCOUNT = process.env.AWS_ACCESS_KEY_ID;
const UNKNOWN_KEY = "1234abcd-12ab-34cd-56ef-1234567890ab";

const kms = new AWS.KMS({ region: "us-east-1", maxRetries: 0 });

test("the host is the one of AWS, and the hosts file leads to this machine", async () => {
  assert.equal(kms.endpoint.href, `https://${HOST}/`);
  assert.equal((await lookup(HOST)).address, "127.0.0.1");
});

test("a data key comes back from decrypt", async () => {
  const { KeyMetadata } = await kms.createKey({ Description: "Schlüssel" }).promise();
  assert.equal(KeyMetadata.Arn, `arn:aws:kms:us-east-1:${ACCOUNT}:key/${KeyMetadata.KeyId}`);
  assert.equal(KeyMetadata.Description, "Schlüssel");
  const made = await kms
    .generateDataKey({ KeyId: KeyMetadata.KeyId, KeySpec: "AES_256" })
    .promise();
  const opened = await kms.decrypt({ CiphertextBlob: made.CiphertextBlob }).promise();
  assert.deepEqual(opened.Plaintext, made.Plaintext);
  assert.equal(opened.Plaintext.length, 32);
});

test("an unknown key is not found", async () => {
  await assert.rejects(kms.describeKey({ KeyId: UNKNOWN_KEY }).promise(), (error) => {
    assert.equal(error.code, "NotFoundException");
    assert.equal(
      error.message,
      `Key 'arn:aws:kms:us-east-1:${ACCOUNT}:key/${UNKNOWN_KEY}' does not exist`,
    );
    assert.equal(error.statusCode, 400);
    return true;
  });
});

test("another Region is another host, which does not lead here", async () => {
  const elsewhere = new AWS.KMS({ region: "eu-central-1", maxRetries: 0 });
  await assert.rejects(elsewhere.listKeys().promise(), { code: "UnknownEndpoint" });
});
