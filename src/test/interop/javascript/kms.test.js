// The endpoint through @aws-sdk/client-kms, with every error as a JavaScript program sees it.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import * as sdk from "@aws-sdk/client-kms";

// An access key id of twelve digits is taken for the account, any other belongs to the default one.
const ACCOUNT = process.env.AWS_ACCESS_KEY_ID;
const ORDINARY_ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
const DEFAULT_ACCOUNT = "000000000000";

// The other server, which accepts only requests signed with the credentials of this environment.
const SIGNED_ENDPOINT = process.env.SIGNED_ENDPOINT_URL_KMS;

// The third server speaks TLS; NODE_EXTRA_CA_CERTS names the file of its CA.
const TLS_ENDPOINT = process.env.TLS_ENDPOINT_URL_KMS;

const UNKNOWN_KEY = "1234abcd-12ab-34cd-56ef-1234567890ab";
const CONTEXT = { tenant: "23", Größe: "£ @ % !" };
const REQUEST_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const clients = [];
after(() => clients.forEach((client) => client.destroy()));

// Endpoint and Region come from the environment, as programs have them.
function clientOf(options = {}) {
  const client = new sdk.KMS(options);
  clients.push(client);
  return client;
}

function credentials(accessKeyId, secretAccessKey = process.env.AWS_SECRET_ACCESS_KEY) {
  return { accessKeyId, secretAccessKey };
}

const kms = clientOf();

function arn(resource, account = ACCOUNT) {
  return `arn:aws:kms:us-east-1:${account}:${resource}`;
}

async function newKey(client = kms) {
  const { KeyMetadata } = await client.createKey({});
  return KeyMetadata.KeyId;
}

// Classes exist only for the errors of the service's model.
async function assertRefused(call, code, message, expected = {}) {
  const { type = sdk.KMSServiceException, status = 400 } = expected;
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof type, `${error.constructor.name} is no ${type.name}`);
    assert.equal(error.name, code);
    assert.equal(error.message, message);
    assert.equal(error.$metadata.httpStatusCode, status);
    // An error that is tried again has cost the caller several calls.
    assert.equal(error.$metadata.attempts, 1);
    assert.match(error.$metadata.requestId, REQUEST_ID);
    return true;
  });
}

test("createKey: the metadata has ARN, date and request id", async () => {
  const before = Date.now() - 60_000;
  const created = await kms.createKey({
    Description: "Schlüssel für Bestellungen",
    Tags: [{ TagKey: "team", TagValue: "shop" }],
  });
  const metadata = created.KeyMetadata;
  assert.equal(metadata.Arn, arn(`key/${metadata.KeyId}`));
  assert.equal(metadata.AWSAccountId, ACCOUNT);
  assert.equal(metadata.Description, "Schlüssel für Bestellungen");
  assert.equal(metadata.Enabled, true);
  assert.equal(metadata.KeyState, sdk.KeyState.Enabled);
  assert.ok(metadata.CreationDate instanceof Date);
  assert.ok(metadata.CreationDate.getTime() > before);
  assert.match(created.$metadata.requestId, REQUEST_ID);
  const described = await kms.describeKey({ KeyId: metadata.KeyId });
  assert.deepEqual(described.KeyMetadata, metadata);
});

for (const [length, size] of [
  [{ KeySpec: "AES_256" }, 32],
  [{ KeySpec: "AES_128" }, 16],
  [{ NumberOfBytes: 1024 }, 1024],
]) {
  test(`generateDataKey: ${JSON.stringify(length)} comes back from decrypt`, async () => {
    const key = await newKey();
    const made = await kms.generateDataKey({ KeyId: key, EncryptionContext: CONTEXT, ...length });
    assert.equal(made.Plaintext.length, size);
    assert.equal(made.KeyId, arn(`key/${key}`));
    const opened = await kms.decrypt({
      CiphertextBlob: made.CiphertextBlob,
      EncryptionContext: CONTEXT,
    });
    assert.deepEqual(Buffer.from(opened.Plaintext), Buffer.from(made.Plaintext));
    assert.equal(opened.KeyId, arn(`key/${key}`));
    assert.equal(opened.EncryptionAlgorithm, "SYMMETRIC_DEFAULT");
    assert.equal(opened.KeyMaterialId, made.KeyMaterialId);
  });
}

test("generateDataKeyWithoutPlaintext: has none, and opens later", async () => {
  const made = await kms.generateDataKeyWithoutPlaintext({
    KeyId: await newKey(),
    NumberOfBytes: 24,
  });
  assert.ok(!("Plaintext" in made));
  const opened = await kms.decrypt({ CiphertextBlob: made.CiphertextBlob });
  assert.equal(opened.Plaintext.length, 24);
});

