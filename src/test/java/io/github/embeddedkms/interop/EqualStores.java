package io.github.embeddedkms.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.store.RootKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two stores with the same keys, one for each of two programs, so that neither sees what the other
 * changes; and the files that both read.
 *
 * @param folder has the stores and the files
 * @param values the IDs, ARNs, ciphertexts and grant tokens by the names that invocations have for
 *     them
 */
record EqualStores(Path folder, Map<String, String> values) {

  static final String ACCOUNT = "111122223333";

  /** Regions: the default one, one with a single key, and one with keys that rows change. */
  private static final String REGION = "us-east-1";

  private static final String SINGLE = "us-west-2";
  private static final String CHANGED = "eu-west-1";

  private static final int SPARE_KEYS = 5;

  private static final String BOB = "arn:aws:iam::" + ACCOUNT + ":user/bob";

  /** Creates the stores and the files in an empty folder. */
  static EqualStores create(Path folder) throws IOException {
    EqualStores stores = new EqualStores(folder, new HashMap<>());
    RootKey.createFile(stores.rootKey());
    try (RootKey rootKey = RootKey.fromFile(stores.rootKey());
        LocalKeyProvider provider = LocalKeyProvider.open(stores.store(1), rootKey)) {
      stores.createKeys(provider.client(Caller.of(REGION, ACCOUNT)));
      stores.createKey(provider.client(Caller.of(SINGLE, ACCOUNT)), "single", "");
      stores.createChangedKeys(provider.client(Caller.of(CHANGED, ACCOUNT)));
    }
    Files.copy(stores.store(1), stores.store(2));
    stores.writeFiles();
    return stores;
  }

  Path rootKey() {
    return folder.resolve("root.key");
  }

  /** The file of one of the two stores. */
  Path store(int number) {
    return folder.resolve("keys" + number + ".db");
  }

  private String createKey(KmsClient kms, String name, String description) {
    String id = kms.createKey(key -> key.description(description)).keyMetadata().keyId();
    values.put(name, id);
    return id;
  }

  private void createKeys(KmsClient kms) {
    String key = createKey(kms, "key", "orders f\u00fcr \"all\"");
    String key2 = createKey(kms, "key2", "");
    createKey(kms, "key3", "three");
    values.put("arn", kms.describeKey(describe -> describe.keyId(key)).keyMetadata().arn());
    createAlias(kms, "alias/one", key);
    createAlias(kms, "alias/uno", key);
    createAlias(kms, "alias/two", key2);
    createGrants(kms, key);
    values.put("blob", encrypted(kms, key, Map.of()));
    values.put("context-blob", encrypted(kms, key, Map.of("a", "b")));
    values.put(
        "token",
        Base64.getEncoder()
            .encodeToString("{\"Marker\": null, \"boto_truncate_amount\": 1}".getBytes(UTF_8)));
  }

  private static void createAlias(KmsClient kms, String name, String target) {
    kms.createAlias(alias -> alias.aliasName(name).targetKeyId(target));
  }

  private void createGrants(KmsClient kms, String key) {
    CreateGrant.Response grant =
        kms.createGrant(
            create ->
                create
                    .keyId(key)
                    .granteePrincipal("arn:aws:iam::" + ACCOUNT + ":role/worker")
                    .retiringPrincipal(BOB)
                    .operations(List.of(GrantOperation.DECRYPT, GrantOperation.GENERATE_DATA_KEY))
                    .constraints(new GrantConstraints(Map.of("tenant", "acme"), null, null))
                    .name("orders"));
    values.put("grant", grant.grantId());
    values.put("grant-token", grant.grantToken());
    values.put("grant2", createGrant(kms, key).grantId());
  }

  private static CreateGrant.Response createGrant(KmsClient kms, String key) {
    return kms.createGrant(
        create ->
            create
                .keyId(key)
                .granteePrincipal(BOB)
                .operations(List.of(GrantOperation.DESCRIBE_KEY)));
  }

  private static String encrypted(KmsClient kms, String key, Map<String, String> context) {
    try (SecretBytes plaintext = SecretBytes.fromUtf8String("hello")) {
      Bytes blob =
          kms.encrypt(encrypt -> encrypt.keyId(key).plaintext(plaintext).encryptionContext(context))
              .ciphertextBlob();
      return Base64.getEncoder().encodeToString(blob.asByteArray());
    }
  }

  private void createChangedKeys(KmsClient kms) {
    for (int i = 1; i <= SPARE_KEYS; i++) {
      createKey(kms, "spare" + i, "");
    }
    values.put("spare-grant", createGrant(kms, values.get("spare1")).grantId());
    values.put("spare-token", createGrant(kms, values.get("spare2")).grantToken());
    createAlias(kms, "alias/moving", values.get("spare1"));
    createAlias(kms, "alias/leaving", values.get("spare1"));
    String disabled = createKey(kms, "disabled", "");
    kms.disableKey(disable -> disable.keyId(disabled));
    String pending = createKey(kms, "pending", "");
    kms.scheduleKeyDeletion(delete -> delete.keyId(pending).pendingWindowInDays(7));
  }

  private void writeFiles() throws IOException {
    Path files = Files.createDirectory(folder.resolve("files"));
    values.put("files", files.toString());
    String blob = values.get("blob");
    Files.write(files.resolve("plain.bin"), new byte[] {0, -1, 1});
    Files.writeString(files.resolve("hello.txt"), "hello");
    Files.writeString(files.resolve("latin1.txt"), "\u00fc", StandardCharsets.ISO_8859_1);
    Files.write(files.resolve("blob.bin"), Base64.getDecoder().decode(blob));
    Files.writeString(files.resolve("blob.b64"), blob + "\n");
    Files.writeString(files.resolve("context.json"), "{\"a\": \"b\"}\n");
    Files.writeString(files.resolve("input.json"), "{\"Description\": \"from a file\"}\n");
    Files.writeString(
        files.resolve("input.yaml"),
        "Description: from a file\nTags:\n- TagKey: a\n  TagValue: b\n");
  }
}
