package io.github.embeddedkms.store;

import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.Required;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stored content of a grant, without its id, which is part of the row's. The row's MAC covers
 * its JSON. Since version 6.
 *
 * <p>Adding a member creates a new version of the document: see {@link Documents}.
 *
 * @param order its place in the order of creation, 16 lower-case hexadecimal digits
 * @param creationDate when it was created
 * @param operations what it permits
 * @param name its name; null if it has none
 * @param issuingAccount the account that created it; null for the account of the key
 * @param granteePrincipal its grantee; null for a service that is in the next member
 * @param granteeServicePrincipal the service that is its grantee, if it was named as such
 * @param retiringPrincipal the principal that may retire it; null if there is none, or for a
 *     service that is in the next member
 * @param retiringServicePrincipal the service that may retire it, if it was named as such
 * @param encryptionContextSubset pairs that the encryption context must contain
 * @param encryptionContextEquals the pairs of the encryption context
 * @param sourceArn the resource that a service must act for
 */
public record GrantDocument(
    @Required String order,
    @Required Instant creationDate,
    @Required List<GrantOperation> operations,
    @Nullable String name,
    @Nullable String issuingAccount,
    @Nullable String granteePrincipal,
    @Nullable String granteeServicePrincipal,
    @Nullable String retiringPrincipal,
    @Nullable String retiringServicePrincipal,
    @Nullable Map<String, String> encryptionContextSubset,
    @Nullable Map<String, String> encryptionContextEquals,
    @Nullable String sourceArn) {

  static GrantDocument of(GrantEntry entry) {
    Grant grant = entry.grant();
    GrantConstraints constraints = grant.constraints();
    boolean issuedByOwner = grant.issuingAccount().equals(entry.address().account());
    return new GrantDocument(
        HexFormat.of().toHexDigits(entry.order()),
        grant.creationDate(),
        grant.operations(),
        grant.name(),
        issuedByOwner ? null : grant.issuingAccount(),
        grant.granteePrincipal(),
        grant.granteeServicePrincipal(),
        grant.retiringPrincipal(),
        grant.retiringServicePrincipal(),
        constraints == null ? null : constraints.encryptionContextSubset(),
        constraints == null ? null : constraints.encryptionContextEquals(),
        constraints == null ? null : constraints.sourceArn());
  }

  static GrantEntry entry(Item item, GrantDocument document, EntryKind.Materials none) {
    Address address = item.address();
    Address key = GrantEntry.keyAt(address).orElseThrow(() -> UnreadableItemException.of(address));
    String account = document.issuingAccount;
    Grant grant =
        new Grant(
            address.id().substring(key.id().length() + 1),
            document.name,
            document.creationDate,
            account == null ? address.account() : account,
            document.granteePrincipal,
            document.granteeServicePrincipal,
            document.retiringPrincipal,
            document.retiringServicePrincipal,
            document.operations,
            document.constraints());
    return new GrantEntry(address, item.version(), order(item, document.order), grant);
  }

  private static long order(Item item, String digits) {
    try {
      long order = Long.parseLong(digits, 16);
      if (order >= 0 && HexFormat.of().toHexDigits(order).equals(digits)) {
        return order;
      }
    } catch (NumberFormatException e) {
      // Another form, which only a newer version can have written.
    }
    throw UnreadableItemException.of(item.address());
  }

  private @Nullable GrantConstraints constraints() {
    return encryptionContextSubset == null && encryptionContextEquals == null && sourceArn == null
        ? null
        : new GrantConstraints(encryptionContextSubset, encryptionContextEquals, sourceArn);
  }
}