async function newKeyOf(KeySpec, KeyUsage) {
  const { KeyMetadata } = await kms.createKey({ KeySpec, KeyUsage });
  return KeyMetadata.KeyId;
}

for (const [spec, SigningAlgorithm, hash] of [
  ["ECC_NIST_P384", "ECDSA_SHA_384", "sha384"],
  ["RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256", "sha256"],
  ["ECC_NIST_EDWARDS25519", "ED25519_SHA_512", null],
]) {
  test(`sign: Node.js verifies ${SigningAlgorithm} with the public key`, async () => {
    const KeyId = await newKeyOf(spec, "SIGN_VERIFY");
    const Message = Buffer.from("message");
    const { Signature } = await kms.sign({ KeyId, Message, SigningAlgorithm });
    const { PublicKey } = await kms.getPublicKey({ KeyId });
    const key = { key: Buffer.from(PublicKey), format: "der", type: "spki" };
    assert.ok(crypto.verify(hash, Message, key, Signature));
    const verified = await kms.verify({ KeyId, Message, Signature, SigningAlgorithm });
    assert.equal(verified.SignatureValid, true);
    await assertRefused(
      kms.verify({ KeyId, Message: Buffer.from("other"), Signature, SigningAlgorithm }),
      "KMSInvalidSignatureException",
      // The client's own word for an error without text.
      "UnknownError",
      { type: sdk.KMSInvalidSignatureException },
    );
  });
}

test("generateMac: verifies, and other MACs do not", async () => {
  const KeyId = await newKeyOf("HMAC_512", "GENERATE_VERIFY_MAC");
  const request = { KeyId, Message: Buffer.from("message"), MacAlgorithm: "HMAC_SHA_512" };
  const { Mac } = await kms.generateMac(request);
  assert.equal(Mac.length, 64);
  assert.equal((await kms.verifyMac({ ...request, Mac })).MacValid, true);
  await assertRefused(
    kms.verifyMac({ ...request, Mac: Mac.subarray(1) }),
    "KMSInvalidMacException",
    "UnknownError",
    { type: sdk.KMSInvalidMacException },
  );
});

test("decrypt: a wrong context is an invalid ciphertext without text", async () => {
  const made = await kms.generateDataKey({
    KeyId: await newKey(),
    KeySpec: "AES_256",
    EncryptionContext: CONTEXT,
  });
  for (const wrong of [{}, { tenant: "24" }, { ...CONTEXT, more: "" }]) {
    await assertRefused(
      kms.decrypt({ CiphertextBlob: made.CiphertextBlob, EncryptionContext: wrong }),
      "InvalidCiphertextException",
      // The client's own word for an error without text.
      "UnknownError",
      { type: sdk.InvalidCiphertextException },
    );
  }
});

test("decrypt: another key than the one that encrypted is incorrect", async () => {
  const sealed = await kms.encrypt({ KeyId: await newKey(), Plaintext: Buffer.from("hello") });
  await assertRefused(
    kms.decrypt({ CiphertextBlob: sealed.CiphertextBlob, KeyId: await newKey() }),
    "IncorrectKeyException",
    "The key ID in the request does not identify a CMK that can perform this operation.",
    { type: sdk.IncorrectKeyException },
  );
});

test("reEncrypt: moves to another key and context", async () => {
  const source = await newKey();
  const destination = await newKey();
  const sealed = await kms.encrypt({
    KeyId: source,
    Plaintext: Buffer.from("hello"),
    EncryptionContext: CONTEXT,
  });
  const moved = await kms.reEncrypt({
    CiphertextBlob: sealed.CiphertextBlob,
    SourceEncryptionContext: CONTEXT,
    DestinationKeyId: destination,
    DestinationEncryptionContext: { tenant: "24" },
  });
  assert.equal(moved.SourceKeyId, arn(`key/${source}`));
  assert.equal(moved.KeyId, arn(`key/${destination}`));
  const opened = await kms.decrypt({
    CiphertextBlob: moved.CiphertextBlob,
    EncryptionContext: { tenant: "24" },
  });
  assert.equal(Buffer.from(opened.Plaintext).toString(), "hello");
});

test("generateRandom: has the length asked for", async () => {
  const random = await kms.generateRandom({ NumberOfBytes: 33 });
  assert.equal(random.Plaintext.length, 33);
});

