package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.model.KeyState;
import java.util.EnumMap;
import java.util.Map;

/**
 * The key states in which one operation is possible, and the errors in the other states: one row of
 * the service's table.
 *
 * <p>Source: AWS KMS Developer Guide, "Key states of AWS KMS keys" (May 2023), corrected by
 * responses of the service that were recorded later.
 */
final class KeyStates {

  /**
   * One line for each operation on a key. A cell is {@code ok}, or the number of the error message:
   * see {@link #refusal}. The columns are the states Enabled, Disabled, Pending Deletion or Pending
   * Replica Deletion, Pending Import, Unavailable, Creating and Updating.
   *
   * <p>Messages 6 to 9 depend on the key's origin too. An operation that has them checks the origin
   * before the state. So {@code 1/7} means: 7 for keys of the wrong origin, which never reach this
   * table, and 1 for the others. A dash is a state that keys for this operation never have, because
   * they cannot be in a custom key store; it is treated like 11.
   */
  private static final String TABLE =
      """
      .                                    Ena.   Dis.   Del.   Imp.   Una.   Cre.   Upd.
      CancelKeyDeletion                    4      4      ok     4      4      4      4
      CreateAlias                          ok     ok     3      ok     ok     ok     ok
      CreateGrant                          ok     1      3      5      ok     14     ok
      Decapsulate                          ok     1      3      5      -      14     ok
      Decrypt                              ok     1      3      5      11     14     ok
      DeleteAlias                          ok     ok     ok     ok     ok     ok     ok
      DeleteImportedKeyMaterial            ok/9   ok/9   ok/9   ok     -      14     15
      DeriveSharedSecret                   ok     1      3      5      -      14     ok
      DescribeKey                          ok     ok     ok     ok     ok     ok     ok
      DisableKey                           ok     ok     3      5      12     14     15
      DisableKeyRotation                   ok/7   1/7    3/7    6      7      14     ok/7
      EnableKey                            ok     ok     3      5      12     14     15
      EnableKeyRotation                    ok/7   1/7    3/7    6      7      14     ok/7
      Encapsulate                          ok     1      3      5      -      14     ok
      Encrypt                              ok     1      3      5      11     14     ok
      GenerateDataKey                      ok     1      3      5      11     14     ok
      GenerateDataKeyPair                  ok     1      3      5      11     14     ok
      GenerateDataKeyPairWithoutPlaintext  ok     1      3      5      11     14     ok
      GenerateDataKeyWithoutPlaintext      ok     1      3      5      11     14     ok
      GenerateMac                          ok     1      3      5      -      14     ok
      GetKeyLastUsage                      ok     ok     ok     ok     ok     ok     ok
      GetKeyPolicy                         ok     ok     ok     ok     ok     ok     ok
      GetKeyRotationStatus                 ok/7   ok/7   ok/7   6      7      ok/7   ok/7
      GetParametersForImport               ok/9   ok/9   8/9    ok     9      14     15
      GetPublicKey                         ok     ok     3      5      -      14     ok
      ImportKeyMaterial                    ok/9   ok/9   8/9    ok     9      14     ok
      ListAliases                          ok     ok     ok     ok     ok     ok     ok
      ListGrants                           ok     ok     ok     ok     ok     ok     ok
      ListKeyPolicies                      ok     ok     ok     ok     ok     ok     ok
      ListKeyRotations                     ok     ok     ok     ok     ok     ok     ok
      ListResourceTags                     ok     ok     ok     ok     ok     ok     ok
      PutKeyPolicy                         ok     ok     ok     ok     ok     ok     ok
      ReEncrypt                            ok     1      3      5      11     14     ok
      ReplicateKey                         ok     1      3      5      -      14     15
      RetireGrant                          ok     ok     ok     ok     ok     ok     ok
      RevokeGrant                          ok     ok     ok     ok     ok     ok     ok
      RotateKeyOnDemand                    ok     1      3      5      -      14     ok
      ScheduleKeyDeletion                  ok     ok     3      ok     ok     ok     15
      Sign                                 ok     1      3      5      -      14     ok
      TagResource                          ok     ok     3      ok     ok     ok     ok
      UntagResource                        ok     ok     3      ok     ok     ok     ok
      UpdateAlias                          ok     ok     10     ok     ok     ok     ok
      UpdateKeyDescription                 ok     ok     3      ok     ok     ok     ok
      UpdatePrimaryRegion                  ok     1      3      5      -      14     ok
      Verify                               ok     1      3      5      -      14     ok
      VerifyMac                            ok     1      3      5      -      14     ok
      """;

