package io.github.embeddedkms.local;

import java.util.List;

/** What the contract tests need to know about the operations of one family. */
interface FamilySamples {

  /** One for each family of operations. */
  List<FamilySamples> ALL =
      List.of(
          new AliasSamples(),
          new DataKeySamples(),
          new EncryptionSamples(),
          new KeyCreationSamples(),
          new KeyDeletionSamples(),
          new KeySamples());

  /** A sample of each operation; one for each key of an operation that names several. */
  List<Sample> samples();

  /** Adds values that violate the constraints of the members, and the longest that do not. */
  void constraints(ConstraintCases cases);
}
