package io.github.embeddedkms.seed;

import io.github.embeddedkms.library.Library;
import io.github.embeddedkms.local.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads seeds from YAML 1.2 or JSON, in UTF-8:
 *
 * <pre>{@code
 * Keys:
 *   Symmetric:
 *     Aes:
 *       - Metadata:
 *           KeyId: bc436485-5092-42b8-92a3-0aa8b93536dc
 *           Description: orders
 *         BackingKeys:
 *           - 5cdaead27fe7da2de47945d73cd6d79e36494e73802f3cd3869f1d2cb0b5d7a9
 *         Tags:
 *           - TagKey: team
 *             TagValue: billing
 *   Asymmetric:
 *     Ecc:
 *       - Metadata:
 *           KeyId: 800d5768-3fd7-4edd-a4b8-4c81c3e4c147
 *           KeyUsage: SIGN_VERIFY
 *         PrivateKeyPem: |
 *           -----BEGIN EC PRIVATE KEY-----
 *           ...
 *           -----END EC PRIVATE KEY-----
 *   Hmac:
 *     - Metadata:
 *         KeyId: 1ad16c1c-5d1c-4a25-8b6e-5c0e2c8b5f0e
 *         KeySpec: HMAC_256
 *       BackingKeys:
 *         - 5cdaead27fe7da2de47945d73cd6d79e36494e73802f3cd3869f1d2cb0b5d7a9
 * Aliases:
 *   - AliasName: alias/orders
 *     TargetKeyId: bc436485-5092-42b8-92a3-0aa8b93536dc
 * }</pre>
 *
 * <p>{@code KeyId}, {@code AliasName}, {@code TargetKeyId}, {@code TagKey} and {@code TagValue} are
 * required; everything else may be absent. The oldest backing key is the first; the last one seals.
 * Every value is read as a string, exactly as written.
 *
 * <p>The sections of {@code Asymmetric} are {@code Rsa}, {@code Ecc} (with Ed25519 and SM2), {@code
 * MlDsa} and {@code MlKem}; {@code Hmac} may also be a section of {@code Symmetric}. {@code
 * PrivateKeyPem} is a private key that is not encrypted: PKCS #8, PKCS #1 or SEC 1. Its spec is
 * that of the KMS key; a key without one needs a {@code KeySpec}, or {@code CustomerMasterKeySpec},
 * its older name, and gets a random private key. {@code KeyUsage} is required if the spec allows
 * several. HMAC keys have one backing key and the spec HMAC_256, unless {@code KeySpec} is another.
 *
 * <p>A key is a multi-Region primary key if its id is {@code mrk-} and 32 hexadecimal digits.
 * {@code ReplicaRegions} is a list of the Regions that have a replica of it.
 *
 * <p>A key can have a {@code Policy}, and the file the {@code Identities} of principals: users,
 * roles, sessions of roles and federated users. A policy is JSON in a string, or the same as a
 * mapping:
 *
 * <pre>{@code
 * Keys:
 *   Symmetric:
 *     Aes:
 *       - Metadata:
 *           KeyId: bc436485-5092-42b8-92a3-0aa8b93536dc
 *         Policy:
 *           Version: 2012-10-17
 *           Statement:
 *             - Effect: Allow
 *               Principal: {AWS: "arn:aws:iam::111122223333:root"}
 *               Action: "kms:*"
 *               Resource: "*"
 * Identities:
 *   arn:aws:iam::111122223333:role/Orders:
 *     Policies:
 *       - Version: 2012-10-17
 *         Statement:
 *           - Effect: Allow
 *             Action: kms:Decrypt
 *             Resource: "*"
 *             Condition:
 *               StringEquals: {"kms:EncryptionContext:tenant": acme}
 *     Tags:
 *       - TagKey: team
 *         TagValue: billing
 *   arn:aws:iam::111122223333:user/alice: {}
 * }</pre>
 *
 * <p>Without {@code Identities} every principal is an administrator; with it, one that is not
 * listed has no identity policy, see {@link Seed.Builder#identities}. {@code Policies}, {@code
 * Tags} and {@code UniqueId} may be absent.
 *
 * <p>A key can have {@code Grants}, a list with the members of {@link
 * io.github.embeddedkms.operation.CreateGrant}, apart from the key, the grant tokens and the dry
 * run:
 *
 * <pre>{@code
 * Grants:
 *   - Name: backup
 *     GranteePrincipal: arn:aws:iam::111122223333:role/Backup
 *     RetiringPrincipal: arn:aws:iam::111122223333:user/alice
 *     Operations: [Encrypt, Decrypt, DescribeKey]
 *     Constraints:
 *       EncryptionContextSubset: {tenant: acme}
 * }</pre>
 *
 * <p>A grant has {@code Operations}, and {@code GranteePrincipal} or {@code
 * GranteeServicePrincipal}; {@code Constraints} has {@code EncryptionContextSubset} or {@code
 * EncryptionContextEquals}, and {@code SourceArn}. See {@link Seed.KeyBuilder#grant}.
 *
 * <p>{@code Metadata} may also have {@code Origin}, {@code Enabled}, {@code KeyState} and {@code
 * MultiRegion}, with the values that the key has anyway.
 *
 * <p>A file is read strictly: members that are unknown, occur twice or have the wrong type are
 * refused, and so are features of the service that this library does not support yet. A file may
 * have at most 4 MiB, 300,000 values and 50 references to anchored lists and mappings.
 *
 * <p>This class requires {@code org.snakeyaml:snakeyaml-engine} 3.0.1 or newer, which no other part
 * of this library requires. Without it, reading a file throws an {@link IllegalStateException}.
 */
public final class SeedFiles {

  private static final int MAX_BYTES = 4 << 20;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private SeedFiles() {}

  /**
   * Reads a file.
   *
   * @param file a file in YAML or JSON
   * @return the seed
   * @throws SeedException if the file is invalid
   * @throws UncheckedIOException if it cannot be read
   */
  public static Seed read(Path file) {
    try (InputStream content = Files.newInputStream(file)) {
      return read(content, file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("embedded-kms: cannot read " + file, e);
    }
  }

  /**
   * Reads a stream to its end, without closing it.
   *
   * @param content YAML or JSON
   * @param sourceName the name of the source in error messages
   * @return the seed
   * @throws SeedException if the content is invalid
   * @throws UncheckedIOException if it cannot be read
   */
  public static Seed read(InputStream content, String sourceName) {
    byte[] bytes;
    try {
      bytes = content.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new UncheckedIOException("embedded-kms: cannot read " + sourceName, e);
    }
    if (bytes.length > MAX_BYTES) {
      throw tooLarge(sourceName);
    }
    try {
      // Unlike String's constructor, the decoder refuses invalid UTF-8.
      ByteBuffer whole = ByteBuffer.wrap(bytes);
      return read(StandardCharsets.UTF_8.newDecoder().decode(whole).toString(), sourceName);
    } catch (CharacterCodingException e) {
      throw new SeedException(sourceName, 0, "is not in UTF-8");
    }
  }

  /**
   * Reads a string.
   *
   * @param text YAML or JSON
   * @param sourceName the name of the source in error messages
   * @return the seed
   * @throws SeedException if the string is invalid
   */
  public static Seed read(String text, String sourceName) {
    if (text.length() > MAX_BYTES) {
      throw tooLarge(sourceName);
    }
    boolean marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
    try {
      return new SeedReader(sourceName).read(marked ? text.substring(1) : text);
    } catch (NoClassDefFoundError | NoSuchMethodError e) {
      throw Library.SNAKEYAML_ENGINE.missing("reading seed files", e);
    }
  }

  private static SeedException tooLarge(String sourceName) {
    return new SeedException(sourceName, 0, "is larger than 4 MiB");
  }
}