  private static final int COLUMNS = 7;
  private static final String OK = "ok";

  /** The operation succeeds immediately; the key changes when its key store is connected again. */
  private static final String LATER = "12";

  /** The states in which the operation fails, each with the number of the message. */
  private final Map<KeyState, Integer> refused;

  private KeyStates(Map<KeyState, Integer> refused) {
    this.refused = refused;
  }

  /** Returns the row of an operation. */
  static KeyStates of(String operation) {
    int line = TABLE.indexOf("\n" + operation + " ");
    if (line < 0) {
      throw new AssertionError(operation + " is missing in the table of key states");
    }
    int begin = line + 1 + operation.length();
    String[] cells =
        TABLE.substring(begin, TABLE.indexOf('\n', begin)).strip().split(" +", COLUMNS);
    Map<KeyState, Integer> refused = new EnumMap<>(KeyState.class);
    for (KeyState state : KeyState.values()) {
      String cell = withoutOriginCheck(cells[columnOf(state)]);
      if (!cell.equals(OK) && !cell.equals(LATER)) {
        refused.put(state, cell.equals("-") ? 11 : Integer.parseInt(cell));
      }
    }
    return new KeyStates(refused);
  }

  private static int columnOf(KeyState state) {
    return switch (state) {
      case ENABLED -> 0;
      case DISABLED -> 1;
      case PENDING_DELETION, PENDING_REPLICA_DELETION -> 2;
      case PENDING_IMPORT -> 3;
      case UNAVAILABLE -> 4;
      case CREATING -> 5;
      case UPDATING -> 6;
    };
  }

  /** Returns a cell without the message of the operation's own check of the origin. */
  private static String withoutOriginCheck(String cell) {
    int slash = cell.indexOf('/');
    return slash < 0 ? cell : cell.substring(0, slash);
  }

  /** Rejects a key in a state in which the operation is not possible. */
  void check(ResolvedKey key) {
    KeyState state = key.entry().state();
    Integer message = refused.get(state);
    if (message != null) {
      throw refusal(message, state, key.arn());
    }
  }

  private static KmsException refusal(int message, KeyState state, String keyArn) {
    return switch (message) {
      case 1 -> new DisabledException(keyArn + " is disabled.");
      // 8 concerns imported material; 10 concerns the new target of an alias.
      case 3, 8, 10 ->
          new KmsInvalidStateException(
              keyArn
                  + (state == KeyState.PENDING_REPLICA_DELETION
                      ? " is pending replica deletion."
                      : " is pending deletion."));
      case 4 -> new KmsInvalidStateException(keyArn + " is not pending deletion.");
      case 5 -> new KmsInvalidStateException(keyArn + " is pending import.");
      case 6 ->
          new UnsupportedOperationException(
              keyArn + " origin is EXTERNAL which is not valid for this operation.");
      case 7, 9 -> new UnsupportedOperationException(null);
      case 11 -> new KmsInvalidStateException(keyArn + " is unavailable.");
      case 14 -> new KmsInvalidStateException(keyArn + " is creating.");
      case 15 -> new KmsInvalidStateException(keyArn + " is updating.");
      default -> throw new AssertionError("no message " + message);
    };
  }
}
