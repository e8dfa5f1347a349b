package io.github.embeddedkms.local;

import io.github.embeddedkms.local.GrantModel.Ask;
import io.github.embeddedkms.local.GrantModel.Given;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The requests of a {@link GrantRun}, and what a listed grant is in its model. */
final class GrantRequests {

  private final List<String> keyArns;

  /** Of each key, a ciphertext for each context. */
  private final List<Map<Map<String, String>, Bytes>> blobs = new ArrayList<>();

  GrantRequests(LocalKeyProvider kms, List<String> keyArns) {
    this.keyArns = List.copyOf(keyArns);
    for (String keyArn : keyArns) {
      Map<Map<String, String>, Bytes> ofKey = new HashMap<>();
      for (Map<String, String> context : GrantChoices.CONTEXTS) {
        ofKey.put(
            context,
            kms.encrypt(
                    b ->
                        b.keyId(keyArn)
                            .encryptionContext(context)
                            .plaintext(SecretBytes.fromUtf8String("x")))
                .ciphertextBlob());
      }
      blobs.add(ofKey);
    }
  }

  CreateGrant create(Given given) {
    boolean isConstrained =
        given.subset() != null || given.equal() != null || given.source() != null;
    return CreateGrantBuilder.builder()
        .keyId(keyArns.get(given.key()))
        .name(given.name())
        .granteePrincipal(given.grantee())
        .retiringPrincipal(given.retirer())
        .operations(given.operations().stream().map(GrantRequests::operation).toList())
        .constraints(
            isConstrained
                ? new GrantConstraints(given.subset(), given.equal(), given.source())
                : null)
        .build();
  }

  private static GrantOperation operation(String name) {
    return Arrays.stream(GrantOperation.values())
        .filter(each -> each.toString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the grant of the model that is listed so. */
  Given given(GrantListEntry entry, int key, String issuer) {
    GrantConstraints constraints = entry.constraints();
    return new Given(
        entry.grantId(),
        key,
        entry.name().isEmpty() ? null : entry.name(),
        issuer,
        entry.granteePrincipal(),
        entry.retiringPrincipal(),
        entry.operations().stream().map(GrantOperation::toString).collect(Collectors.toSet()),
        constraints == null ? null : constraints.encryptionContextSubset(),
        constraints == null ? null : constraints.encryptionContextEquals(),
        constraints == null ? null : constraints.sourceArn());
  }

  /** Returns the request for a cryptographic operation or DescribeKey. */
  KmsRequest<?> use(Ask ask) {
    String keyArn = keyArns.get(ask.key());
    return switch (ask.action()) {
      case "Encrypt" ->
          EncryptBuilder.builder()
              .keyId(keyArn)
              .encryptionContext(ask.context())
              .plaintext(SecretBytes.fromUtf8String("x"))
              .build();
      case "Decrypt" ->
          DecryptBuilder.builder()
              .keyId(keyArn)
              .encryptionContext(ask.context())
              .ciphertextBlob(blobs.get(ask.key()).get(ask.context()))
              .build();
      case "GenerateDataKey" ->
          GenerateDataKeyBuilder.builder()
              .keyId(keyArn)
              .encryptionContext(ask.context())
              .keySpec(DataKeySpec.AES_256)
              .build();
      case "DescribeKey" -> new DescribeKey(keyArn, null);
      default -> throw new AssertionError(ask);
    };
  }
}
