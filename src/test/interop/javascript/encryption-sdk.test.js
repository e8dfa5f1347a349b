// The AWS Encryption SDK for JavaScript, and the operations that it uses.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  AwsKmsMrkAwareSymmetricKeyringNode,
  buildClient,
  CommitmentPolicy,
  getLocalCryptographicMaterialsCache,
  KmsKeyringNode,
  NodeCachingMaterialsManager,
} from "@aws-crypto/client-node";
import { KMS } from "@aws-sdk/client-kms";

const NOTE = "two spare keys";
const CONTEXT = { tenant: "acme" };

const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);

const kms = new KMS({});
const recorded = new KMS({});
after(() => [kms, recorded].forEach((client) => client.destroy()));

let operations = [];
recorded.middlewareStack.add(
  (next, context) => (input) => {
    operations.push(context.commandName.replace(/Command$/, ""));
    return next(input);
  },
  { step: "initialize" },
);

function assertUsed(...expected) {
  assert.deepEqual(operations, expected);
  operations = [];
}

async function newKey() {
  const { KeyMetadata } = await kms.createKey({});
  return KeyMetadata.Arn;
}

function keyring(generatorKeyId, keyIds = []) {
  return new KmsKeyringNode({ clientProvider: () => recorded, generatorKeyId, keyIds });
}

async function opens(keyring, message) {
  const { plaintext, messageHeader } = await decrypt(keyring, message);
  assert.equal(plaintext.toString(), NOTE);
  assert.equal(messageHeader.encryptionContext.tenant, "acme");
}

test("a message for two keys is decrypted with either", async () => {
  const [one, two] = [await newKey(), await newKey()];
  const both = keyring(one, [two]);
  const { result } = await encrypt(both, NOTE, { encryptionContext: CONTEXT });
  assertUsed("GenerateDataKey", "Encrypt");
  await opens(keyring(one), result);
  assertUsed("Decrypt");
  await opens(keyring(two), result);
  assertUsed("Decrypt");
  await assert.rejects(decrypt(keyring(await newKey()), result));
});

test("a keyring that is aware of multi-Region keys takes a key of one Region", async () => {
  const keyId = await newKey();
  const aware = new AwsKmsMrkAwareSymmetricKeyringNode({ client: recorded, keyId });
  const { result } = await encrypt(aware, NOTE, { encryptionContext: CONTEXT });
  await opens(aware, result);
  assertUsed("GenerateDataKey", "Decrypt");
});

test("a materials cache needs one data key for several messages", async () => {
  const caching = new NodeCachingMaterialsManager({
    backingMaterials: keyring(await newKey()),
    cache: getLocalCryptographicMaterialsCache(10),
    maxAge: 60_000,
  });
  for (let message = 0; message < 3; message++) {
    const { result } = await encrypt(caching, NOTE, {
      encryptionContext: CONTEXT,
      plaintextLength: NOTE.length,
    });
    await opens(caching, result);
  }
  assertUsed("GenerateDataKey", "Decrypt");
});
