package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The conditions under which a grant permits its operations.
 *
 * <p>The pairs concern the operations with an encryption context only, and only symmetric
 * encryption keys can have them. A grant has at most one of the two kinds of pairs; an empty map is
 * taken for an absent one. The keys of the pairs are compared without case, the values with case.
 *
 * <p>Source: AWS KMS API Reference, GrantConstraints.
 *
 * @param encryptionContextSubset 1 to 8 pairs that the encryption context must contain, each value
 *     up to 384 characters; the context may have others too
 * @param encryptionContextEquals 1 to 8 pairs that the encryption context must consist of, each
 *     value up to 384 characters
 * @param sourceArn the ARN of the resource that an AWS service must call for, 20 to 512 characters;
 *     concerns every operation but RetireGrant
 */
@RecordBuilder
public record GrantConstraints(
    @Nullable Map<String, String> encryptionContextSubset,
    @Nullable Map<String, String> encryptionContextEquals,
    @Nullable
        @Length(min = 20, max = 512)
        @Matches("^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$")
        String sourceArn) {

  /** Copies the maps. An empty map is the same as none: some clients always send both. */
  public GrantConstraints {
    encryptionContextSubset = copied(encryptionContextSubset);
    encryptionContextEquals = copied(encryptionContextEquals);
  }

  private static @Nullable Map<String, String> copied(@Nullable Map<String, String> pairs) {
    return pairs == null || pairs.isEmpty() ? null : Copies.map(pairs);
  }
}