test("unknown key and unknown alias: are not found", async () => {
  for (const [keyId, message] of [
    [UNKNOWN_KEY, `Key '${arn(`key/${UNKNOWN_KEY}`)}' does not exist`],
    ["alias/unknown", `Alias ${arn("alias/unknown")} is not found.`],
    ["orders", "Invalid keyId 'orders'"],
  ]) {
    await assertRefused(
      kms.generateDataKey({ KeyId: keyId, KeySpec: "AES_256" }),
      "NotFoundException",
      message,
      { type: sdk.NotFoundException },
    );
  }
});

test("disabled key: refuses by its alias too, until it is enabled", async () => {
  const key = await newKey();
  await kms.createAlias({ AliasName: "alias/javascript", TargetKeyId: key });
  await kms.disableKey({ KeyId: key });
  await assertRefused(
    kms.generateDataKey({ KeyId: "alias/javascript", KeySpec: "AES_256" }),
    "DisabledException",
    `${arn(`key/${key}`)} is disabled.`,
    { type: sdk.DisabledException },
  );
  await kms.enableKey({ KeyId: key });
  await kms.generateDataKey({ KeyId: "alias/javascript", KeySpec: "AES_256" });
});

test("scheduleKeyDeletion: has a date, and the key refuses", async () => {
  const { KeyMetadata: created } = await kms.createKey({});
  const scheduled = await kms.scheduleKeyDeletion({
    KeyId: created.KeyId,
    PendingWindowInDays: 7,
  });
  const waiting = scheduled.DeletionDate.getTime() - created.CreationDate.getTime();
  assert.equal(Math.floor(waiting / 86_400_000), 7);
  await assertRefused(
    kms.encrypt({ KeyId: created.KeyId, Plaintext: Buffer.from("hello") }),
    "KMSInvalidStateException",
    `${created.Arn} is pending deletion.`,
    { type: sdk.KMSInvalidStateException },
  );
});

test("generateDataKey: what breaks a constraint is refused in the words of the service", async () => {
  const key = await newKey();
  const violation = (value, path, constraint) =>
    `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint:` +
    ` Member must ${constraint}`;
  for (const [members, message] of [
    [
      { NumberOfBytes: 0 },
      violation(0, "numberOfBytes", "have value greater than or equal to 1"),
    ],
    [
      { NumberOfBytes: 1025 },
      violation(1025, "numberOfBytes", "have value less than or equal to 1024"),
    ],
    [
      { KeySpec: "AES_512" },
      violation(
        "AES_512",
        "keySpec",
        "satisfy enum value set: [RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384," +
          " ECC_NIST_P521, ECC_SECG_P256K1, ECC_NIST_EDWARDS25519, SYMMETRIC_DEFAULT, HMAC_224," +
          " HMAC_256, HMAC_384, HMAC_512, SM2, ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512," +
          " ML_KEM_768, ML_KEM_1024]",
      ),
    ],
    [{}, "Please specify either number of bytes or key spec."],
  ]) {
    await assertRefused(
      kms.generateDataKey({ KeyId: key, ...members }),
      "ValidationException",
      message,
    );
  }
});

test("encrypt: members that are missing or too long are refused without showing secrets", async () => {
  await assertRefused(
    kms.encrypt({ Plaintext: new Uint8Array(4097) }),
    "ValidationException",
    "2 validation errors detected: Value null at 'keyId' failed to satisfy constraint: Member must" +
      " not be null; Value at 'plaintext' failed to satisfy constraint: Member must have length" +
      " less than or equal to 4096",
  );
});

test("DryRun: is an error that says it would have succeeded", async () => {
  await assertRefused(
    kms.generateDataKey({ KeyId: await newKey(), KeySpec: "AES_256", DryRun: true }),
    "DryRunOperationException",
    "The request would have succeeded, but the DryRun option is set.",
    { type: sdk.DryRunOperationException },
  );
});

test("not supported yet: is no answer of the service", async () => {
  await assertRefused(
    kms.createKey({ XksKeyId: "external-key" }),
    "EmbeddedKmsNotSupportedYet",
    "embedded-kms: XksKeyId is not supported yet",
    { status: 501 },
  );
});

test("paginators: list everything once", async () => {
  // An account of its own, so that the whole listing is known.
  const client = clientOf({ credentials: credentials("222233334444") });
  const keys = [];
  for (let index = 0; index < 7; index++) {
    const key = await newKey(client);
    await client.createAlias({ AliasName: `alias/${index}`, TargetKeyId: key });
    keys.push(key);
  }

  const pages = [];
  for await (const page of sdk.paginateListKeys({ client, pageSize: 3 }, {})) {
    pages.push(page.Keys.map((key) => key.KeyId));
  }
  assert.deepEqual(
    pages.map((page) => page.length),
    [3, 3, 1],
  );
  assert.deepEqual(pages.flat().sort(), [...keys].sort());

  const targets = [];
  for await (const page of sdk.paginateListAliases({ client, pageSize: 2 }, {})) {
    assert.ok(page.Aliases.length <= 2);
    for (const alias of page.Aliases) {
      assert.ok(alias.CreationDate instanceof Date);
      targets.push([alias.AliasName, alias.TargetKeyId]);
    }
  }
  assert.deepEqual(
    targets,
    keys.map((key, index) => [`alias/${index}`, key]),
  );
});

