package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.MaterialKind;
import io.github.embeddedkms.exception.ConflictException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.LimitExceededException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.ImportState;
import io.github.embeddedkms.model.IncludeKeyMaterial;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.RotationType;
import io.github.embeddedkms.model.RotationsListEntry;
import io.github.embeddedkms.model.RotationsListEntryBuilder;
import io.github.embeddedkms.operation.DisableKeyRotation;
import io.github.embeddedkms.operation.EnableKeyRotation;
import io.github.embeddedkms.operation.GetKeyRotationStatus;
import io.github.embeddedkms.operation.ListKeyRotations;
import io.github.embeddedkms.operation.RotateKeyOnDemand;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The rotation of keys. {@link DueWork} carries out automatic rotations. */
final class RotationOperations implements Family {

  /** The period of a key for which none is given. */
  static final int DEFAULT_PERIOD_IN_DAYS = 365;

  private static final int MAX_ON_DEMAND_ROTATIONS = 25;

  /** No rotation on demand begins so shortly before an automatic one. */
  private static final Duration BEFORE_AUTOMATIC_ROTATION = Duration.ofMinutes(20);

  private final HandlerProfiles profiles;
  private final Transactions transactions;
  private final RelatedKeys related;
  private final KeyRotation rotation;
  private final ProviderClock clock;

