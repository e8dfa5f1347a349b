package io.github.embeddedkms.local;

import java.util.List;

/** The information about the operations of one family that the contract tests need. */
interface FamilySamples {

  /** The samples of each family of operations. */
  List<FamilySamples> ALL =
      List.of(
          new AgreementSamples(),
          new AliasSamples(),
          new DataKeyPairSamples(),
          new DataKeySamples(),
          new EncryptionSamples(),
          new GrantSamples(),
          new ImportSamples(),
          new KeyCreationSamples(),
          new KeyDeletionSamples(),
          new KeySamples(),
          new MacSamples(),
          new MultiRegionSamples(),
          new PolicySamples(),
          new RotationSamples(),
          new SigningSamples(),
          new TagSamples(),
          new UsageSamples());

  /**
   * Returns a sample of each operation; if an operation has several keys, one sample for each key.
   */
  List<Sample> samples();

  /** Adds values that violate the constraints of the members, and the longest valid values. */
  void constraints(ConstraintCases cases);
}