test("listKeys: a made-up marker is refused", async () => {
  await assertRefused(
    kms.listKeys({ Marker: "x" }),
    "InvalidMarkerException",
    "embedded-kms: the marker was not returned by this listing",
    { type: sdk.InvalidMarkerException },
  );
});

test("callers: an ordinary access key is in the default account", async () => {
  const ours = await newKey();
  const ordinary = clientOf({ credentials: credentials(ORDINARY_ACCESS_KEY) });
  const { KeyMetadata: created } = await ordinary.createKey({});
  assert.equal(created.Arn, arn(`key/${created.KeyId}`, DEFAULT_ACCOUNT));
  await assertRefused(
    ordinary.describeKey({ KeyId: ours }),
    "NotFoundException",
    `Key '${arn(`key/${ours}`, DEFAULT_ACCOUNT)}' does not exist`,
    { type: sdk.NotFoundException },
  );
});

test("callers: the Region of the client is the Region of the key", async () => {
  const { KeyMetadata: created } = await clientOf({ region: "eu-central-1" }).createKey({});
  assert.equal(created.Arn, `arn:aws:kms:eu-central-1:${ACCOUNT}:key/${created.KeyId}`);
});

test("callers: the key of another account is denied", async () => {
  const foreign = arn(`key/${UNKNOWN_KEY}`, "444455556666");
  // This one error has its text under a capital letter on the wire.
  await assertRefused(
    kms.describeKey({ KeyId: foreign }),
    "AccessDeniedException",
    `User: arn:aws:iam::${ACCOUNT}:root is not authorized to perform: kms:DescribeKey on this` +
      " resource because the resource does not exist in this Region, no resource-based policies" +
      " allow access, or a resource-based policy explicitly denies access",
  );
});

test("signatures: the right one is accepted", async () => {
  const signed = clientOf({ endpoint: SIGNED_ENDPOINT });
  const { KeyMetadata: created } = await signed.createKey({ Description: "Größe £ @ % !" });
  assert.equal(created.Arn, arn(`key/${created.KeyId}`));
  assert.equal(created.Description, "Größe £ @ % !");
});

test("signatures: a wrong secret and an unknown access key are refused", async () => {
  const wrong = clientOf({ endpoint: SIGNED_ENDPOINT, credentials: credentials(ACCOUNT, "wrong") });
  await assertRefused(
    wrong.listKeys({}),
    "InvalidSignatureException",
    "embedded-kms: the request is not what was signed, or was signed with another secret access key",
  );
  const unknown = clientOf({ endpoint: SIGNED_ENDPOINT, credentials: credentials("444455556666") });
  await assertRefused(
    unknown.listKeys({}),
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
  );
});

for (const endpoint of [TLS_ENDPOINT, TLS_ENDPOINT.replace("127.0.0.1", "localhost")]) {
  test(`TLS: the CA of the server is trusted at ${new URL(endpoint).hostname}`, async () => {
    const encrypted = clientOf({ endpoint });
    assert.equal(new URL(endpoint).protocol, "https:");
    const made = await encrypted.generateDataKey({
      KeyId: await newKey(encrypted),
      KeySpec: "AES_256",
    });
    const opened = await encrypted.decrypt({ CiphertextBlob: made.CiphertextBlob });
    assert.deepEqual(Buffer.from(opened.Plaintext), Buffer.from(made.Plaintext));
    await assertRefused(
      encrypted.describeKey({ KeyId: UNKNOWN_KEY }),
      "NotFoundException",
      `Key '${arn(`key/${UNKNOWN_KEY}`)}' does not exist`,
      { type: sdk.NotFoundException },
    );
  });
}

test("TLS: a server of another CA is not trusted", async () => {
  const encrypted = clientOf({
    endpoint: TLS_ENDPOINT,
    maxAttempts: 1,
    requestHandler: { httpsAgent: { ca: readFileSync(process.env.OTHER_CA_BUNDLE) } },
  });
  await assert.rejects(encrypted.listKeys({}), (error) => {
    assert.equal(error.code, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    return true;
  });
});