  RotationOperations(Components components) {
    this.profiles = components.profiles();
    this.transactions = components.transactions();
    this.related = components.related();
    this.rotation = new KeyRotation(components.keys(), related);
    this.clock = components.clock();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      case "DisableKeyRotation" ->
          profiles
              .managing(DisableKeyRotation.class, DisableKeyRotation::keyId, OriginType.AWS_KMS)
              .check(RelatedKeys::requireNotReplica)
              .act(this::disableKeyRotation);
      case "EnableKeyRotation" ->
          profiles
              .managing(EnableKeyRotation.class, EnableKeyRotation::keyId, OriginType.AWS_KMS)
              .check(call -> requireSymmetric(call.key()))
              .check(RelatedKeys::requireNotReplica)
              .act(this::enableKeyRotation);
      case "GetKeyRotationStatus" ->
          profiles
              .managing(GetKeyRotationStatus.class, GetKeyRotationStatus::keyId)
              .check(call -> requireNoKeyStore(call.resolved()))
              .act(this::getKeyRotationStatus);
      case "ListKeyRotations" ->
          profiles
              .managing(ListKeyRotations.class, ListKeyRotations::keyId)
              .check(call -> requireSymmetric(call.key()))
              .act(this::listKeyRotations);
      case "RotateKeyOnDemand" ->
          profiles
              .managing(RotateKeyOnDemand.class, RotateKeyOnDemand::keyId)
              .check(call -> requireSymmetric(call.key()))
              .check(RelatedKeys::requireNotReplica)
              .check(call -> requireNoKeyStore(call.resolved()))
              .check(call -> requirePendingMaterial(call.resolved()))
              .check(call -> requireFurtherRotation(call.resolved()))
              .act(this::rotateKeyOnDemand);
      default -> throw new AssertionError(name);
    };
  }

  private static void requireNoKeyStore(ResolvedKey key) {
    Checks.requireOrigin(key, OriginType.AWS_KMS, OriginType.EXTERNAL);
  }

  private static void requireSymmetric(KeyEntry key) {
    if (KeySpecTable.of(key.keySpec()).kind() != MaterialKind.SYMMETRIC) {
      // The service sends no message.
      throw new UnsupportedOperationException(null);
    }
  }

  /** Imported material is not generated: the next one must have been imported already. */
  private static void requirePendingMaterial(ResolvedKey key) {
    if (key.entry().origin() == OriginType.EXTERNAL
        && ImportedMaterials.pending(key.entry())
            .filter(material -> material.state() == KeyMaterialState.PENDING_ROTATION)
            .isEmpty()) {
      throw new KmsInvalidStateException(
          "No available key material pending rotation for the key: " + key.arn() + ".");
    }
  }

  private static void requireFurtherRotation(ResolvedKey key) {
    long rotations =
        key.entry().materials().stream()
            .map(MaterialEntry::rotated)
            .filter(rotated -> rotated != null && rotated.type() == RotationType.ON_DEMAND)
            .count();
    if (rotations >= MAX_ON_DEMAND_ROTATIONS) {
      throw new LimitExceededException(
          "The on-demand rotations limit has been reached for the given keyId. No more on-demand"
              + " rotations can be performed for this key: "
              + key.arn());
    }
  }

  private EnableKeyRotation.Response enableKeyRotation(Call<EnableKeyRotation> call) {
    int period =
        Objects.requireNonNullElse(call.request().rotationPeriodInDays(), DEFAULT_PERIOD_IN_DAYS);
    KeyEntry.Rotation enabled = KeyEntry.Rotation.startingAt(period, clock.shared());
    transactions.commit(related.changeShared(call.key(), next -> next.rotation(enabled)));
    return new EnableKeyRotation.Response();
  }

  private DisableKeyRotation.Response disableKeyRotation(Call<DisableKeyRotation> call) {
    if (call.key().rotation() != null) {
      transactions.commit(related.changeShared(call.key(), next -> next.rotation(null)));
    }
    return new DisableKeyRotation.Response();
  }

  private GetKeyRotationStatus.Response getKeyRotationStatus(Call<GetKeyRotationStatus> call) {
    KeyEntry.Rotation enabled = call.key().rotation();
    if (enabled == null || isPendingDeletion(call.key())) {
      return new GetKeyRotationStatus.Response(false, call.keyArn(), null, null, null);
    }
    return new GetKeyRotationStatus.Response(
        true, call.keyArn(), enabled.periodInDays(), enabled.nextDate(), null);
  }

  private static boolean isPendingDeletion(KeyEntry key) {
    return key.state() == KeyState.PENDING_DELETION
        || key.state() == KeyState.PENDING_REPLICA_DELETION;
  }

  private RotateKeyOnDemand.Response rotateKeyOnDemand(Call<RotateKeyOnDemand> call) {
    Instant now = clock.shared();
    if (call.key().origin() == OriginType.EXTERNAL) {
      transactions.commit(related.rotateToPending(call.key(), now));
      return new RotateKeyOnDemand.Response(call.keyArn());
    }
    KeyEntry.Rotation automatic = call.key().rotation();
    if (automatic != null && !automatic.nextDate().isAfter(now.plus(BEFORE_AUTOMATIC_ROTATION))) {
      // The service's own message was never recorded.
      throw new ConflictException(
          "embedded-kms: the automatic rotation of "
              + call.keyArn()
              + " is due within 20 minutes, at "
              + automatic.nextDate());
    }
    rotation.rotateOnDemand(call.key(), now, transactions::commit);
    return new RotateKeyOnDemand.Response(call.keyArn());
  }

  private ListKeyRotations.Response listKeyRotations(Call<ListKeyRotations> call) {
    boolean all = call.request().includeKeyMaterial() == IncludeKeyMaterial.ALL_KEY_MATERIAL;
    List<MaterialEntry> listed =
        call.key().materials().stream()
            .filter(material -> all || material.rotated() != null)
            .toList();
    String filter = call.key().address().id() + (all ? " all" : "");
    Pager.Page<MaterialEntry> page =
        new Pager(Pager.Listing.LIST_KEY_ROTATIONS, call.caller(), filter)
            .page(
                call.request().limit(),
                call.request().marker(),
                (lastId, limit) -> after(listed, lastId).limit(limit).toList(),
                MaterialEntry::idAsHex);
    return new ListKeyRotations.Response(
        page.map(material -> view(call.resolved(), material)), page.nextMarker(), page.truncated());
  }

  /** Returns the materials that follow one of them; all of them after the empty id. */
  private static Stream<MaterialEntry> after(List<MaterialEntry> materials, String lastId) {
    return lastId.isEmpty()
        ? materials.stream()
        : materials.stream().dropWhile(material -> !material.idAsHex().equals(lastId)).skip(1);
  }

  private static RotationsListEntry view(ResolvedKey key, MaterialEntry material) {
    MaterialEntry.Rotated rotated = material.rotated();
    RotationsListEntryBuilder view =
        RotationsListEntryBuilder.builder()
            .keyId(key.arn())
            .keyMaterialId(material.idAsHex())
            .keyMaterialState(material.state())
            .rotationDate(rotated == null ? null : rotated.date())
            .rotationType(rotated == null ? null : rotated.type());
    if (key.entry().origin() == OriginType.EXTERNAL) {
      view.keyMaterialDescription(material.description());
      if (material.material() == null) {
        view.importState(ImportState.PENDING_IMPORT);
      } else {
        view.importState(ImportState.IMPORTED)
            .validTo(material.validTo())
            .expirationModel(
                material.validTo() == null
                    ? ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE
                    : ExpirationModelType.KEY_MATERIAL_EXPIRES);
      }
    }
    return view.build();
  }
}
